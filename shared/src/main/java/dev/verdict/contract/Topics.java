package dev.verdict.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The topics of one deployment.
 *
 * @param reviews written by users, named as they please
 * @param labels written by users, named as they please
 * @param prefix before the name of every topic that Verdict writes
 */
public record Topics(String reviews, String labels, String prefix) {
  /** Names the internal topic in which predictions and labels meet. */
  public static final String BY_REVIEW_ID = "by-review-id";

  public String predictions() {
    return prefix + "predictions";
  }

  /** What the challenger says of a share of the reviews that the champion has answered. */
  public String shadowPredictions() {
    return prefix + "shadow-predictions";
  }

  public String evaluations() {
    return prefix + "evaluations";
  }

  /** What predictions say without labels, beside what the labels say. */
  public String drift() {
    return prefix + "drift";
  }

  public String gradedPredictions() {
    return prefix + "graded-predictions";
  }

  public String trainingExamples() {
    return prefix + "training-examples";
  }

  public String retrainRequests() {
    return prefix + "retrain-requests";
  }

  public String trainingRuns() {
    return prefix + "training-runs";
  }

  public String modelRegistry() {
    return prefix + "model-registry";
  }

  public String decisions() {
    return prefix + "decisions";
  }

  public String deadLetters() {
    return prefix + "dead-letters";
  }

  /** Made by the first replay of dead letters. */
  public String replayedDeadLetters() {
    return prefix + "replayed-dead-letters";
  }

  /** Names the trainers' group and transactions. */
  public String trainerId(String model) {
    return "verdict-trainer-" + prefix + model;
  }

  /** Names the transactions of operators. */
  public String operatorId(String model) {
    return "verdict-operator-" + prefix + model;
  }

  /** Every topic that Verdict writes. */
  public List<String> written() {
    return List.of(
        predictions(),
        shadowPredictions(),
        evaluations(),
        drift(),
        gradedPredictions(),
        trainingExamples(),
        retrainRequests(),
        trainingRuns(),
        modelRegistry(),
        decisions(),
        deadLetters(),
        replayedDeadLetters());
  }

  /** The topics whose records are read in one order, which only one partition keeps. */
  public List<String> inOrder() {
    return List.of(modelRegistry(), retrainRequests(), trainingRuns(), gradedPredictions());
  }

  /**
   * How a missing topic is made.
   *
   * @param configs topic configuration, in Kafka's names
   */
  public record Specification(String name, int partitions, Map<String, String> configs) {}

  /**
   * Every topic as it is made where it is missing.
   *
   * @param partitions of the topics that grow with the stream; the others have one
   * @param deadLetterMaxBytes larger than what the sources accept, so that every record fits
   */
  public List<Specification> specifications(int partitions, int deadLetterMaxBytes) {
    Map<String, String> forever = Map.of("retention.ms", "-1");
    Map<String, String> latest = Map.of("cleanup.policy", "compact");
    Map<String, String> latestForAWeek = new LinkedHashMap<>();
    latestForAWeek.put("cleanup.policy", "compact,delete");
    // What is newer is read in full by verdict policy replay.
    latestForAWeek.put("min.compaction.lag.ms", String.valueOf(2L * 24 * 60 * 60 * 1000));
    latestForAWeek.put("retention.ms", String.valueOf(7L * 24 * 60 * 60 * 1000));
    return List.of(
        new Specification(reviews, partitions, Map.of()),
        new Specification(labels, partitions, Map.of()),
        new Specification(predictions(), partitions, Map.of()),
        new Specification(shadowPredictions(), partitions, Map.of()),
        new Specification(evaluations(), 1, latestForAWeek),
        new Specification(drift(), 1, latestForAWeek),
        new Specification(gradedPredictions(), 1, Map.of()),
        new Specification(trainingExamples(), partitions, forever),
        new Specification(retrainRequests(), 1, Map.of()),
        new Specification(trainingRuns(), 1, latestForAWeek),
        new Specification(modelRegistry(), 1, latest),
        new Specification(decisions(), 1, forever),
        new Specification(
            deadLetters(),
            partitions,
            Map.of("max.message.bytes", String.valueOf(deadLetterMaxBytes))));
  }

  /** How {@link #replayedDeadLetters} is made where it is missing. */
  public Specification replayedDeadLettersSpecification() {
    return new Specification(replayedDeadLetters(), 1, Map.of("cleanup.policy", "compact"));
  }
}
