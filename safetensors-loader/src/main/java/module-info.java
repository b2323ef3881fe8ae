/** Checkpoint files in and out: safetensors, sharded checkpoints, ONNX weights, the hub cache. */
module dev.bantam.safetensors {
  requires com.fasterxml.jackson.databind;
  requires com.google.protobuf;
  requires java.net.http;
  requires static transitive org.jspecify;

  exports dev.bantam.safetensors;
  exports dev.bantam.safetensors.hub;
  exports dev.bantam.safetensors.internal to
      dev.bantam.bert,
      dev.bantam.kd;
  exports dev.bantam.safetensors.onnx;
}
