package dev.verdict.trainer;

import dev.verdict.contract.Json;
import dev.verdict.contract.TrainingRun;
import dev.verdict.contract.TrainingRun.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs that have ended, so that a repeated request is not run again. */
final class RunHistory {
  private static final Logger LOG = LoggerFactory.getLogger(RunHistory.class);

  private final Set<String> answered = new HashSet<>();
  private Optional<TrainingRun> lastTrained = Optional.empty();

  /** Reads the topic of training runs from its start to its end. */
  static RunHistory read(Properties kafka, String topic, String model, BooleanSupplier stopped) {
    RunHistory history = new RunHistory();
    try (TopicReader reader = new TopicReader(kafka, topic)) {
      reader.readToEnd(record -> history.add(record, RunRecords.prefix(model)), stopped);
    }
    return history;
  }

  /** Whether a run for this request has ended in any way. */
  boolean contains(String requestId) {
    return answered.contains(requestId);
  }

  /** The last run that trained and tested a version, whatever became of it. */
  Optional<TrainingRun> lastTrained() {
    return lastTrained;
  }

  void add(TrainingRun run) {
    if (run.state().terminal()) {
      answered.add(run.requestId());
    }
    boolean trained = run.state() == State.PUBLISHED || run.state() == State.REJECTED;
    if (trained
        && lastTrained.stream().allMatch(last -> !run.updatedAt().isBefore(last.updatedAt()))) {
      lastTrained = Optional.of(run);
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record, String prefix) {
    if (record.key() == null
        || record.value() == null
        || !new String(record.key(), StandardCharsets.UTF_8).startsWith(prefix)) {
      return;
    }
    try {
      add(Json.read(record.value(), TrainingRun.class));
    } catch (IOException | RuntimeException e) {
      LOG.warn("Passed over {}@{}: no training run", record.topic(), record.offset());
    }
  }
}
