package dev.bantam.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ShapeTest {

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(ShapeMismatchException.class).isThrownBy(call).withMessage(message);
  }

  @Test
  void extents_are_listed_outermost_first() {
    Shape shape = Shape.of(2, 3, 4);
    assertThat(shape.rank()).isEqualTo(3);
    assertThat(shape.elements()).isEqualTo(24);
    assertThat(shape.rows()).isEqualTo(6);
    assertThat(shape.toArray()).containsExactly(2, 3, 4);
    assertThat(shape).hasToString("[2, 3, 4]");
  }

  @Test
  void rank_0_is_a_scalar_with_one_element() {
    Shape scalar = Shape.of();
    assertThat(scalar.rank()).isZero();
    assertThat(scalar.elements()).isEqualTo(1);
    assertThat(scalar.rows()).isEqualTo(1);
    assertThat(scalar).hasToString("[]");
  }

  @Test
  void an_extent_may_be_0() {
    assertThat(Shape.of(2, 0, 3).elements()).isZero();
    assertThat(Shape.of(2, 0, 3).rows()).isZero();
    assertThat(Shape.of(2, 3, 0).elements()).isZero();
    assertThat(Shape.of(2, 3, 0).rows()).isEqualTo(6);
  }

  @Test
  void axes_count_from_the_front_and_from_the_back() {
    Shape shape = Shape.of(2, 3, 4);
    assertThat(shape.dim(0)).isEqualTo(2);
    assertThat(shape.dim(2)).isEqualTo(4);
    assertThat(shape.dim(-1)).isEqualTo(4);
    assertThat(shape.dim(-3)).isEqualTo(2);
    assertThat(shape.axis(-1)).isEqualTo(2);
    assertThat(shape.axis(1)).isEqualTo(1);
  }

  @Test
  void an_axis_that_is_not_there_is_named() {
    assertRefused(() -> Shape.of(2, 3).dim(2), "axis 2 is not in shape [2, 3]");
    assertRefused(() -> Shape.of(2, 3).axis(-3), "axis -3 is not in shape [2, 3]");
    assertRefused(() -> Shape.of().dim(0), "axis 0 is not in shape []");
    assertRefused(() -> Shape.of().withLast(2), "axis -1 is not in shape []");
    assertRefused(
        () -> Shape.of(2).axis(Integer.MIN_VALUE), "axis -2147483648 is not in shape [2]");
  }

  @Test
  void a_negative_extent_is_refused() {
    assertRefused(() -> Shape.of(2, -1), "shape: negative extent in [2, -1]");
    assertRefused(
        () -> Shape.of(0, Integer.MIN_VALUE), "shape: negative extent in [0, -2147483648]");
    assertRefused(() -> Shape.of(2, 3).withLast(-3), "shape: negative extent in [2, -3]");
  }

  @Test
  void more_elements_than_an_array_holds_are_refused() {
    int big = 1 << 16;
    int max = Integer.MAX_VALUE;
    assertRefused(
        () -> Shape.of(big, big), "shape: [65536, 65536] has more elements than one array holds");
    assertRefused(
        () -> Shape.of(max), "shape: [2147483647] has more elements than one array holds");
    assertRefused( // the product of four is 0 in 64 bits
        () -> Shape.of(big, big, big, big),
        "shape: [65536, 65536, 65536, 65536] has more elements than one array holds");
    assertRefused( // the product of three does not fit 64 bits
        () -> Shape.of(max, max, max),
        "shape: [2147483647, 2147483647, 2147483647] has more elements than one array holds");
    assertRefused( // there would be no number of rows
        () -> Shape.of(big, big, 0),
        "shape: [65536, 65536, 0] has more elements than one array holds");
    assertThat(Shape.of(big, big / 4).elements()).isEqualTo(1 << 30);
  }

  @Test
  void the_last_extent_can_be_exchanged() {
    Shape shape = Shape.of(2, 3);
    assertThat(shape.withLast(5)).isEqualTo(Shape.of(2, 5));
    assertThat(shape).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void a_shape_does_not_change_with_the_arrays_around_it() {
    int[] given = {2, 3};
    Shape shape = Shape.of(given);
    given[0] = 7;
    shape.toArray()[1] = 7;
    assertThat(shape).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void shapes_are_equal_if_their_extents_are() {
    assertThat(Shape.of(2, 3)).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(2, 3, 1));
    assertThat(Shape.of(6)).isNotEqualTo(Shape.of(2, 3)).isNotEqualTo("[6]");
  }
}
