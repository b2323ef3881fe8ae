package dev.bantam.tensor.kernel;

import static dev.bantam.tensor.ChildJvm.VECTOR_API;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.tensor.ChildJvm;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which kernels a virtual machine chooses, and the line in which it says so. */
class KernelChoiceTest {

  /** A program: chooses. */
  static final class Choice {
    private Choice() {}

    static void main() {
      Optional<Kernels> simd = Kernels.simd();
      System.out.println("best " + Kernels.best().name());
      System.out.println("simd " + simd.map(Kernels::name).orElse("none"));
      float a = 1 + 0x1p-23f; // the last bit of its square is lost where the product is rounded
      System.out.println("rest " + (MultiplyAdd.of(a, a, -1 - 0x1p-22f) > 0));
    }
  }

  private static String choose(String... flags) throws Exception {
    return ChildJvm.run(Choice.class, List.of(flags));
  }

  @Test
  void with_the_vector_api_they_are_the_simd_ones() throws Exception {
    String name = "simd-" + Kernels.best().vectorBits();
    assertThat(choose(VECTOR_API))
        .contains("INFO: kernels: " + name + ", because the Vector API is present and compiled")
        .contains("best " + name)
        .contains("simd " + name);
  }

  @Test
  void without_the_module_they_are_scalar() throws Exception {
    assertThat(choose())
        .contains(
            "INFO: kernels: scalar, because module jdk.incubator.vector is not resolved; start Java"
                + " with --add-modules jdk.incubator.vector")
        .contains("best scalar")
        .contains("simd none");
  }

  @Test
  void in_an_interpreter_they_are_scalar() throws Exception {
    assertThat(choose(VECTOR_API, "-Xint"))
        .contains("INFO: kernels: scalar, because the optimizing compiler is off (interpreted mode")
        .contains("best scalar")
        .contains("simd none");
  }

  @Test
  void without_the_optimizing_compiler_they_are_scalar() throws Exception {
    for (String flag : List.of("-XX:TieredStopAtLevel=1", "-XX:CompilationMode=quick-only")) {
      assertThat(choose(VECTOR_API, flag))
          .contains(
              "INFO: kernels: scalar, because the optimizing compiler is off (mixed mode,"
                  + " emulated-client")
          .contains("best scalar")
          .contains("simd none");
    }
  }

  @Test
  void without_a_fused_multiply_add_they_are_scalar_and_do_without() throws Exception {
    if (ChildJvm.isX86()) {
      for (String flag : List.of("-XX:-UseFMA", "-XX:UseAVX=0")) {
        assertThat(choose(VECTOR_API, flag))
            .contains(
                "INFO: kernels: scalar, because there is no fused multiply-add, or the virtual"
                    + " machine does not use it")
            .contains("best scalar")
            .contains("simd none")
            .contains("rest false");
      }
    }
    assertThat(choose(VECTOR_API)).contains("rest true");
  }

  @Test
  void vectors_of_128_bits_are_too_narrow_on_x86_only() throws Exception {
    String output = choose(VECTOR_API, "-XX:MaxVectorSize=16");
    if (ChildJvm.isX86()) {
      assertThat(output)
          .containsPattern(
              "INFO: kernels: scalar, because vectors of 128 bits are too narrow; on (amd64|x86_64)"
                  + " they need 256")
          .contains("best scalar");
    } else {
      assertThat(output).contains("best simd-128");
    }
    assertThat(output).contains("simd simd-128");
  }
}
