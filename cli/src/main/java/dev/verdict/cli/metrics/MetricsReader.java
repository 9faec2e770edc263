package dev.verdict.cli.metrics;

import dev.verdict.cli.ProgressView;
import dev.verdict.cli.Rights;
import dev.verdict.config.Settings;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.EvaluationAudit;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.Json;
import dev.verdict.contract.Label;
import dev.verdict.contract.LoggedLabel;
import dev.verdict.contract.MessageFormats;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.Topics;
import dev.verdict.contract.ValueReader;
import dev.verdict.evaluation.EvaluationPlan;
import dev.verdict.registry.Brokers;
import dev.verdict.registry.access.ServiceRole;
import dev.verdict.streams.replay.TopicScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;

/** Reads what verifying needs from the topics; what cannot be read is counted. */
final class MetricsReader {
  private static final Instant FIRST_TIME = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999Z");

  private final Settings settings;
  private final Topics topics;
  private final MessageFormats formats;
  private long unreadable;

  MetricsReader(Settings settings) {
    this.settings = settings;
    this.topics = settings.topics();
    this.formats = settings.formats();
  }

  /** Records that were left out. */
  long unreadable() {
    return unreadable;
  }

  /**
   * Refuses to go on without the topics.
   *
   * @param sources whether those of predictions and labels are needed too
   */
  void requireTopics(boolean sources) throws InterruptedException {
    List<String> scores = List.of(topics.evaluations(), topics.gradedPredictions());
    Rights.require(
        ServiceRole.VERIFY_METRICS,
        settings,
        sources
            ? List.of(
                topics.evaluations(),
                topics.gradedPredictions(),
                topics.predictions(),
                topics.labels())
            : scores);
  }

  /** The newest evaluation of each key that is asked for. */
  Map<String, Evaluation> evaluations(
      Predicate<Evaluation> wanted, Function<String, ProgressView> progress) {
    Map<String, Evaluation> newest = new TreeMap<>();
    try (TopicScan scan = new TopicScan(settings.kafkaClient(), topics.evaluations())) {
      each(
          scan,
          progress.apply("evaluations read"),
          record -> {
            String key = key(record);
            newest.remove(key);
            read(record, Evaluation.class, MetricsReader::whole)
                .filter(each -> each.model().equals(settings.modelName()))
                .filter(wanted)
                .ifPresent(each -> newest.put(key, each));
            return true;
          });
    }
    return newest;
  }

  private static boolean whole(Evaluation evaluation) {
    return evaluation.model() != null
        && evaluation.modelVersion() != null
        && evaluation.window() != null
        && evaluation.classes() != null
        && evaluation.classes().stream().allMatch(Objects::nonNull)
        && evaluation.confusionMatrix() != null
        && evaluation.macroF1Interval() != null
        && evaluation.perClass() != null
        && evaluation.perClass().values().stream().allMatch(Objects::nonNull)
        && Stream.concat(
                Stream.of(evaluation.latestReview()),
                Stream.concat(evaluation.windowStart().stream(), evaluation.windowEnd().stream()))
            .allMatch(MetricsReader::readable);
  }

  /** Whether it is there and has four digits of year, so that it can be reckoned with. */
  private static boolean readable(Instant time) {
    return time != null && !time.isBefore(FIRST_TIME) && !time.isAfter(LAST_TIME);
  }

  /**
   * Counts them again from {@code graded-predictions}, which is read to the last label that any of
   * them counts.
   *
   * @param from the offset at which the scores were begun
   */
  EvaluationAudit count(
      Map<String, Evaluation> published, long from, Function<String, ProgressView> progress) {
    EvaluationPlan plan = settings.evaluationPlan();
    try (TopicScan scan = new TopicScan(settings.kafkaClient(), topics.gradedPredictions())) {
      boolean whole = scan.begins().values().stream().allMatch(begin -> begin <= from);
      EvaluationAudit audit =
          new EvaluationAudit(published, plan.grace(), plan.segmentValues(), whole);
      each(
          scan,
          progress.apply("graded predictions read"),
          record -> {
            if (record.offset() >= from && record.offset() <= audit.through()) {
              read(record, GradedPrediction.class, MetricsReader::whole)
                  .ifPresent(
                      graded ->
                          audit.add(
                              new LoggedLabel(
                                  key(record),
                                  record.offset(),
                                  Instant.ofEpochMilli(record.timestamp()),
                                  graded)));
            }
            return record.offset() < audit.through();
          });
      return audit;
    }
  }

