package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetrainPolicyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration COOLDOWN = Duration.ofMinutes(10);
  private final RetrainPolicy policy =
      new RetrainPolicy(new WindowSpec.Last(1000), 0.80, 500, COOLDOWN);

  /** Two classes of the same size, each with the same F1. */
  private static ConfusionMatrix matrix(long right, long wrong) {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b"));
    for (String[] classes : new String[][] {{"a", "b"}, {"b", "a"}}) {
      matrix.add(classes[0], classes[0], right);
      matrix.add(classes[0], classes[1], wrong);
    }
    return matrix;
  }

  @Test
  void belowTheBoundThenReasonWithFigures() {
    assertThat(policy.reasonToRetrain(matrix(199, 51), Optional.empty(), NOW))
        .contains("macro F1 of last_1000 is 0.7960 on 500 labels, below 0.8000");
  }

  @Test
  void atTheBoundThenNone() {
    assertThat(policy.reasonToRetrain(matrix(200, 50), Optional.empty(), NOW)).isEmpty();
  }

  @Test
  void oneLabelTooFewThenNone() {
    ConfusionMatrix matrix = matrix(1, 249);
    matrix.remove("a", "b");

    assertThat(policy.reasonToRetrain(matrix, Optional.empty(), NOW)).isEmpty();
  }

  @Test
  void requestDuringTheCooldownThenNoneUntilItEnds() {
    ConfusionMatrix bad = matrix(10, 240);

    assertThat(policy.reasonToRetrain(bad, Optional.of(NOW.minus(COOLDOWN).plusMillis(1)), NOW))
        .isEmpty();
    assertThat(policy.reasonToRetrain(bad, Optional.of(NOW.minus(COOLDOWN)), NOW)).isPresent();
  }

  @Test
  void boundOfZeroThenNeverAsked() {
    RetrainPolicy never = new RetrainPolicy(new WindowSpec.Last(1000), 0, 1, COOLDOWN);

    assertThat(never.reasonToRetrain(matrix(0, 250), Optional.empty(), NOW)).isEmpty();
  }
}
