package dev.bantam.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TensorTest {

  /** [2, 3] with elements 0 to 5. */
  private static Tensor counted() {
    return Tensor.wrap(new float[] {0, 1, 2, 3, 4, 5}, 2, 3);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(ShapeMismatchException.class).isThrownBy(call).withMessage(message);
  }

  private static void assertOutOfBounds(ThrowingCallable call, String message) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(call)
        .withMessage(message);
  }

  @Test
  void elements_lie_in_row_major_order() {
    Tensor x = Tensor.wrap(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 2, 3, 2);
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 2; k++) {
          assertThat(x.get(i, j, k)).isEqualTo(6 * i + 2 * j + k);
        }
      }
    }
  }

  @Test
  void a_wrapped_array_is_not_copied() {
    float[] data = new float[10];
    Tensor x = Tensor.wrap(data, 3, Shape.of(2, 3));
    x.set(7, 1, 2);
    assertThat(data[3 + 5]).isEqualTo(7);
    data[3] = 9;
    assertThat(x.get(0, 0)).isEqualTo(9);
    assertThat(x.data()).isSameAs(data);
    assertThat(x.offset()).isEqualTo(3);
    assertThat(x.shape()).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void an_array_that_is_too_short_for_a_shape_is_refused() {
    assertRefused(
        () -> Tensor.wrap(new float[5], 2, 3),
        "tensor: shape [2, 3] at offset 0 does not fit an array of 5");
    assertRefused(
        () -> Tensor.wrap(new float[8], 3, Shape.of(2, 3)),
        "tensor: shape [2, 3] at offset 3 does not fit an array of 8");
    assertRefused(
        () -> Tensor.wrap(new float[8], -1, Shape.of(2, 3)),
        "tensor: shape [2, 3] at offset -1 does not fit an array of 8");
    assertRefused(
        () -> Tensor.wrap(new float[8], Integer.MAX_VALUE, Shape.of(2, 3)),
        "tensor: shape [2, 3] at offset 2147483647 does not fit an array of 8");
    assertThat(Tensor.wrap(new float[8], 2, Shape.of(2, 3)).offset()).isEqualTo(2);
    assertThat(Tensor.wrap(new float[8], 8, Shape.of(0)).toArray()).isEmpty();
  }

  @Test
  void zeros_are_zeros() {
    assertThat(Tensor.zeros(2, 3).toArray()).containsExactly(0, 0, 0, 0, 0, 0);
    assertThat(Tensor.zeros(0, 3).toArray()).isEmpty();
  }

  @Test
  void a_scalar_is_indexed_by_nothing() {
    Tensor scalar = Tensor.wrap(new float[] {3});
    assertThat(scalar.get()).isEqualTo(3);
    scalar.set(4);
    assertThat(scalar.get()).isEqualTo(4);
    assertThat(scalar.reshape(1, 1).get(0, 0)).isEqualTo(4);
  }

  @Test
  void an_index_of_another_rank_is_refused() {
    assertRefused(() -> counted().get(1), "index [1] does not fit shape [2, 3]");
    assertRefused(() -> counted().get(), "index [] does not fit shape [2, 3]");
    assertRefused(() -> counted().set(7, 0, 0, 0), "index [0, 0, 0] does not fit shape [2, 3]");
  }

  @Test
  void an_index_is_checked_on_its_own_axis() {
    assertOutOfBounds(() -> counted().get(0, 3), "Index 3 out of bounds for length 3");
    assertOutOfBounds(() -> counted().get(2, 0), "Index 2 out of bounds for length 2");
    assertOutOfBounds(() -> counted().set(7, 1, -1), "Index -1 out of bounds for length 3");
  }

  @Test
  void a_reshaped_tensor_is_a_view() {
    Tensor x = counted().slice(1, 2);
    Tensor y = x.reshape(3, 1);
    y.set(7, 2, 0);
    assertThat(x.get(0, 2)).isEqualTo(7);
    assertThat(y.shape()).isEqualTo(Shape.of(3, 1));
    assertThat(y.toArray()).containsExactly(3, 4, 7);
  }

  @Test
  void reshaping_keeps_the_number_of_elements() {
    assertRefused(() -> counted().reshape(4, 2), "reshape: [2, 3] has 6 elements, [4, 2] has 8");
    assertRefused(() -> counted().reshape(), "reshape: [2, 3] has 6 elements, [] has 1");
    assertRefused(() -> counted().reshape(-1, 6), "shape: negative extent in [-1, 6]");
  }

  @Test
  void a_slice_is_a_view_of_rows() {
    Tensor x = Tensor.wrap(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 4, 2);
    Tensor slice = x.slice(1, 3);
    assertThat(slice.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(slice.toArray()).containsExactly(2, 3, 4, 5);
    assertThat(slice.slice(1, 2).toArray()).containsExactly(4, 5);
    slice.set(9, 0, 1);
    assertThat(x.get(1, 1)).isEqualTo(9);
    assertThat(x.slice(0, 4).toArray()).isEqualTo(x.toArray());
  }

  @Test
  void a_slice_may_be_empty() {
    assertThat(counted().slice(2, 2).shape()).isEqualTo(Shape.of(0, 3));
    assertThat(Tensor.zeros(0, 3).slice(0, 0).shape()).isEqualTo(Shape.of(0, 3));
    assertThat(Tensor.zeros(3, 0).slice(1, 3).shape()).isEqualTo(Shape.of(2, 0));
  }

  @Test
  void a_slice_outside_the_first_axis_is_refused() {
    assertOutOfBounds(() -> counted().slice(0, 3), "Range [0, 3) out of bounds for length 2");
    assertOutOfBounds(() -> counted().slice(-1, 1), "Range [-1, 1) out of bounds for length 2");
    assertOutOfBounds(() -> counted().slice(2, 1), "Range [2, 1) out of bounds for length 2");
    assertRefused(() -> Tensor.zeros().slice(0, 0), "axis 0 is not in shape []");
  }

  @Test
  void a_copy_has_storage_of_its_own() {
    Tensor slice = counted().slice(1, 2);
    Tensor copy = slice.copy();
    float[] array = slice.toArray();
    slice.set(9, 0, 0);
    assertThat(copy.shape()).isEqualTo(Shape.of(1, 3));
    assertThat(copy.toArray()).containsExactly(3, 4, 5);
    assertThat(array).containsExactly(3, 4, 5);
  }

  @Test
  void it_prints_its_shape_and_its_first_elements() {
    assertThat(counted().slice(1, 2)).hasToString("Tensor[1, 3][3.0, 4.0, 5.0]");
    assertThat(Tensor.zeros(0, 2)).hasToString("Tensor[0, 2][]");
    assertThat(Tensor.zeros(9))
        .hasToString("Tensor[9][0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, ...]");
  }
}
