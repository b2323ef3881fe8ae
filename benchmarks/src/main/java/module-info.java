/** JMH benchmarks, each beside the FMA peak of the machine, and side-by-side runs against peers. */
module dev.bantam.benchmarks {
  requires dev.bantam.kd;
  requires dev.bantam.quant;
  requires dev.bantam.tensor.opcase;
  requires commons.math3;
  requires jdk.incubator.vector;
  requires jmh.core;
  requires static transitive org.jspecify;
}
