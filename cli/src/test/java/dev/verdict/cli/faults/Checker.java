package dev.verdict.cli.faults;

import dev.verdict.checkpoint.FolderStore;
import dev.verdict.config.Settings;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.Json;
import dev.verdict.contract.Label;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.Review;
import dev.verdict.contract.Topics;
import dev.verdict.contract.TrainingRun;
import dev.verdict.streams.inference.CheckpointModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Compares everything that came out with everything that went in, as a {@code read_committed}
 * consumer sees both, and says every promise that was not kept.
 */
final class Checker {
  /** Of a probability, between a review in a batch and the same review alone: float32 sums. */
  static final double TOLERANCE = 1e-4;

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int SAID = 10;

  private final Properties kafka;
  private final Topics topics;
  private final Settings settings;
  private final Path checkpoints;
  private final String window;
  private final List<String> violations = new ArrayList<>();
  private long rescored;
  private double largestDifference;

  /**
   * @param window whose evaluation is compared: one that forgets nothing of the run
   */
  Checker(Properties kafka, Topics topics, Settings settings, Path checkpoints, String window) {
    this.kafka = kafka;
    this.topics = topics;
    this.settings = settings;
    this.checkpoints = checkpoints;
    this.window = window;
  }

  /**
   * Checks everything.
   *
   * @param manifests of the versions that may have served
   * @param requests retrain requests that were written
   */
  Report check(Map<String, ModelManifest> manifests, Set<String> requests) {
    List<ConsumerRecord<byte[], byte[]>> reviews = TopicRecords.all(kafka, topics.reviews());
    List<ConsumerRecord<byte[], byte[]>> labels = TopicRecords.all(kafka, topics.labels());
    List<ConsumerRecord<byte[], byte[]>> predictions =
        TopicRecords.all(kafka, topics.predictions());
    List<ConsumerRecord<byte[], byte[]>> letters = TopicRecords.all(kafka, topics.deadLetters());

    eachAnsweredOnce(reviews, labels, predictions, letters);
    orderOfEachKey(predictions);
    untouched(reviews, labels, letters);
    asItsVersionSays(reviews, predictions, manifests);
    long graded = evaluationIsRecomputed(labels, predictions);
    requestsEndOnce(requests);

    return new Report(
        reviews.stream().filter(record -> record.value() != null).count(),
        predictions.size(),
        letters.size(),
        reviews.stream().filter(record -> record.value() == null).count(),
        labels.size(),
        rescored,
        largestDifference,
        graded,
        predictions.stream().map(each -> prediction(each).modelVersion()).distinct().count(),
        requests.size(),
        violations.stream().limit(SAID).toList());
  }

  /** None lost, none doubled, each answered as its kind must be. */
  private void eachAnsweredOnce(
      List<ConsumerRecord<byte[], byte[]>> reviews,
      List<ConsumerRecord<byte[], byte[]>> labels,
      List<ConsumerRecord<byte[], byte[]>> predictions,
      List<ConsumerRecord<byte[], byte[]>> letters) {
    Map<Place, List<String>> answers = new HashMap<>();
    predictions.forEach(each -> answer(answers, each, Traffic.PREDICTION));
    letters.forEach(each -> answer(answers, each, Traffic.DEAD_LETTER));
    for (ConsumerRecord<byte[], byte[]> review : reviews) {
      List<String> got = answers.getOrDefault(Place.of(review), List.of());
      List<String> due =
          review.value() == null
              ? List.of()
              : TopicRecords.header(review, Traffic.EXPECTED).stream().toList();
      if (!got.equals(due)) {
        violations.add("%s has the answers %s, not %s".formatted(Place.of(review), got, due));
      }
    }
    for (ConsumerRecord<byte[], byte[]> label : labels) {
      boolean bad =
          TopicRecords.header(label, Traffic.EXPECTED).equals(Optional.of(Traffic.DEAD_LETTER));
      List<String> got = answers.getOrDefault(Place.of(label), List.of());
      if (!got.equals(bad ? List.of(Traffic.DEAD_LETTER) : List.of())) {
        violations.add("%s has the answers %s".formatted(Place.of(label), got));
      }
    }
  }

