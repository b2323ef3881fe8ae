/** INT8 and INT4 quantization: schemes, calibration, training, kernels, files. */
module dev.bantam.quant {
  requires transitive dev.bantam.nn;
  requires dev.bantam.safetensors;
  requires static transitive org.jspecify;
  requires static jdk.incubator.vector;

  provides dev.bantam.nn.CompressedFormat with
      dev.bantam.quant.model.QuantizedFormat;

  exports dev.bantam.quant;
  exports dev.bantam.quant.kernel;
  exports dev.bantam.quant.calibrate;
  exports dev.bantam.quant.model;
  exports dev.bantam.quant.ptq;
}
