package dev.verdict.contract;

import dev.verdict.contract.Evaluation.Interval;
import dev.verdict.drift.EstimatedPerformance;
import dev.verdict.drift.InputDrift;
import dev.verdict.drift.InputDrift.FeatureDrift;
import dev.verdict.drift.KolmogorovSmirnov;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one version's last predictions say without labels, beside what the labels say: the value of
 * {@code drift}. Its key is {@code <model>/<version>}.
 *
 * @param reviews predictions that it is of
 * @param referenceReviews predictions in the version's reference; absent if it has none
 * @param level the largest of any feature, {@code none}, {@code moderate} or {@code large}; absent
 *     if nothing was compared, for want of a reference or of reviews
 * @param features by name, the one that changed most first
 * @param estimatedMacroF1 to be expected by the probabilities, see {@link EstimatedPerformance}
 * @param estimatedAccuracy to be expected by the probabilities
 * @param realised what the labels say, of the window that decides on retraining; absent before the
 *     first
 * @param realisedMinusEstimated macro F1 by the labels less that by the probabilities: far below 0
 *     where reviews mean other classes than those that the version learned
 */
public record DriftSignals(
    String model,
    String modelVersion,
    long reviews,
    OptionalLong referenceReviews,
    Optional<String> level,
    Map<String, Feature> features,
    OptionalDouble estimatedMacroF1,
    OptionalDouble estimatedAccuracy,
    Optional<Realised> realised,
    OptionalDouble realisedMinusEstimated,
    Instant evaluatedAt) {

  /**
   * How far one feature is from the reference.
   *
   * @param psi population stability index, 0 without change
   * @param psiChance what chance alone exceeds once or twice in a hundred comparisons
   * @param ks statistic of Kolmogorov and Smirnov; absent for classes
   * @param ksAtMost what the statistic of the values themselves cannot exceed
   * @param pValue probability of so large a statistic without a change
   */
  public record Feature(
      double psi,
      double psiChance,
      OptionalDouble ks,
      OptionalDouble ksAtMost,
      OptionalDouble pValue,
      String level) {}

  /**
   * A score by labels.
   *
   * @param labels that it rests on
   */
  public record Realised(String window, long labels, double macroF1, Interval macroF1Interval) {}

  /**
   * The signals of a version.
   *
   * @param inputs against the version's reference, if it has one
   * @param score of the version by its labels, if it has any
   */
  public static DriftSignals of(
      String model,
      String version,
      EstimatedPerformance estimate,
      Optional<InputDrift> inputs,
      Optional<Evaluation> score,
      Instant now) {
    Map<String, Feature> features = new LinkedHashMap<>();
    inputs.ifPresent(
        drift -> drift.features().forEach(each -> features.put(each.feature(), feature(each))));
    OptionalDouble estimated = estimate.macroF1();
    return new DriftSignals(
        model,
        version,
        estimate.predictions(),
        inputs.map(drift -> OptionalLong.of(drift.referenceReviews())).orElse(OptionalLong.empty()),
        inputs.filter(InputDrift::enough).map(drift -> wireName(drift.level())),
        features,
        estimated,
        estimate.accuracy(),
        score.map(
            each ->
                new Realised(each.window(), each.labels(), each.macroF1(), each.macroF1Interval())),
        score.isPresent() && estimated.isPresent()
            ? OptionalDouble.of(score.get().macroF1() - estimated.getAsDouble())
            : OptionalDouble.empty(),
        now);
  }

  private static Feature feature(FeatureDrift drift) {
    Optional<KolmogorovSmirnov> test = drift.kolmogorovSmirnov();
    return new Feature(
        drift.stability().index(),
        drift.stability().chance(),
        test.map(each -> OptionalDouble.of(each.statistic())).orElse(OptionalDouble.empty()),
        test.map(each -> OptionalDouble.of(each.atMost())).orElse(OptionalDouble.empty()),
        test.map(each -> OptionalDouble.of(each.pValue())).orElse(OptionalDouble.empty()),
        wireName(drift.level()));
  }

  private static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The key on the topic. */
  public String key() {
    return "%s/%s".formatted(model, modelVersion);
  }
}
