package dev.verdict.cli.replay;

import dev.verdict.cli.Rights;
import dev.verdict.config.Settings;
import dev.verdict.contract.Decision;
import dev.verdict.contract.Json;
import dev.verdict.contract.RegistryAlias;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.Topics;
import dev.verdict.contract.TrainingRun;
import dev.verdict.registry.RegistryState;
import dev.verdict.registry.access.ServiceRole;
import dev.verdict.streams.replay.TopicScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the history of one model from its topics; what cannot be read is counted. */
final class PolicyHistoryReader {
  private final Settings settings;
  private final PolicyHistory history = new PolicyHistory();
  private long unreadable;

  PolicyHistoryReader(Settings settings) {
    this.settings = settings;
  }

  PolicyHistory read() throws InterruptedException {
    Topics topics = settings.topics();
    List<String> all =
        List.of(
            topics.modelRegistry(),
            topics.retrainRequests(),
            topics.trainingRuns(),
            topics.decisions(),
            topics.evaluations());
    Rights.require(ServiceRole.POLICY, settings, all);
    String model = settings.modelName();
    String alias = model + "/@" + RegistryState.CHAMPION;
    each(topics.modelRegistry(), RegistryAlias.class, alias, history::champion);
    each(topics.retrainRequests(), RetrainRequest.class, model, history::request);
    each(topics.trainingRuns(), TrainingRun.class, "", (value, at) -> history.run(value));
    each(topics.decisions(), Decision.class, model, (value, at) -> history.decision(value));
    each(
        topics.evaluations(),
        EvaluationPoint.class,
        "",
        (value, at) -> {
          if (value.model().equals(model)) {
            history.evaluation(value);
          }
        });
    return history;
  }

  /** Records that were left out. */
  long unreadable() {
    return unreadable;
  }

  /**
   * Hands on each value with the time of its record.
   *
   * @param key that the records must have, empty for any
   */
  private <T> void each(String topic, Class<T> type, String key, BiConsumer<T, Instant> use) {
    try (TopicScan scan = new TopicScan(settings.kafkaClient(), topic)) {
      scan.forEachPoll(
          records -> {
            for (ConsumerRecord<byte[], byte[]> record : records) {
              if (record.value() != null && (key.isEmpty() || key.equals(key(record)))) {
                read(record, type, use);
              }
            }
            return true;
          });
    }
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }

  private <T> void read(
      ConsumerRecord<byte[], byte[]> record, Class<T> type, BiConsumer<T, Instant> use) {
    T value;
    try {
      value = Json.read(record.value(), type);
    } catch (IOException e) {
      unreadable++;
      return;
    }
    use.accept(value, Instant.ofEpochMilli(record.timestamp()));
  }
}