  private static boolean whole(GradedPrediction graded) {
    return graded.actual() != null
        && graded.predicted() != null
        && graded.modelVersion() != null
        && readable(graded.predictedAt())
        && readable(graded.reviewTimestamp())
        && readable(graded.labeledAt());
  }

  private static boolean whole(Prediction prediction) {
    return prediction.label() != null
        && prediction.probabilities() != null
        && prediction.modelVersion() != null
        && readable(prediction.reviewTimestamp())
        && readable(prediction.predictedAt());
  }

  /** Looks for what was counted in {@code predictions} and {@code labels}. */
  SourceCheck.Result sources(EvaluationAudit audit, Function<String, ProgressView> progress)
      throws InterruptedException {
    SourceCheck check = new SourceCheck(audit.counted());
    KeptSince predictions =
        source(
            topics.predictions(),
            progress.apply("predictions read"),
            check,
            formats.predictions(),
            MetricsReader::whole,
            (record, each) -> each.map(Prediction::predictedAt),
            check::prediction);
    KeptSince labels =
        source(
            topics.labels(),
            progress.apply("labels read"),
            check,
            formats.labels(),
            each -> each.label().isPresent(),
            (record, each) -> Optional.of(Instant.ofEpochMilli(record.timestamp())),
            (id, each) ->
                check.label(
                    id, new Label(each.label().orElseThrow(), each.labeledAt(), each.source())));
    return check.result(predictions, labels);
  }

  private interface TimeOf<T> {
    Optional<Instant> of(ConsumerRecord<byte[], byte[]> record, Optional<T> value);
  }

  private <T> KeptSince source(
      String topic,
      ProgressView progress,
      SourceCheck check,
      ValueReader<T> values,
      Predicate<T> whole,
      TimeOf<T> time,
      BiConsumer<String, T> use)
      throws InterruptedException {
    try (TopicScan scan = new TopicScan(settings.kafkaClient(), topic)) {
      KeptSince kept = new KeptSince(scan.begins(), compacted(topic));
      boolean[] begun = new boolean[scan.begins().size()];
      each(
          scan,
          progress,
          record -> {
            String id = key(record);
            // Most records are of reviews that are in no window any more.
            if (check.wants(id) || !begun[record.partition()]) {
              Optional<T> value = read(record, values, whole);
              time.of(record, value)
                  .ifPresent(
                      at -> {
                        kept.add(record.partition(), at);
                        begun[record.partition()] = true;
                      });
              value.ifPresent(each -> use.accept(id, each));
            }
            return true;
          });
      return kept;
    }
  }

  /** Users make the topic of labels themselves, and may keep the last label of a review alone. */
  private boolean compacted(String topic) throws InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Brokers brokers = new Brokers(settings.kafkaClient());
    try (Admin admin = brokers.ask()) {
      return admin
          .describeConfigs(List.of(resource))
          .all()
          .get()
          .get(resource)
          .get(TopicConfig.CLEANUP_POLICY_CONFIG)
          .value()
          .contains(TopicConfig.CLEANUP_POLICY_COMPACT);
    } catch (ExecutionException | KafkaException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return false;
      }
      throw brokers.unreachable(e);
    }
  }

  private static void each(
      TopicScan scan, ProgressView progress, Predicate<ConsumerRecord<byte[], byte[]>> use) {
    scan.forEachPoll(
        records -> {
          progress.at(scan.read(), scan.size());
          boolean more = true;
          for (ConsumerRecord<byte[], byte[]> record : records) {
            more &= use.test(record);
          }
          return more;
        });
    progress.clear();
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }

  private <T> Optional<T> read(
      ConsumerRecord<byte[], byte[]> record, Class<T> type, Predicate<T> whole) {
    return read(record, new JsonReader<>(type), whole);
  }

  /** JSON of any shape. */
  private record JsonReader<T>(Class<T> type) implements ValueReader<T> {
    @Override
    public T read(byte[] value) throws RejectedException {
      try {
        T read = Json.read(value, type);
        if (read != null) {
          return read;
        }
      } catch (IOException e) {
        // The one message below.
      }
      throw new RejectedException(Stage.DECODE, Reason.NOT_JSON, "value is of another form");
    }
  }

  private <T> Optional<T> read(
      ConsumerRecord<byte[], byte[]> record, ValueReader<T> values, Predicate<T> whole) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      Optional<T> value = Optional.of(values.read(record.value())).filter(whole);
      unreadable += value.isEmpty() ? 1 : 0;
      return value;
    } catch (RejectedException e) {
      unreadable++;
      return Optional.empty();
    }
  }
}
