/** Trainer, distillation, data, metrics and the command line. */
module dev.bantam.kd {
  requires transitive dev.bantam.bert;
  requires transitive dev.bantam.quant;
  requires dev.bantam.sparse;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires commons.math3;
  requires info.picocli;
  requires java.logging;
  requires jdk.incubator.vector;
  requires static transitive org.jspecify;

  exports dev.bantam.kd.compress;
  exports dev.bantam.kd.data;
  exports dev.bantam.kd.eval;
  exports dev.bantam.kd.metrics;
  exports dev.bantam.kd.train;

  opens dev.bantam.kd.cli to
      info.picocli,
      java.logging;
}
