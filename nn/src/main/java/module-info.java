/** Modules of neural networks: state and structure, over the operations of the tensor module. */
module dev.bantam.nn {
  requires transitive dev.bantam.tensor;
  requires static transitive org.jspecify;

  exports dev.bantam.nn;
  exports dev.bantam.nn.optim;
}
