package dev.verdict.drift;

import dev.verdict.drift.F1Cause.Kind;
import dev.verdict.drift.InputDrift.FeatureDrift;
import dev.verdict.evaluation.MacroF1Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Why F1 is not what it was: each cause is checked by itself on figures of a reference period and
 * the present one. Several may hold, and none is proved: they are what the figures are consistent
 * with. Causes are told whether or not F1 has fallen credibly yet, {@link Kind#SEGMENT} only if it
 * has.
 *
 * @param fall macro F1 before less macro F1 now
 * @param credible whether the fall is beyond what two 95% intervals as wide as these allow to
 *     chance
 * @param causes the strongest first; too few labels, where found, before all others, which then
 *     rest on little; {@link Kind#NONE} alone where nothing was found
 */
public record F1Explanation(double fall, boolean credible, List<F1Cause> causes) {

  public F1Explanation {
    causes = List.copyOf(causes);
  }

  /**
   * From when a cause counts.
   *
   * @param minLabels fewest labelled reviews of a period
   * @param mixShift least {@link PopulationStability} of the labels' classes
   * @param largeMixShift index of a large shift, see {@link F1Cause#strength}
   * @param smoothing of that index
   * @param newVersions least share of predictions by versions that served less before
   * @param segmentShare least share of the fall that a segment explains
   * @param segmentLabels fewest labels of a segment in each period that has any of it
   */
  public record Rule(
      long minLabels,
      double mixShift,
      double largeMixShift,
      double smoothing,
      double newVersions,
      double segmentShare,
      long segmentLabels) {
    /**
     * 200 labels, index 0.1 and 0.25, half a review, 10% of predictions, half of the fall, 30
     * labels.
     */
    public static final Rule USUAL = new Rule(200, 0.1, 0.25, 0.5, 0.1, 0.5, 30);

    /** The same with another number of labels in each period. */
    public Rule needing(long labels) {
      return new Rule(
          labels, mixShift, largeMixShift, smoothing, newVersions, segmentShare, segmentLabels);
    }
  }

  /**
   * Explains the difference of two periods.
   *
   * @param inputs the present predictions against the reference, if they were compared
   */
  public static F1Explanation of(
      F1Period before, F1Period now, Optional<InputDrift> inputs, Rule rule) {
    double fall = before.macroF1() - now.macroF1();
    boolean credible = fall > Math.hypot(reach(before.interval()), reach(now.interval()));
    List<F1Cause> causes = new ArrayList<>();
    versionChange(before, now, rule).ifPresent(causes::add);
    inputs.flatMap(F1Explanation::inputDrift).ifPresent(causes::add);
    labelMixShift(before, now, rule).ifPresent(causes::add);
    conceptDrift(before, now).ifPresent(causes::add);
    if (credible) {
      segment(before, now, rule).ifPresent(causes::add);
    }
    causes.sort(Comparator.comparingDouble(F1Cause::strength).reversed());
    tooFewLabels(before, now, rule).ifPresent(cause -> causes.add(0, cause));
    if (causes.isEmpty()) {
      causes.add(none(fall, credible));
    }
    return new F1Explanation(fall, credible, causes);
  }

  /** Half the width: two errors of a normal deviate. */
  private static double reach(MacroF1Interval interval) {
    return (interval.high() - interval.low()) / 2;
  }

  private static Optional<F1Cause> tooFewLabels(F1Period before, F1Period now, Rule rule) {
    long fewest = Math.min(before.labelled(), now.labelled());
    if (fewest >= rule.minLabels()) {
      return Optional.empty();
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("labels_before", (double) before.labelled());
    figures.put("labels_now", (double) now.labelled());
    figures.put("min_labels", (double) rule.minLabels());
    figures.put("coverage_before", before.coverage());
    figures.put("coverage_now", now.coverage());
    return Optional.of(
        new F1Cause(
            Kind.TOO_FEW_LABELS,
            1 - (double) fewest / rule.minLabels(),
            figures,
            text(
                "Only %d reviews have labels now (%.1f%% of predictions) and %d before (%.1f%%);"
                    + " %d are needed to compare F1.",
                now.labelled(),
                100 * now.coverage(),
                before.labelled(),
                100 * before.coverage(),
                rule.minLabels())));
  }

  private static Optional<F1Cause> versionChange(F1Period before, F1Period now, Rule rule) {
    double total = F1Period.sum(now.versions());
    double totalBefore = F1Period.sum(before.versions());
    if (total == 0 || totalBefore == 0) {
      return Optional.empty();
    }
    double moved = 0;
    double most = 0;
    String gained = "";
    for (String version : new TreeSet<>(now.versions().keySet())) {
      double gain =
          now.versions().get(version) / total
              - before.versions().getOrDefault(version, 0L) / totalBefore;
      moved += Math.max(0, gain);
      if (gain > most) {
        most = gain;
        gained = version;
      }
    }
    if (moved <= 0 || moved < rule.newVersions()) {
      return Optional.empty();
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("moved_share", moved);
    figures.put("share_before", before.versions().getOrDefault(gained, 0L) / totalBefore);
    figures.put("share_now", now.versions().get(gained) / total);
    return Optional.of(
        new F1Cause(
            Kind.VERSION_CHANGE,
            moved,
            figures,
            text(
                "%.0f%% of predictions are by other model versions than before, most of them by %s.",
                100 * moved, gained)));
  }

  private static Optional<F1Cause> inputDrift(InputDrift drift) {
    List<FeatureDrift> changed =
        drift.features().stream().filter(each -> each.level() != DriftLevel.NONE).toList();
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    FeatureDrift most = changed.get(0);
    Map<String, Double> figures = new LinkedHashMap<>();
    for (FeatureDrift each : changed) {
      figures.put(each.feature() + "_psi", each.stability().index());
      each.kolmogorovSmirnov()
          .ifPresent(test -> figures.put(each.feature() + "_ks", test.statistic()));
    }
    return Optional.of(
        new F1Cause(
            Kind.INPUT_DRIFT,
            ofIndex(most.stability().index(), drift.rule().large()),
            figures,
            text(
                "Reviews or predictions look unlike the reference: %s changed most (stability index"
                    + " %.3f, %s).",
                most.feature().replace('_', ' '),
                most.stability().index(),
                most.level().name().toLowerCase(Locale.ROOT))));
  }

  private static Optional<F1Cause> labelMixShift(F1Period before, F1Period now, Rule rule) {
    if (before.labelled() == 0 || now.labelled() == 0) {
      return Optional.empty();
    }
    PopulationStability labels =
        PopulationStability.of(before.labels(), now.labels(), rule.smoothing());
    if (labels.level(rule.mixShift(), Double.POSITIVE_INFINITY) == DriftLevel.NONE) {
      return Optional.empty();
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("label_psi", labels.index());
    if (F1Period.sum(before.predictedClasses()) > 0 && F1Period.sum(now.predictedClasses()) > 0) {
      figures.put(
          "predicted_psi",
          PopulationStability.of(
                  before.predictedClasses(), now.predictedClasses(), rule.smoothing())
              .index());
    }
    TreeSet<String> names = new TreeSet<>(before.labels().keySet());
    names.addAll(now.labels().keySet());
    String most = "";
    double change = 0;
    for (String name : names) {
      double difference = share(now, name) - share(before, name);
      if (Math.abs(difference) > Math.abs(change)) {
        change = difference;
        most = name;
      }
    }
    figures.put("share_before", share(before, most));
    figures.put("share_now", share(now, most));
    return Optional.of(
        new F1Cause(
            Kind.LABEL_MIX_SHIFT,
            ofIndex(labels.index(), rule.largeMixShift()),
            figures,
            text(
                "The labels' classes come in another mix (stability index %.3f): %s is %.1f%%, was"
                    + " %.1f%%.",
                labels.index(), most, 100 * share(now, most), 100 * share(before, most))));
  }

  private static double ofIndex(double index, double large) {
    return index / (index + large);
  }

  private static double share(F1Period period, String label) {
    return (double) period.labels().getOrDefault(label, 0L) / period.labelled();
  }

  /**
   * The estimate less what it was too high by before (difference of confidences, Guillory et al.,
   * ICCV 2021): a model that always was overconfident has not drifted.
   */
  private static Optional<F1Cause> conceptDrift(F1Period before, F1Period now) {
    if (now.estimatedF1().isEmpty()) {
      return Optional.empty();
    }
    double estimated = now.estimatedF1().getAsDouble();
    double overestimated =
        before.estimatedF1().isPresent()
            ? Math.max(0, before.estimatedF1().getAsDouble() - before.macroF1())
            : 0;
    double expected = estimated - overestimated;
    if (expected <= now.interval().high()) {
      return Optional.empty();
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("estimated_f1", estimated);
    figures.put("overestimated_before", overestimated);
    figures.put("realised_f1", now.macroF1());
    figures.put("realised_low", now.interval().low());
    figures.put("realised_high", now.interval().high());
    return Optional.of(
        new F1Cause(
            Kind.CONCEPT_DRIFT,
            1 - (now.interval().high() - now.macroF1()) / (expected - now.macroF1()),
            figures,
            text(
                "The model's probabilities foresee a macro F1 of %.3f, the labels give %.3f (%.3f to"
                    + " %.3f): reviews may mean other classes than those it was trained on.",
                expected, now.macroF1(), now.interval().low(), now.interval().high())));
  }

  /**
   * Splits the fall of the mean of segments, weighted by support, into the segments' parts
   * (Kitagawa: Components of a difference between two rates, Journal of the American Statistical
   * Association 50, 1955): how far a segment fell by its mean weight, and how far its weight moved
   * by its distance from the mean. A large segment that falls as all others do is no cause: the
   * others must have fallen less than they would explain.
   */
  private static Optional<F1Cause> segment(F1Period before, F1Period now, Rule rule) {
    double fall = weighted(before, Optional.empty()) - weighted(now, Optional.empty());
    if (!(fall > 0)) {
      return Optional.empty();
    }
    Optional<String> most = Optional.empty();
    double explained = 0;
    TreeSet<String> names = new TreeSet<>(before.segments().keySet());
    names.addAll(now.segments().keySet());
    for (String each : names) {
      double part = part(before, now, each) / fall;
      if (part > explained && fewestLabels(before, now, each) >= rule.segmentLabels()) {
        most = Optional.of(each);
        explained = part;
      }
    }
    double fallOfOthers = weighted(before, most) - weighted(now, most);
    // Not a number where there are no others: then the segment is all there is, and no cause.
    if (most.isEmpty()
        || explained < rule.segmentShare()
        || !(fallOfOthers <= (1 - rule.segmentShare()) * fall)) {
      return Optional.empty();
    }
    String name = most.get();
    SegmentScore earlier = score(before, name);
    SegmentScore later = score(now, name);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("explained_share", explained);
    figures.put("segment_f1_before", earlier.macroF1());
    figures.put("segment_f1_now", later.macroF1());
    figures.put("support_before", (double) earlier.support());
    figures.put("support_now", (double) later.support());
    figures.put("fall_of_others", fallOfOthers);
    return Optional.of(
        new F1Cause(
            Kind.SEGMENT,
            Math.min(1, explained),
            figures,
            text(
                "Segment %s explains %.0f%% of the fall: its macro F1 is %.3f on %d labels, was %.3f"
                    + " on %d.",
                name,
                100 * explained,
                later.macroF1(),
                later.support(),
                earlier.macroF1(),
                earlier.support())));
  }

  /** A segment without labels in a period has F1 0 there. */
  private static SegmentScore score(F1Period period, String name) {
    return period.segments().getOrDefault(name, new SegmentScore(0, 0));
  }

  /** Of the periods in which the segment has any. */
  private static long fewestLabels(F1Period before, F1Period now, String name) {
    long earlier = score(before, name).support();
    long later = score(now, name).support();
    return earlier == 0 || later == 0 ? Math.max(earlier, later) : Math.min(earlier, later);
  }

  /** Macro F1 of the segments but one, weighted by support; not a number without any support. */
  private static double weighted(F1Period period, Optional<String> without) {
    double sum = 0;
    double support = 0;
    for (String name : new TreeSet<>(period.segments().keySet())) {
      SegmentScore score = period.segments().get(name);
      if (!without.equals(Optional.of(name))) {
        sum += score.macroF1() * score.support();
        support += score.support();
      }
    }
    return sum / support;
  }

  /**
   * What a segment adds to the fall of the weighted mean; all parts sum to it. A segment that is in
   * one period only has the same F1 in the other, and no weight.
   */
  private static double part(F1Period before, F1Period now, String name) {
    SegmentScore earlier = score(before, name);
    SegmentScore later = score(now, name);
    double weightBefore = earlier.support() / support(before);
    double weightNow = later.support() / support(now);
    double f1Before = earlier.support() == 0 ? later.macroF1() : earlier.macroF1();
    double f1Now = later.support() == 0 ? earlier.macroF1() : later.macroF1();
    double mean = (weighted(before, Optional.empty()) + weighted(now, Optional.empty())) / 2;
    return (weightBefore + weightNow) / 2 * (f1Before - f1Now)
        + (weightBefore - weightNow) * ((f1Before + f1Now) / 2 - mean);
  }

  private static double support(F1Period period) {
    return period.segments().values().stream().mapToLong(SegmentScore::support).sum();
  }

  private static F1Cause none(double fall, boolean credible) {
    String sentence =
        credible
            ? text("Macro F1 fell by %.3f, and no figure tells why.", fall)
            : text("Macro F1 changed by %+.3f, which is no fall beyond chance.", -fall);
    return new F1Cause(Kind.NONE, 0, Map.of("fall", fall), sentence);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
