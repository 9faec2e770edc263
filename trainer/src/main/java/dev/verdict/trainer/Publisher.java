package dev.verdict.trainer;

import dev.verdict.config.ClientKind;
import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.Decision;
import dev.verdict.contract.Json;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Topics;
import dev.verdict.contract.TrainingRun;
import dev.verdict.trainer.RetrainRequests.Position;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes everything that the trainer tells the world, each answer in one transaction with the place
 * of the request it answers. A newer trainer of the same model fences an older one.
 */
final class Publisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final int BATCH_OVERHEAD = 128;
  private static final int ATTEMPTS = 50;
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final Topics topics;
  private final String model;
  private final int deadLetterMaxBytes;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaClientMetrics metrics;

  /** Fences every older trainer of the model. */
  Publisher(
      Properties kafka, Topics topics, String model, int deadLetterMaxBytes, TrainerMeters meters) {
    this.topics = topics;
    this.model = model;
    this.deadLetterMaxBytes = deadLetterMaxBytes;
    Properties properties = ClientKind.PRODUCER.of(kafka);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.trainerId(model));
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(1 << 20, deadLetterMaxBytes));
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
    this.metrics = meters.watch(producer);
  }

  /** Tells how a run goes on. */
  void progress(TrainingRun run) {
    transaction(List.of(record(run)), Optional.empty());
  }

  /**
   * Tells how a run has ended.
   *
   * @param registry records that publish a version, or none
   * @param answered the request's place; absent for the first champion, which nobody asked for
   */
  void end(
      TrainingRun run,
      List<ProducerRecord<byte[], byte[]>> registry,
      Optional<Decision> decision,
      Optional<Position> answered) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(registry);
    decision.ifPresent(
        value ->
            records.add(new ProducerRecord<>(topics.decisions(), bytes(model), Json.write(value))));
    records.add(record(run));
    transaction(records, answered);
  }

  /** Passes over a request that is not this trainer's. */
  void ignore(Position position) {
    transaction(List.of(), Optional.of(position));
  }

  /** Makes a dead letter of a request that breaks its contract. */
  void reject(ConsumerRecord<byte[], byte[]> request, RejectedException fault, Position position) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            topics.deadLetters(), null, request.timestamp(), request.key(), request.value());
    for (Header header : request.headers()) {
      letter.headers().add(header);
    }
    DeadLetterHeaders.add(
        letter.headers(),
        request.topic(),
        request.partition(),
        request.offset(),
        request.timestamp(),
        fault);
    int size = size(letter);
    if (size > deadLetterMaxBytes) {
      LOG.error(
          "Dropped {}-{}@{} ({}): with {} bytes larger than dead.letter.max.bytes ({})",
          request.topic(),
          request.partition(),
          request.offset(),
          fault.getMessage(),
          size,
          deadLetterMaxBytes);
      transaction(List.of(), Optional.of(position));
    } else {
      transaction(List.of(letter), Optional.of(position));
    }
  }

  /** An upper bound of what the record takes in a batch of its own. */
  private static int size(ProducerRecord<byte[], byte[]> record) {
    int size = BATCH_OVERHEAD;
    size += record.key() == null ? 0 : record.key().length;
    size += record.value() == null ? 0 : record.value().length;
    for (Header header : record.headers()) {
      size += 2 * Integer.BYTES + bytes(header.key()).length;
      size += header.value() == null ? 0 : header.value().length;
    }
    return size;
  }

  private ProducerRecord<byte[], byte[]> record(TrainingRun run) {
    return new ProducerRecord<>(topics.trainingRuns(), bytes(run.runId()), Json.write(run));
  }

  private void transaction(
      List<ProducerRecord<byte[], byte[]>> records, Optional<Position> answered) {
    for (int attempt = 1; ; attempt++) {
      try {
        attempt(records, answered);
        return;
      } catch (CommitFailedException e) {
        // Another trainer came or went meanwhile; the answer is as good as before.
        abort(e);
        if (answered.isEmpty() || attempt == ATTEMPTS) {
          throw e;
        }
        answered.get().meetAgain();
      } catch (ProducerFencedException e) {
        throw e;
      } catch (KafkaException e) {
        abort(e);
        throw e;
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction throws what a send met.
  private void attempt(List<ProducerRecord<byte[], byte[]>> records, Optional<Position> answered) {
    producer.beginTransaction();
    records.forEach(producer::send);
    answered.ifPresent(
        position -> producer.sendOffsetsToTransaction(position.offsets(), position.group()));
    producer.commitTransaction();
  }

  private void abort(KafkaException cause) {
    try {
      producer.abortTransaction();
    } catch (ProducerFencedException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      cause.addSuppressed(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    metrics.close();
    producer.close(CLOSE);
  }
}
