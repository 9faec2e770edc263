package dev.verdict.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.metrics.SourceCheck.Difference;
import dev.verdict.cli.metrics.SourceCheck.Result;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.Label;
import dev.verdict.contract.LoggedLabel;
import dev.verdict.contract.Prediction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceCheckTest {
  private static final Instant REVIEWED = Instant.parse("2026-01-05T12:00:00Z");
  private static final Instant PREDICTED = REVIEWED.plusMillis(40);
  private static final Instant LABELLED = REVIEWED.plusSeconds(3600);
  private static final KeptSince WHOLE = new KeptSince(Map.of(0, 0L, 1, 0L), false);

  private final SourceCheck check =
      new SourceCheck(
          List.of(
              new LoggedLabel(
                  "a",
                  7,
                  LABELLED,
                  new GradedPrediction(
                      "positive",
                      "negative",
                      0.75,
                      0.25,
                      "v1",
                      PREDICTED,
                      REVIEWED,
                      LABELLED,
                      Map.of(),
                      Optional.empty()))));

  private static Prediction prediction(
      String label, double probability, String version, Instant at, boolean seen) {
    return new Prediction(
        label,
        probability,
        Map.of("negative", probability, "positive", 1 - probability),
        version,
        REVIEWED,
        at,
        false,
        seen);
  }

  private static Label label(String name, Instant at) {
    return new Label(name, Optional.ofNullable(at), Optional.empty());
  }

  private static KeptSince begunAt(Instant first) {
    KeptSince kept = new KeptSince(Map.of(0, 500L, 1, 0L), false);
    kept.add(0, first);
    kept.add(0, REVIEWED.minusSeconds(7200));
    kept.add(1, LABELLED.plusSeconds(7200));
    return kept;
  }

  @Test
  void bothThereAmongOthersThenFound() {
    check.prediction("a", prediction("negative", 0.75, "v1", PREDICTED, false));
    check.prediction("a", prediction("negative", 0.9, "v2", PREDICTED.plusSeconds(1), false));
    check.prediction("b", prediction("negative", 0.9, "v1", PREDICTED, false));
    check.label("a", label("neutral", LABELLED.minusSeconds(9)));
    check.label("a", label("positive", LABELLED));

    assertThat(check.result(WHOLE, WHOLE)).isEqualTo(new Result(1, 1, 1, 0, List.of()));
  }

  @Test
  void predictionOfOtherFiguresThenTheySaySo() {
    check.label("a", label("positive", null));
    check.prediction("a", prediction("positive", 0.75, "v1", PREDICTED, false));
    assertThat(found()).isEqualTo("predicted positive, counted as negative");
    check.prediction("a", prediction("negative", 0.7, "v1", PREDICTED, false));
    assertThat(found()).isEqualTo("predicted with 0.7, counted with 0.75");
    check.prediction("a", prediction("negative", 0.75, "v1", PREDICTED, true));
    assertThat(found()).isEqualTo("counted though its version was trained on it");
    check.prediction(
        "a",
        new Prediction(
            "negative",
            0.75,
            Map.of("negative", 0.75, "positive", 0.2),
            "v1",
            REVIEWED,
            PREDICTED,
            false,
            false));
    assertThat(found()).isEqualTo("positive predicted with 0.2, counted with 0.25");
  }

  private String found() {
    return check.result(WHOLE, WHOLE).differences().stream()
        .map(Difference::found)
        .reduce((one, two) -> one + two)
        .orElseThrow();
  }

  @Test
  void nothingThereThenBothAreNamedWithTheId() {
    check.label("a", label("positive", LABELLED.plusMillis(1)));
    check.prediction("a", prediction("negative", 0.75, "v2", PREDICTED, false));

    assertThat(check.result(WHOLE, WHOLE).differences())
        .containsExactly(
            new Difference("a", "no prediction by v1 at 2026-01-05T12:00:00.040Z"),
            new Difference("a", "no label positive"));
  }

  @Test
  void topicsBeganAfterwardsThenNothingCanBeSaid() {
    assertThat(check.result(begunAt(LABELLED), begunAt(LABELLED)))
        .isEqualTo(new Result(1, 0, 0, 2, List.of()));
    KeptSince emptied = new KeptSince(Map.of(0, 500L), false);
    assertThat(check.result(emptied, emptied)).isEqualTo(new Result(1, 0, 0, 2, List.of()));
    KeptSince compacted = new KeptSince(Map.of(0, 0L), true);
    assertThat(check.result(compacted, compacted)).isEqualTo(new Result(1, 0, 0, 2, List.of()));
    KeptSince earlier = begunAt(REVIEWED.minusSeconds(600));
    assertThat(check.result(earlier, earlier).differences()).hasSize(2);
  }
}
