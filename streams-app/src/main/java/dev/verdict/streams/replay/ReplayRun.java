package dev.verdict.streams.replay;

import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.Review;
import dev.verdict.contract.ValueWriter;
import dev.verdict.streams.inference.Batcher;
import dev.verdict.streams.inference.PendingReview;
import dev.verdict.streams.inference.ScoredReview;
import dev.verdict.streams.processing.PredictionMaker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replay of reviews under way: polls, hands all reviews of a poll to the batcher, waits for
 * them in order, and writes them in one transaction with the offsets.
 */
final class ReplayRun {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayRun.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TransactionalWriter writer;
  private final Batcher batcher;
  private final PredictionMaker maker;
  private final Duration timeout;
  private final Output output;
  private final long firstTime;
  private final Map<Reason, Long> rejected = new EnumMap<>(Reason.class);
  private long predicted;
  private long tombstones;
  private long earlier;

  /**
   * Where the predictions go.
   *
   * @param values writes them
   */
  record Output(String topic, ValueWriter<Prediction> values) {}

  /** A review whose score is on its way. */
  private record Awaited(
      ConsumerRecord<byte[], byte[]> record, Bytes id, Headers headers, PendingReview pending) {}

  /**
   * @param timeout longest wait for one review
   * @param from first time of a record
   */
  ReplayRun(
      KafkaConsumer<byte[], byte[]> consumer,
      TransactionalWriter writer,
      Batcher batcher,
      PredictionMaker maker,
      Duration timeout,
      Output output,
      Optional<Instant> from) {
    this.consumer = consumer;
    this.writer = writer;
    this.batcher = batcher;
    this.maker = maker;
    this.timeout = timeout;
    this.output = output;
    this.firstTime = from.map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
  }

  /** Does what is left of the plan. */
  ReplayReport over(ReplayPlan plan, String version, ReplayProgress progress) {
    consumer.assign(plan.spans().keySet());
    plan.next().forEach(consumer::seek);
    long before = done(plan, plan.next()::get);
    // The end is fixed before the first prediction, for whoever has to go on.
    commit(plan, List.of());
    progress.at(before, plan.total());
    while (pauseWhatIsDone(plan)) {
      List<Awaited> awaited = submit(plan);
      List<ProducerRecord<byte[], byte[]>> predictions = new ArrayList<>();
      long done = done(plan, consumer::position) - awaited.size();
      for (Awaited each : awaited) {
        predict(each).ifPresent(predictions::add);
        done++;
        progress.at(Math.max(0, done), plan.total());
      }
      if (!awaited.isEmpty()) {
        commit(plan, predictions);
        predicted += predictions.size();
      }
      progress.at(done(plan, consumer::position), plan.total());
    }
    commit(plan, List.of());
    return new ReplayReport(
        version, before, plan.total(), predicted, Map.copyOf(rejected), tombstones, earlier);
  }

  /** Whether anything is left. */
  private boolean pauseWhatIsDone(ReplayPlan plan) {
    boolean left = false;
    for (Map.Entry<TopicPartition, ReplayPlan.Span> each : plan.spans().entrySet()) {
      if (consumer.position(each.getKey()) < each.getValue().end()) {
        left = true;
      } else {
        consumer.pause(List.of(each.getKey()));
      }
    }
    return left;
  }

  private List<Awaited> submit(ReplayPlan plan) {
    List<Awaited> awaited = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      if (record.offset() >= plan.spans().get(partition).end()) {
        continue;
      }
      if (record.value() == null) {
        tombstones++;
      } else if (record.timestamp() < firstTime) {
        earlier++;
      } else {
        submit(record).ifPresent(awaited::add);
      }
    }
    return awaited;
  }

  private Optional<Awaited> submit(ConsumerRecord<byte[], byte[]> record) {
    try {
      byte[] id =
          maker.id(
              record.topic(),
              record.partition(),
              record.offset(),
              Optional.ofNullable(record.key()));
      Review review = maker.decoder().review(record.value());
      Headers headers = maker.headers(record.headers(), record.partition(), record.offset());
      maker.checkSize(headers, id, review);
      return Optional.of(
          new Awaited(record, Bytes.wrap(id), headers, batcher.submit(review, () -> id)));
    } catch (RejectedException e) {
      reject(record, e);
      return Optional.empty();
    }
  }

  private Optional<ProducerRecord<byte[], byte[]>> predict(Awaited awaited) {
    ConsumerRecord<byte[], byte[]> record = awaited.record();
    try {
      ScoredReview scored = batcher.await(awaited.pending(), timeout);
      Instant now = Instant.now();
      long time = record.timestamp() < 0 ? now.toEpochMilli() : record.timestamp();
      Prediction prediction =
          maker.prediction(
              scored, record.partition(), record.offset(), awaited.pending().review(), time, now);
      ProducerRecord<byte[], byte[]> result =
          new ProducerRecord<>(
              output.topic(),
              record.partition(),
              PredictionMaker.recordTime(time, now),
              awaited.id().get(),
              output.values().write(prediction),
              awaited.headers());
      return Optional.of(result);
    } catch (RejectedException e) {
      reject(record, e);
      return Optional.empty();
    }
  }

  private void reject(ConsumerRecord<byte[], byte[]> record, RejectedException fault) {
    rejected.merge(fault.reason(), 1L, Long::sum);
    LOG.debug(
        "Not predicted {}-{}@{} ({}): {}",
        record.topic(),
        record.partition(),
        record.offset(),
        fault.reason().wireName(),
        fault.getMessage());
  }

  private void commit(ReplayPlan plan, List<ProducerRecord<byte[], byte[]>> predictions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    plan.spans()
        .forEach(
            (partition, span) ->
                offsets.put(
                    partition, span.at(Math.min(consumer.position(partition), span.end()))));
    writer.write(predictions, offsets, consumer.groupMetadata());
  }

  private static long done(ReplayPlan plan, ToLongFunction<TopicPartition> position) {
    return plan.spans().entrySet().stream()
        .mapToLong(each -> each.getValue().done(position.applyAsLong(each.getKey())))
        .sum();
  }
}
