package dev.verdict.streams.replay;

import dev.verdict.config.ClientKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records together or not at all. A newer writer of the same name fences an older one. */
final class TransactionalWriter implements AutoCloseable {
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final long BUFFER_BYTES = 128L * 1024 * 1024;

  private final String name;
  private final KafkaProducer<byte[], byte[]> producer;

  /**
   * Fences every older writer of the name and ends what it left open.
   *
   * @param timeout after which the broker aborts the transaction of a writer that is silent
   */
  TransactionalWriter(Properties kafka, String name, Duration timeout) {
    this.name = name;
    Properties properties = ClientKind.PRODUCER.of(kafka);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(timeout.toMillis()));
    // What its topic took once compressed may be larger than any uncompressed record: the broker
    // alone judges.
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.MAX_VALUE);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Writes the records in one transaction.
   *
   * @return why the broker takes one of them never, in which case none is written
   * @throws ReplayException if a newer writer has taken over
   */
  Optional<String> write(List<ProducerRecord<byte[], byte[]>> records) {
    return transaction(records, () -> {});
  }

  /**
   * Writes the records and a group's offsets in one transaction.
   *
   * @throws ReplayException if a newer writer has taken over
   */
  void write(
      List<ProducerRecord<byte[], byte[]>> records,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group) {
    transaction(records, () -> producer.sendOffsetsToTransaction(offsets, group))
        .ifPresent(
            fault -> {
              throw new ReplayException("The broker refuses a record: " + fault);
            });
  }

  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction throws what a send met.
  private Optional<String> transaction(
      List<ProducerRecord<byte[], byte[]>> records, Runnable beforeCommit) {
    try {
      producer.beginTransaction();
      records.forEach(producer::send);
      beforeCommit.run();
      producer.commitTransaction();
      return Optional.empty();
    } catch (ProducerFencedException e) {
      throw takenOver();
    } catch (KafkaException e) {
      Optional<String> refusal = refusal(e);
      abort(e);
      if (refusal.isEmpty()) {
        throw e;
      }
      return refusal;
    }
  }

  private void abort(KafkaException cause) {
    try {
      producer.abortTransaction();
    } catch (ProducerFencedException e) {
      throw takenOver();
    } catch (KafkaException | IllegalStateException e) {
      cause.addSuppressed(e);
      throw cause;
    }
  }

  private ReplayException takenOver() {
    return new ReplayException(
        "A newer replay named %s has taken over; what this one committed stays".formatted(name));
  }

  private static Optional<String> refusal(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof RecordTooLargeException
          || cause instanceof InvalidTimestampException
          || cause instanceof InvalidRecordException) {
        return Optional.of(cause.getMessage());
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    producer.close(CLOSE);
  }
}
