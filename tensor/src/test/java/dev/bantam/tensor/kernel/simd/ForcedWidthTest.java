package dev.bantam.tensor.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.tensor.ChildJvm;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same sources at vector widths that are not this machine's own. */
class ForcedWidthTest {

  private static Stream<Arguments> widths() {
    return ChildJvm.isX86()
        ? Stream.of(
            Arguments.of(128, NarrowMatmul.class, List.of("-XX:UseAVX=2", "-XX:MaxVectorSize=16")),
            Arguments.of(256, NarrowMatmul.class, List.of("-XX:UseAVX=2", "-XX:MaxVectorSize=32")),
            Arguments.of(256, NarrowMatmul.class, List.of("-XX:MaxVectorSize=32")))
        : Stream.of(Arguments.of(128, WideMatmul.class, List.of("-XX:MaxVectorSize=16")));
  }

  @ParameterizedTest
  @MethodSource("widths")
  void all_kernels_agree_with_the_scalar_ones(int bits, Class<?> matmul, List<String> flags)
      throws Exception {
    List<String> all = Stream.concat(Stream.of(ChildJvm.VECTOR_API), flags.stream()).toList();
    assertThat(ChildJvm.run(WidthCheck.class, all))
        .contains("checked simd-" + bits + " with " + matmul.getSimpleName());
  }
}
