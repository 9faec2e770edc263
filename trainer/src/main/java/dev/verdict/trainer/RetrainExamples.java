package dev.verdict.trainer;

import dev.verdict.config.TrainerSettings;
import dev.verdict.contract.Json;
import dev.verdict.contract.TrainingExample;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.trainer.training.Example;
import dev.verdict.trainer.training.ReplaySelection;
import dev.verdict.trainer.training.Split;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a retraining learns from: the topic of training examples from its start to its end. It
 * holds the reviews of the first champion too, since they are predicted and graded like all others.
 *
 * @param topic of the training examples
 */
record RetrainExamples(Properties kafka, String topic, TrainerSettings settings) {
  private static final Logger LOG = LoggerFactory.getLogger(RetrainExamples.class);

  /**
   * What was read.
   *
   * @param offsets first and next by partition
   */
  record Read(Split split, Map<Integer, List<Long>> offsets) {}

  /** The next offset of each partition by now. */
  Map<Integer, Long> ends() {
    try (TopicReader reader = new TopicReader(kafka, topic)) {
      return reader.ends();
    }
  }

  /**
   * Reads and splits the examples.
   *
   * @param ends next offset by partition
   * @param classes whose examples count
   * @param seed of the replayed sample and the split
   */
  Read read(Map<Integer, Long> ends, Set<String> classes, long seed, BooleanSupplier stopped) {
    HoldOut holdOut = new HoldOut(settings.holdoutPercent());
    ReplaySelection selection =
        new ReplaySelection(
            holdOut, settings.maxExamples(), settings.recentShare(), settings.gateExamples(), seed);
    Map<Integer, List<Long>> offsets = new TreeMap<>();
    try (TopicReader reader = new TopicReader(kafka, topic)) {
      Map<Integer, Long> beginnings = reader.beginnings();
      ends.forEach(
          (partition, end) ->
              offsets.put(partition, List.of(beginnings.getOrDefault(partition, 0L), end)));
      reader.readTo(
          ends,
          record ->
              decode(record)
                  .filter(example -> classes.contains(example.label()))
                  .ifPresent(
                      example ->
                          selection.add(
                              new Example(
                                  new String(record.key(), StandardCharsets.UTF_8),
                                  example.text(),
                                  example.label()),
                              time(example, record))),
          stopped);
    }
    List<Example> chosen = new ArrayList<>(selection.trainable());
    chosen.addAll(selection.heldOut());
    return new Read(Split.of(chosen, holdOut, settings.validationPercent(), seed), offsets);
  }

  private static Instant time(TrainingExample example, ConsumerRecord<byte[], byte[]> record) {
    return Optional.ofNullable(example.labeledAt())
        .orElseGet(() -> Instant.ofEpochMilli(record.timestamp()));
  }

  private static Optional<TrainingExample> decode(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(Json.read(record.value(), TrainingExample.class))
          .filter(example -> example.text() != null && example.label() != null);
    } catch (IOException e) {
      LOG.warn(
          "Passed over {}-{}@{}: no training example",
          record.topic(),
          record.partition(),
          record.offset());
      return Optional.empty();
    }
  }
}