  private void answer(
      Map<Place, List<String>> answers, ConsumerRecord<byte[], byte[]> record, String kind) {
    Optional<Place> place = Place.answeredBy(record, topics);
    if (place.isEmpty()) {
      violations.add(Place.of(record) + " answers nothing");
    }
    place.ifPresent(each -> answers.computeIfAbsent(each, key -> new ArrayList<>()).add(kind));
  }

  /** Predictions of one key come in the order of its reviews. */
  private void orderOfEachKey(List<ConsumerRecord<byte[], byte[]>> predictions) {
    Map<String, Place> last = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : predictions) {
      Place place = Place.answeredBy(record, topics).orElseThrow();
      String key =
          record.partition() + "/" + place.partition() + "/" + TopicRecords.key(record).orElse("");
      Place before = last.put(key, place);
      if (before != null && before.offset() >= place.offset()) {
        violations.add("key %s: %s came after %s".formatted(key, place, before));
      }
    }
  }

  /** Dead letters hold key and value as they were. */
  private void untouched(
      List<ConsumerRecord<byte[], byte[]>> reviews,
      List<ConsumerRecord<byte[], byte[]>> labels,
      List<ConsumerRecord<byte[], byte[]>> letters) {
    Map<Place, ConsumerRecord<byte[], byte[]>> sources = new HashMap<>();
    reviews.forEach(each -> sources.put(Place.of(each), each));
    labels.forEach(each -> sources.put(Place.of(each), each));
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      Optional<Place> place = Place.answeredBy(letter, topics);
      ConsumerRecord<byte[], byte[]> source = place.map(sources::get).orElse(null);
      if (source == null
          || !java.util.Arrays.equals(source.key(), letter.key())
          || !java.util.Arrays.equals(source.value(), letter.value())) {
        violations.add(Place.of(letter) + " is not the record that it answers");
      }
    }
  }

  /** Each prediction is what its stated version gives for that text alone. */
  private void asItsVersionSays(
      List<ConsumerRecord<byte[], byte[]>> reviews,
      List<ConsumerRecord<byte[], byte[]>> predictions,
      Map<String, ModelManifest> manifests) {
    Map<Place, ConsumerRecord<byte[], byte[]>> texts = new HashMap<>();
    reviews.forEach(each -> texts.put(Place.of(each), each));
    Map<String, List<ConsumerRecord<byte[], byte[]>>> byVersion =
        predictions.stream()
            .collect(Collectors.groupingBy(each -> prediction(each).modelVersion()));
    FolderStore store = new FolderStore(checkpoints);
    byVersion.forEach(
        (version, records) -> {
          try (CheckpointModel model =
              CheckpointModel.load(store, manifests.get(version), settings.inference())) {
            records.forEach(
                record ->
                    compare(
                        model,
                        texts.get(Place.answeredBy(record, topics).orElseThrow()),
                        prediction(record)));
          } catch (IOException | RuntimeException e) {
            violations.add("version %s predicted, but: %s".formatted(version, e));
          }
        });
  }

  private void compare(
      CheckpointModel model, ConsumerRecord<byte[], byte[]> review, Prediction prediction) {
    String text = read(review, Review.class).text();
    float[] alone = model.classify(model.encode(List.of(text)))[0];
    List<String> labels = model.manifest().labels();
    rescored++;
    for (int i = 0; i < alone.length; i++) {
      double difference = Math.abs(alone[i] - prediction.probabilities().get(labels.get(i)));
      largestDifference = Math.max(largestDifference, difference);
      if (!(difference <= TOLERANCE)) {
        violations.add(
            "%s is predicted %s, alone %s".formatted(Place.of(review), prediction, alone[i]));
      }
    }
  }

  /**
   * The published confusion matrices are those of the labels and predictions.
   *
   * @return labels that count
   */
  private long evaluationIsRecomputed(
      List<ConsumerRecord<byte[], byte[]>> labels,
      List<ConsumerRecord<byte[], byte[]>> predictions) {
    Map<String, Prediction> byId = new HashMap<>();
    predictions.forEach(each -> byId.put(TopicRecords.key(each).orElse(""), prediction(each)));
    Map<String, Map<List<String>, Long>> expected = new TreeMap<>();
    Set<String> graded = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : labels) {
      boolean good = TopicRecords.header(record, Traffic.EXPECTED).equals(Optional.of(""));
      Optional<Prediction> prediction =
          TopicRecords.key(record).map(byId::get).filter(each -> good);
      if (prediction.isPresent()
          && graded.add(TopicRecords.key(record).orElseThrow())
          && !prediction.get().seenInTraining()) {
        List<String> cell = List.of(read(record, Label.class).label(), prediction.get().label());
        for (String scope : List.of("all", prediction.get().modelVersion())) {
          expected.computeIfAbsent(scope, key -> new HashMap<>()).merge(cell, 1L, Long::sum);
        }
      }
    }
    examplesAreOnce(graded);
    expected.forEach(this::evaluationBecomes);
    return expected.getOrDefault("all", Map.of()).values().stream().mapToLong(n -> n).sum();
  }

  private void evaluationBecomes(String scope, Map<List<String>, Long> cells) {
    String key = "%s/%s/%s".formatted(Versions.MODEL, scope, window);
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> published(key).equals(cells));
    } catch (ConditionTimeoutException e) {
      violations.add("evaluation %s is %s, recomputed %s".formatted(key, published(key), cells));
    }
  }

  /** The cells that are not 0 of the last evaluation of that key. */
  private Map<List<String>, Long> published(String key) {
    Map<List<String>, Long> cells = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : TopicRecords.all(kafka, topics.evaluations())) {
      if (TopicRecords.key(record).equals(Optional.of(key))) {
        cells.clear();
        Evaluation evaluation = read(record, Evaluation.class);
        for (int actual = 0; actual < evaluation.classes().size(); actual++) {
          for (int predicted = 0; predicted < evaluation.classes().size(); predicted++) {
            long count = evaluation.confusionMatrix().get(actual).get(predicted);
            if (count > 0) {
              cells.put(
                  List.of(evaluation.classes().get(actual), evaluation.classes().get(predicted)),
                  count);
            }
          }
        }
      }
    }
    return cells;
  }

  /** Every graded review is a training example once. */
  private void examplesAreOnce(Set<String> graded) {
    Map<String, Long> examples = new HashMap<>();
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                examples.clear();
                TopicRecords.all(kafka, topics.trainingExamples())
                    .forEach(
                        each -> examples.merge(TopicRecords.key(each).orElse(""), 1L, Long::sum));
                return examples.keySet().containsAll(graded);
              });
    } catch (ConditionTimeoutException e) {
      Set<String> missing = new HashSet<>(graded);
      missing.removeAll(examples.keySet());
      violations.add(
          missing.size() + " training examples are missing, such as " + missing.iterator().next());
    }
    examples.forEach(
        (id, times) -> {
          if (times != 1) {
            violations.add("training example %s is there %d times".formatted(id, times));
          }
        });
  }

  /** Every retrain request has one end. */
  private void requestsEndOnce(Set<String> requests) {
    Map<String, List<TrainingRun.State>> ends = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : TopicRecords.all(kafka, topics.trainingRuns())) {
      TrainingRun run = read(record, TrainingRun.class);
      if (run.state().terminal()) {
        ends.computeIfAbsent(run.requestId(), key -> new ArrayList<>()).add(run.state());
      }
    }
    for (String request : requests) {
      if (ends.getOrDefault(request, List.of()).size() != 1) {
        violations.add("request %s ended as %s".formatted(request, ends.get(request)));
      }
    }
  }

  private static Prediction prediction(ConsumerRecord<byte[], byte[]> record) {
    return read(record, Prediction.class);
  }

  private static <T> T read(ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    try {
      return Json.read(record.value(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
