package dev.verdict.cli.metrics;

import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.Label;
import dev.verdict.contract.LoggedLabel;
import dev.verdict.contract.Prediction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for the prediction and the label of each counted label at their sources. What is not found
 * is a difference where its topic still has all records of that time, else nothing can be said.
 */
final class SourceCheck {
  private final Map<String, List<Wanted>> byId = new HashMap<>();

  /** A counted label and what was found of it. */
  private static final class Wanted {
    private final LoggedLabel label;
    private boolean predicted;
    private boolean labelled;
    private Optional<String> otherPrediction = Optional.empty();

    private Wanted(LoggedLabel label) {
      this.label = label;
    }
  }

  /** A counted label that its sources do not bear out. */
  record Difference(String id, String found) {}

  /**
   * What was found.
   *
   * @param labels looked for
   * @param predictionsFound of them, with the same figures
   * @param labelsFound of them, with the same class
   * @param noLongerKept predictions and labels whose topics no longer reach back to them
   */
  record Result(
      long labels,
      long predictionsFound,
      long labelsFound,
      long noLongerKept,
      List<Difference> differences) {}

  SourceCheck(Collection<LoggedLabel> counted) {
    for (LoggedLabel label : counted) {
      byId.computeIfAbsent(label.id(), id -> new ArrayList<>()).add(new Wanted(label));
    }
  }

  /** Whether anything of that review was counted. */
  boolean wants(String id) {
    return byId.containsKey(id);
  }

  /** Takes a record of {@code predictions}. */
  void prediction(String id, Prediction prediction) {
    for (Wanted wanted : byId.getOrDefault(id, List.of())) {
      GradedPrediction graded = wanted.label.graded();
      if (prediction.predictedAt().equals(graded.predictedAt())
          && prediction.modelVersion().equals(graded.modelVersion())) {
        Optional<String> other = other(graded, prediction);
        wanted.predicted |= other.isEmpty();
        wanted.otherPrediction = other;
      }
    }
  }

  private static Optional<String> other(GradedPrediction graded, Prediction prediction) {
    double ofActual = prediction.probabilities().getOrDefault(graded.actual(), 0.0);
    Instant time =
        prediction.reviewTimestamp().isAfter(prediction.predictedAt())
            ? prediction.predictedAt()
            : prediction.reviewTimestamp();
    if (!prediction.label().equals(graded.predicted())) {
      return Optional.of(
          "predicted %s, counted as %s".formatted(prediction.label(), graded.predicted()));
    }
    if (Double.compare(prediction.probability(), graded.confidence()) != 0) {
      return Optional.of(
          "predicted with %s, counted with %s"
              .formatted(prediction.probability(), graded.confidence()));
    }
    if (Double.compare(ofActual, graded.probabilityOfActual()) != 0) {
      return Optional.of(
          "%s predicted with %s, counted with %s"
              .formatted(graded.actual(), ofActual, graded.probabilityOfActual()));
    }
    if (!time.equals(graded.reviewTimestamp())) {
      return Optional.of(
          "its review is of %s, counted at %s".formatted(time, graded.reviewTimestamp()));
    }
    return prediction.seenInTraining()
        ? Optional.of("counted though its version was trained on it")
        : Optional.empty();
  }

  /** Takes a record of {@code labels}. */
  void label(String id, Label label) {
    for (Wanted wanted : byId.getOrDefault(id, List.of())) {
      GradedPrediction graded = wanted.label.graded();
      wanted.labelled |=
          label.label().equals(graded.actual())
              && label
                  .labeledAt()
                  .map(at -> at.truncatedTo(ChronoUnit.MILLIS).equals(graded.labeledAt()))
                  .orElse(true);
    }
  }

  /** What came of it, when both topics were read. */
  Result result(KeptSince predictions, KeptSince labels) {
    List<Difference> differences = new ArrayList<>();
    long counted = 0;
    long predicted = 0;
    long labelled = 0;
    long gone = 0;
    for (Wanted wanted : byId.values().stream().flatMap(List::stream).toList()) {
      GradedPrediction graded = wanted.label.graded();
      counted++;
      if (wanted.predicted) {
        predicted++;
      } else if (wanted.otherPrediction.isPresent()) {
        differences.add(new Difference(wanted.label.id(), wanted.otherPrediction.get()));
      } else if (predictions.holds(graded.predictedAt())) {
        differences.add(
            new Difference(
                wanted.label.id(),
                "no prediction by %s at %s"
                    .formatted(graded.modelVersion(), graded.predictedAt())));
      } else {
        gone++;
      }
      if (wanted.labelled) {
        labelled++;
      } else if (labels.holds(earlier(graded.labeledAt(), graded.predictedAt()))) {
        differences.add(
            new Difference(wanted.label.id(), "no label %s".formatted(graded.actual())));
      } else {
        gone++;
      }
    }
    return new Result(counted, predicted, labelled, gone, List.copyOf(differences));
  }

  /** A label may have been written before its prediction was made. */
  private static Instant earlier(Instant one, Instant two) {
    return one.isBefore(two) ? one : two;
  }
}
