package dev.verdict.cli.tail;

import dev.verdict.contract.MessageFormat;
import dev.verdict.contract.MessageFormats;
import dev.verdict.contract.Topics;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A topic by what is in it, whatever the settings call it. */
enum FollowedTopic {
  PREDICTIONS,
  EVALUATIONS,
  DECISIONS,
  DRIFT,
  TRAINING_RUNS,
  RETRAIN_REQUESTS,
  MODEL_REGISTRY,
  DEAD_LETTERS,
  REPLAYED_DEAD_LETTERS,
  GRADED_PREDICTIONS,
  SHADOW_PREDICTIONS,
  TRAINING_EXAMPLES,
  REVIEWS,
  LABELS;

  /** As people write it. */
  String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its name in a deployment. */
  String in(Topics topics) {
    return switch (this) {
      case PREDICTIONS -> topics.predictions();
      case EVALUATIONS -> topics.evaluations();
      case DECISIONS -> topics.decisions();
      case DRIFT -> topics.drift();
      case TRAINING_RUNS -> topics.trainingRuns();
      case RETRAIN_REQUESTS -> topics.retrainRequests();
      case MODEL_REGISTRY -> topics.modelRegistry();
      case DEAD_LETTERS -> topics.deadLetters();
      case REPLAYED_DEAD_LETTERS -> topics.replayedDeadLetters();
      case GRADED_PREDICTIONS -> topics.gradedPredictions();
      case SHADOW_PREDICTIONS -> topics.shadowPredictions();
      case TRAINING_EXAMPLES -> topics.trainingExamples();
      case REVIEWS -> topics.reviews();
      case LABELS -> topics.labels();
    };
  }

  /** Whether its values may be something else than JSON. */
  boolean maybeNotJson(MessageFormats formats) {
    return switch (this) {
      case REVIEWS -> formats.plan().reviews() != MessageFormat.JSON;
      case LABELS -> formats.plan().labels() != MessageFormat.JSON;
      case PREDICTIONS, SHADOW_PREDICTIONS -> formats.plan().predictions() != MessageFormat.JSON;
      default -> false;
    };
  }

  /** For picocli: what a shell completes. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(values()).map(FollowedTopic::wireName).iterator();
    }
  }

  /** For picocli. */
  static final class Converter implements ITypeConverter<FollowedTopic> {
    @Override
    public FollowedTopic convert(String text) {
      return Arrays.stream(values())
          .filter(each -> each.wireName().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' must be one of %s"
                          .formatted(
                              text,
                              String.join(
                                  ", ",
                                  Arrays.stream(values()).map(FollowedTopic::wireName).toList()))));
    }
  }
}
