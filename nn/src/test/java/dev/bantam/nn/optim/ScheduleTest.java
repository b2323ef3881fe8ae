package dev.bantam.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private final OptimGoldens goldens = new OptimGoldens();

  private interface Kind {
    Schedule of(long warmup, long total);
  }

  private void assertAsGolden(String prefix, Kind kind) {
    assertThat(goldens.all(prefix)).isNotEmpty();
    goldens
        .all(prefix)
        .forEach(
            (name, factors) -> {
              long[] steps = Arrays.stream(name.split("\\.")).mapToLong(Long::parseLong).toArray();
              Schedule schedule = kind.of(steps[0], steps[steps.length - 1]);
              for (int step = 0; step < factors.length; step++) {
                assertThat(schedule.factor(step))
                    .as("%s%s at %d", prefix, name, step)
                    .isCloseTo(factors[step], Offset.offset(1e-15));
              }
            });
  }

  @Test
  void schedulesAreThoseOfTransformersAtEveryStep() {
    assertAsGolden("linear.", Schedule::linear);
    assertAsGolden("cosine.", Schedule::cosine);
    assertAsGolden("constant.", (warmup, _) -> Schedule.constant(warmup));
  }

  @Test
  void aScheduleEndsAtZeroAndStaysThere() {
    assertThat(Schedule.linear(2, 10).factor(25)).isZero();
    assertThat(Schedule.cosine(2, 10).factor(25)).isZero();
    assertThat(Schedule.constant().factor(25)).isOne();
  }

  @Test
  void warmUpIsNotNegative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.linear(-1, 10))
        .withMessage("schedule: expected 0 or more warm-up steps, got -1");
  }
}
