package dev.bantam.benchmarks;

import dev.bantam.tensor.Tape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.opcase.OpCase;
import dev.bantam.tensor.opcase.OpCases;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * 09. Every operation at the size of a model, forward, and forward and back: the first case of each
 * in the registry that its tests run.
 *
 * <p>What to look at: a product costs twice its way forward on the way back; nearly all others are
 * bound by memory, so {@code perElement} tells how often they pass over it.
 */
public class OpBenchmark extends KernelBenchmark {
  /** Class of the operation. */
  @Param({
    "AddOp",
    "SubtractOp",
    "MultiplyOp",
    "ScaleOp",
    "ActivationOp",
    "DropoutOp",
    "TransposeOp",
    "SliceOp",
    "ConcatOp",
    "EmbeddingOp",
    "SumOp",
    "MeanOp",
    "MaxOp",
    "SoftmaxOp",
    "LogSoftmaxOp",
    "MeanPoolOp",
    "MatmulOp",
    "LinearOp",
    "AttentionOp",
    "LayerNormOp",
    "RecomputeOp",
    "CrossEntropyOp",
    "MseOp",
    "KlDivergenceOp",
    "CosineSimilarityOp",
    "CosineEmbeddingLossOp"
  })
  public String op = "";

  /** Which implementation. */
  @Param("simd")
  public String kernels = "";

  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  private Workspace ws;
  private OpCase test;
  private List<Tensor> inputs;
  private Tensor gradient;

  /** Makes inputs. What results are right, the tests of the operations know. */
  @Setup
  public void start() {
    ws = workspace(kernels, threads);
    test = OpCases.of(op);
    inputs = test.inputs(test.modelShapes());
    inputs.forEach(Tensor::requireGrad);
    try (var _ = ws.scope()) {
      gradient = OpCase.normal(1, test.run().forward(ws, inputs).shape());
    }
    Work.perOperation(new Work.Elements(inputs.stream().mapToInt(x -> x.shape().elements()).sum()));
  }

  /** The result. */
  @Benchmark
  public void forward(Blackhole out) {
    try (var _ = ws.scope()) {
      out.consume(test.run().forward(ws, inputs));
    }
  }

  /** The result, and the gradients of all inputs. */
  @Benchmark
  public void forwardAndBackward(Blackhole out) {
    inputs.forEach(Tensor::zeroGrad);
    try (Tape tape = Tape.record(ws)) {
      Tensor y = test.run().forward(ws, inputs);
      tape.backward(y, gradient);
    }
    out.consume(inputs);
  }

  /** Ends the threads. */
  @TearDown
  public void stop() {
    ws.pool().close();
  }
}
