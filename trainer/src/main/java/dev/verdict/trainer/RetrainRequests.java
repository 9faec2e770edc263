package dev.verdict.trainer;

import dev.verdict.config.ClientKind;
import dev.verdict.trainer.training.TrainingStoppedException;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Takes retrain requests one at a time in the trainer's consumer group. All partitions belong to
 * one member, see {@link OneMemberAssignor}: it has the turn, the others stand by. While a request
 * is answered the partitions are paused but polled, so that the group does not give them to
 * another; whoever answers commits its place in the transaction of the answer.
 */
final class RetrainRequests implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaClientMetrics metrics;
  private boolean listening;
  private boolean turn;

  /**
   * @param sessionTimeoutMs after which another trainer takes the turn of one that is dead
   * @param meters shows what the consumer measures
   */
  RetrainRequests(
      Properties kafka, String topic, String group, int sessionTimeoutMs, TrainerMeters meters) {
    Properties properties = ClientKind.CONSUMER.of(kafka);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    // Kafka's own would count up with each connection, and its metrics with it.
    properties.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, group);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    // The other protocols let the broker assign, which knows no turns.
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, OneMemberAssignor.class.getName());
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionTimeoutMs);
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.max(1, sessionTimeoutMs / 3));
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(
        List.of(topic),
        new ConsumerRebalanceListener() {
          @Override
          public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            turn &= partitions.isEmpty();
          }

          @Override
          public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            turn |= !partitions.isEmpty();
            if (!listening) {
              consumer.pause(partitions);
            }
          }
        });
    this.metrics = meters.watch(consumer);
  }

  /** A request's place, to be committed with its answer. */
  final class Position {
    private final Map<TopicPartition, OffsetAndMetadata> offsets;

    private Position(Map<TopicPartition, OffsetAndMetadata> offsets) {
      this.offsets = offsets;
    }

    /** Next offset to read by partition. */
    Map<TopicPartition, OffsetAndMetadata> offsets() {
      return offsets;
    }

    /** As it is now: others may have come and gone since the request was read. */
    ConsumerGroupMetadata group() {
      return consumer.groupMetadata();
    }

    /**
     * Meets with the group again after it has refused the place of an older meeting.
     *
     * @throws TurnLostException when the turn is another's
     */
    void meetAgain() {
      consumer.poll(POLL);
      requireTurn();
    }
  }

  /** Another trainer of the model has the turn. */
  static final class TurnLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TurnLostException() {
      super("Another trainer of the model has the turn", null, false, false);
    }
  }

  /**
   * Stands by until it is this trainer's turn.
   *
   * @param waits called once if it is not at once
   * @throws TrainingStoppedException when it was asked to stop
   */
  void awaitTurn(BooleanSupplier stopped, Runnable waits) {
    boolean told = false;
    while (!turn) {
      if (stopped.getAsBoolean()) {
        throw new TrainingStoppedException();
      }
      consumer.poll(POLL);
      // A member that is not the first is assigned nothing when the group has met.
      if (!turn && !told && consumer.groupMetadata().generationId() > 0) {
        told = true;
        waits.run();
      }
    }
  }

  /**
   * The next request; no other is taken until this is called again.
   *
   * @throws TurnLostException when the turn is another's
   */
  Optional<ConsumerRecord<byte[], byte[]>> next(Duration timeout) {
    listening = true;
    consumer.resume(consumer.assignment());
    ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
    requireTurn();
    if (records.isEmpty()) {
      return Optional.empty();
    }
    listening = false;
    consumer.pause(consumer.assignment());
    return Optional.of(records.iterator().next());
  }

  Position positionAfter(ConsumerRecord<byte[], byte[]> record) {
    return new Position(
        Map.of(
            new TopicPartition(record.topic(), record.partition()),
            new OffsetAndMetadata(record.offset() + 1)));
  }

  /**
   * Stays in the group while something else is done than waiting for requests.
   *
   * @throws TurnLostException when the turn is another's
   */
  void keepAlive() {
    if (listening) {
      listening = false;
      consumer.pause(consumer.assignment());
    }
    if (!consumer.poll(Duration.ZERO).isEmpty()) {
      throw new IllegalStateException("A paused partition of retrain requests gave a record");
    }
    requireTurn();
  }

  private void requireTurn() {
    if (!turn) {
      throw new TurnLostException();
    }
  }

  @Override
  public void close() {
    metrics.close();
    consumer.close();
  }
}
