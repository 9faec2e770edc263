package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.drift.F1Cause.Kind;
import dev.verdict.drift.F1Explanation.Rule;
import dev.verdict.evaluation.MacroF1Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class F1ExplanationTest {
  private static final Map<String, Long> EVEN = Map.of("negative", 500L, "positive", 500L);

  private final Period before = new Period();
  private final Period now = new Period();
  private Optional<InputDrift> inputs = Optional.empty();

  @Test
  void nothingMovedThenNone() {
    now.f1(0.895);

    F1Explanation found = explain();

    assertThat(kinds(found)).containsExactly(Kind.NONE);
    assertThat(found.credible()).isFalse();
    assertThat(found.fall()).isCloseTo(0.005, within(1e-12));
    assertThat(found.causes().get(0).sentence())
        .isEqualTo("Macro F1 changed by -0.005, which is no fall beyond chance.");
  }

  @Test
  void fellAndEverythingElseIsAsItWasThenNoneAndTheFallIsTold() {
    now.f1(0.8);

    F1Explanation found = explain();

    assertThat(kinds(found)).containsExactly(Kind.NONE);
    assertThat(found.credible()).isTrue();
    assertThat(found.causes().get(0).sentence())
        .isEqualTo("Macro F1 fell by 0.100, and no figure tells why.");
  }

  @Test
  void fewLabelsThenThatFirstWithTheirCoverage() {
    now.f1(0.7);
    now.labels = Map.of("negative", 40L, "positive", 10L);
    now.versions = Map.of("v2", 2000L);

    F1Explanation found = explain();

    assertThat(kinds(found))
        .containsExactly(Kind.TOO_FEW_LABELS, Kind.VERSION_CHANGE, Kind.LABEL_MIX_SHIFT);
    assertThat(found.causes().get(0).strength()).isEqualTo(0.75);
    assertThat(found.causes().get(0).figures())
        .containsEntry("labels_now", 50.0)
        .containsEntry("coverage_now", 0.025)
        .containsEntry("coverage_before", 0.5);
    assertThat(found.causes().get(0).sentence())
        .isEqualTo(
            "Only 50 reviews have labels now (2.5% of predictions) and 1000 before (50.0%); 200 are"
                + " needed to compare F1.");
  }

  @Test
  void anotherVersionServesThenVersionChange() {
    before.versions = Map.of("v1", 2000L);
    now.versions = Map.of("v1", 500L, "v2", 1500L);

    F1Cause cause = only(explain());

    assertThat(cause.kind()).isEqualTo(Kind.VERSION_CHANGE);
    assertThat(cause.strength()).isEqualTo(0.75);
    assertThat(cause.figures()).containsEntry("share_before", 0.0).containsEntry("share_now", 0.75);
    assertThat(cause.sentence())
        .isEqualTo(
            "75% of predictions are by other model versions than before, most of them by v2.");
  }

  @Test
  void reviewsLookOtherwiseThenInputDrift() {
    inputs =
        Optional.of(
            InputDrift.of(
                DriftSamples.sketch(DriftSamples.REFERENCE).profile(),
                DriftSamples.sketch(DriftSamples.CURRENT).profile(),
                InputDrift.Rule.USUAL));

    F1Cause cause = only(explain());

    assertThat(cause.kind()).isEqualTo(Kind.INPUT_DRIFT);
    assertThat(cause.strength()).isCloseTo(0.6307 / 0.8807, within(1e-4));
    assertThat(cause.figures())
        .containsKeys("text_length_psi", "text_length_ks", "predicted_class_psi");
    assertThat(cause.sentence())
        .contains("text length changed most (stability index 0.631, large)");
  }

  @Test
  void reviewsLookAlikeThenNoInputDrift() {
    ReferenceProfile same = DriftSamples.sketch(DriftSamples.REFERENCE).profile();
    inputs = Optional.of(InputDrift.of(same, same, InputDrift.Rule.USUAL));

    assertThat(kinds(explain())).containsExactly(Kind.NONE);
  }

  @Test
  void labelsComeInAnotherMixThenLabelMixShift() {
    now.labels = Map.of("negative", 800L, "positive", 200L);

    F1Cause cause = only(explain());

    // (0.8 - 0.5) ln(0.8 / 0.5) + (0.2 - 0.5) ln(0.2 / 0.5), all but the smoothing.
    assertThat(cause.kind()).isEqualTo(Kind.LABEL_MIX_SHIFT);
    assertThat(cause.figures().get("label_psi")).isCloseTo(0.4159, within(0.002));
    assertThat(cause.figures()).containsEntry("predicted_psi", 0.0).containsEntry("share_now", 0.8);
    assertThat(cause.sentence()).contains("negative is 80.0%, was 50.0%");
  }

  @Test
  void labelsGiveLessThanTheProbabilitiesForeseeThenConceptDrift() {
    now.f1(0.75);

    now.estimated = OptionalDouble.of(0.9);
    before.estimated = OptionalDouble.of(0.91);
    F1Cause cause = only(explain());

    assertThat(cause.kind()).isEqualTo(Kind.CONCEPT_DRIFT);
    // The estimate was 0.01 too high before: 0.89 is 0.14 away, the interval allows 0.02.
    assertThat(cause.strength()).isCloseTo(1 - 0.02 / 0.14, within(1e-9));
    assertThat(cause.figures())
        .containsEntry("estimated_f1", 0.9)
        .containsEntry("realised_f1", 0.75);
    assertThat(cause.sentence()).contains("foresee a macro F1 of 0.890, the labels give 0.750");
  }

  @Test
  void alwaysWasOverconfidentThenNoConceptDrift() {
    before.estimated = OptionalDouble.of(0.97);
    now.f1(0.88);
    now.estimated = OptionalDouble.of(0.96);

    assertThat(kinds(explain())).containsExactly(Kind.NONE);
  }

  @Test
  void estimateFallsWithTheScoreThenNoConceptDrift() {
    now.f1(0.75);
    now.estimated = OptionalDouble.of(0.76);

    assertThat(kinds(explain())).containsExactly(Kind.NONE);
  }

  @Test
  void oneSegmentFellThenSegment() {
    now.f1(0.8);
    before.segments =
        Map.of("books", new SegmentScore(0.9, 700), "shoes", new SegmentScore(0.9, 300));
    now.segments =
        Map.of("books", new SegmentScore(0.89, 700), "shoes", new SegmentScore(0.6, 300));

    F1Cause cause = only(explain());

    assertThat(cause.kind()).isEqualTo(Kind.SEGMENT);
    // 0.3 * 0.3 of 0.7 * 0.01 + 0.3 * 0.3.
    assertThat(cause.figures().get("explained_share")).isCloseTo(0.09 / 0.097, within(1e-9));
    assertThat(cause.figures().get("fall_of_others")).isCloseTo(0.01, within(1e-9));
    assertThat(cause.sentence())
        .isEqualTo(
            "Segment shoes explains 93% of the fall: its macro F1 is 0.600 on 300 labels, was 0.900"
                + " on 300.");
  }

  @Test
  void weakSegmentGrewThenSegmentThoughItDidNotFall() {
    now.f1(0.8);
    before.segments =
        Map.of("books", new SegmentScore(0.9, 950), "shoes", new SegmentScore(0.5, 50));
    now.segments = Map.of("books", new SegmentScore(0.9, 650), "shoes", new SegmentScore(0.5, 350));

    assertThat(only(explain()).figures()).containsEntry("support_now", 350.0);
  }

  @Test
  void newSegmentIsWeakThenSegmentThatWasNotSeenBefore() {
    now.f1(0.8);
    before.segments = Map.of("books", new SegmentScore(0.9, 1000));
    now.segments = Map.of("books", new SegmentScore(0.9, 700), "shoes", new SegmentScore(0.5, 300));

    assertThat(only(explain()).sentence()).endsWith("on 300 labels, was 0.000 on 0.");
  }

  @Test
  void strongSegmentCameNoMoreThenSegment() {
    now.f1(0.8);
    before.segments =
        Map.of("books", new SegmentScore(0.95, 700), "shoes", new SegmentScore(0.7, 300));
    now.segments = Map.of("shoes", new SegmentScore(0.7, 300));

    F1Cause cause = only(explain());

    // Of the two mix parts, 0.7 (0.95 - mean) and -0.7 (0.7 - mean), mean (0.875 + 0.7) / 2.
    assertThat(cause.figures().get("explained_share"))
        .isCloseTo(0.7 * (0.95 - 0.7875) / 0.175, within(1e-9));
    assertThat(cause.sentence()).startsWith("Segment books explains 65% of the fall");
  }

  @Test
  void allSegmentsFellAlikeThenNoneOfThemIsTheCause() {
    now.f1(0.8);
    before.segments =
        Map.of("books", new SegmentScore(0.9, 800), "shoes", new SegmentScore(0.9, 200));
    now.segments = Map.of("books", new SegmentScore(0.8, 800), "shoes", new SegmentScore(0.8, 200));

    assertThat(kinds(explain())).containsExactly(Kind.NONE);
  }

  @Test
  void onlyOneSegmentOrTooFewLabelsOfItThenNoSegment() {
    now.f1(0.8);
    before.segments = Map.of("books", new SegmentScore(0.9, 1000));
    now.segments = Map.of("books", new SegmentScore(0.8, 1000));
    assertThat(kinds(explain())).containsExactly(Kind.NONE);

    before.segments = Map.of("books", new SegmentScore(0.9, 971), "", new SegmentScore(0.9, 29));
    now.segments = Map.of("books", new SegmentScore(0.9, 971), "", new SegmentScore(0.1, 29));
    assertThat(kinds(explain())).containsExactly(Kind.NONE);
  }

  @Test
  void segmentFellButTheFallIsChanceThenNoSegment() {
    now.f1(0.88);
    before.segments =
        Map.of("books", new SegmentScore(0.9, 700), "shoes", new SegmentScore(0.9, 300));
    now.segments =
        Map.of("books", new SegmentScore(0.9, 700), "shoes", new SegmentScore(0.83, 300));

    assertThat(kinds(explain())).containsExactly(Kind.NONE);
  }

  @Test
  void severalCausesThenTheStrongestFirst() {
    now.f1(0.7);
    now.estimated = OptionalDouble.of(0.75);
    now.versions = Map.of("v1", 1600L, "v2", 400L);
    now.labels = Map.of("negative", 900L, "positive", 100L);
    now.segments =
        Map.of("books", new SegmentScore(0.89, 700), "shoes", new SegmentScore(0.3, 300));

    F1Explanation found = explain();

    assertThat(kinds(found))
        .containsExactly(
            Kind.SEGMENT, Kind.LABEL_MIX_SHIFT, Kind.CONCEPT_DRIFT, Kind.VERSION_CHANGE);
    assertThat(found.causes())
        .extracting(F1Cause::strength)
        .allSatisfy(strength -> assertThat(strength).isBetween(0.0, 1.0));
    assertThat(found.credible()).isTrue();
  }

  @Test
  void nothingIsKnownThenTooFewLabelsAlone() {
    F1Period nothing =
        new F1Period(
            0,
            new MacroF1Interval(0, 1),
            OptionalDouble.empty(),
            0,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of());

    F1Explanation found = F1Explanation.of(nothing, nothing, Optional.empty(), Rule.USUAL);

    assertThat(kinds(found)).containsExactly(Kind.TOO_FEW_LABELS);
    assertThat(found.causes().get(0).figures().values()).allMatch(Double::isFinite);
  }

  private F1Explanation explain() {
    return F1Explanation.of(before.figures(), now.figures(), inputs, Rule.USUAL);
  }

  private static F1Cause only(F1Explanation found) {
    assertThat(found.causes()).hasSize(1);
    return found.causes().get(0);
  }

  private static List<Kind> kinds(F1Explanation found) {
    return found.causes().stream().map(F1Cause::kind).toList();
  }

  /** A period in which nothing is out of the way: macro F1 0.9, give or take 0.02. */
  private static final class Period {
    private double macroF1 = 0.9;
    private OptionalDouble estimated = OptionalDouble.empty();
    private Map<String, Long> labels = EVEN;
    private Map<String, Long> versions = Map.of("v1", 2000L);
    private Map<String, SegmentScore> segments =
        Map.of("books", new SegmentScore(0.9, 700), "shoes", new SegmentScore(0.9, 300));

    void f1(double value) {
      macroF1 = value;
    }

    F1Period figures() {
      return new F1Period(
          macroF1,
          new MacroF1Interval(macroF1 - 0.02, macroF1 + 0.02),
          estimated,
          2000,
          Map.of("negative", 1000L, "positive", 1000L),
          labels,
          versions,
          segments);
    }
  }
}
