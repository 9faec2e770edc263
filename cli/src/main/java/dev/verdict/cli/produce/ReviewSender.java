package dev.verdict.cli.produce;

import dev.verdict.contract.Label;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Review;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.contract.Topics;
import dev.verdict.contract.ValueWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Writes reviews at their pace and each label when it is due. One thread's. */
final class ReviewSender {
  /** Between two looks at whether to stop. */
  private static final long BEAT_NANOS = 20_000_000;

  private static final String SOURCE = "verdict-produce";

  /**
   * How it is done.
   *
   * @param rate reviews a second, infinite for as fast as they go
   * @param labels whether labels are written too
   * @param labelDelay from a review to its label
   */
  record Plan(double rate, boolean labels, Duration labelDelay) {}

  /**
   * How values are written.
   *
   * @param textAlone whether a review's value says nothing but its text, so that its time must be
   *     that of the record
   */
  record Values(ValueWriter<Review> reviews, ValueWriter<Label> labels, boolean textAlone) {}

  /** What is told on the way. */
  interface Listener {
    /** The broker has the review of that id; in the order of the input. */
    void written(String id);

    /** The input has something that cannot be used. */
    void faulty(String place, String fault);

    /** Some time has gone by. */
    void progress(Tally tally);
  }

  /**
   * What was done.
   *
   * @param reviews that the brokers have
   * @param labels that the brokers have
   * @param faulty lines that were left out
   * @param unlabelled labels that were not due yet at the end
   */
  record Tally(long reviews, long labels, long faulty, long unlabelled, double seconds) {}

  private record DueLabel(long dueNanos, String id, String label) {}

  private record Sent(String id, Future<RecordMetadata> answer) {}

  private final Producer<byte[], byte[]> producer;
  private final Topics topics;
  private final ReviewDecoder decoder;
  private final Values values;
  private final Plan plan;
  private final Listener listener;
  private final Queue<DueLabel> due = new ArrayDeque<>();
  private final Queue<Sent> sent = new ArrayDeque<>();
  private final AtomicLong reviews = new AtomicLong();
  private final AtomicLong labels = new AtomicLong();
  private final AtomicReference<Optional<Exception>> refused =
      new AtomicReference<>(Optional.empty());
  private long faulty;

  /**
   * @param decoder says what can be used, as it will when the streams app reads it
   */
  ReviewSender(
      Producer<byte[], byte[]> producer,
      Topics topics,
      ReviewDecoder decoder,
      Values values,
      Plan plan,
      Listener listener) {
    this.producer = producer;
    this.topics = topics;
    this.decoder = decoder;
    this.values = values;
    this.plan = plan;
    this.listener = listener;
  }

  /**
   * Writes all there is, and the labels of all.
   *
   * @param stopped ends it early, in order
   * @throws KafkaException if a record cannot be written
   */
  Tally run(ReadAhead input, BooleanSupplier stopped, Duration progressEvery)
      throws InterruptedException {
    long start = System.nanoTime();
    long told = start;
    Pace pace = new Pace(plan.rate(), start);
    while (!stopped.getAsBoolean() && !(input.ended() && due.isEmpty())) {
      sendDueLabels();
      long now = System.nanoTime();
      long wait = pace.waitNanos(now);
      if (wait > 0 || input.ended()) {
        TimeUnit.NANOSECONDS.sleep(Math.min(beat(now), input.ended() ? BEAT_NANOS : wait));
      } else {
        Optional<InputReview> next = next(input, beat(now), start);
        if (next.isPresent() && send(next.get())) {
          pace.taken(System.nanoTime());
        }
      }
      tellWritten();
      if (System.nanoTime() - told >= progressEvery.toNanos()) {
        told = System.nanoTime();
        listener.progress(tally(start));
      }
    }
    producer.flush();
    tellWritten();
    return tally(start);
  }

  /** Where the input cannot be read any further, what was written before is told. */
  private Optional<InputReview> next(ReadAhead input, long nanos, long start)
      throws InterruptedException {
    try {
      return input.poll(nanos);
    } catch (RuntimeException e) {
      producer.flush();
      tellWritten();
      listener.progress(tally(start));
      throw e;
    }
  }

  /** No longer than until the next label is due. */
  private long beat(long now) {
    return due.isEmpty()
        ? BEAT_NANOS
        : Math.max(0, Math.min(BEAT_NANOS, due.element().dueNanos() - now));
  }

  private Tally tally(long start) {
    return new Tally(
        reviews.get(), labels.get(), faulty, due.size(), (System.nanoTime() - start) / 1e9);
  }

  private boolean send(InputReview input) {
    if (input.review().isEmpty()) {
      return reject(input.place(), input.fault());
    }
    WrittenReview each = input.review().get();
    String id = each.id().orElseGet(() -> UUID.randomUUID().toString());
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    byte[] value = values.reviews().write(each.review());
    try {
      Optional<String> unused = decoder.id(Optional.of(key));
      decoder.review(value);
    } catch (RejectedException e) {
      return reject(input.place(), e.getMessage());
    }
    Optional<Instant> time = values.textAlone() ? each.review().timestamp() : Optional.empty();
    sent.add(new Sent(id, write(topics.reviews(), time, key, value, reviews)));
    if (plan.labels()) {
      each.label()
          .ifPresent(
              label ->
                  due.add(
                      new DueLabel(System.nanoTime() + plan.labelDelay().toNanos(), id, label)));
    }
    return true;
  }

  private boolean reject(String place, String fault) {
    faulty++;
    listener.faulty(place, fault);
    return false;
  }

  private void sendDueLabels() {
    while (!due.isEmpty() && due.element().dueNanos() - System.nanoTime() <= 0) {
      DueLabel label = due.remove();
      Future<RecordMetadata> unused =
          write(
              topics.labels(),
              Optional.empty(),
              label.id().getBytes(StandardCharsets.UTF_8),
              values
                  .labels()
                  .write(new Label(label.label(), Optional.of(Instant.now()), Optional.of(SOURCE))),
              labels);
    }
  }

  private Future<RecordMetadata> write(
      String topic, Optional<Instant> time, byte[] key, byte[] value, AtomicLong count) {
    return producer.send(
        new ProducerRecord<>(topic, null, time.map(Instant::toEpochMilli).orElse(null), key, value),
        (metadata, fault) -> {
          if (fault == null) {
            count.incrementAndGet();
          } else {
            refused.compareAndSet(Optional.empty(), Optional.of(fault));
          }
        });
  }

  /** The ids that the brokers have answered for, and their refusals. */
  private void tellWritten() {
    refused
        .get()
        .ifPresent(
            fault -> {
              throw new KafkaException(
                  "A record could not be written: " + fault.getMessage(), fault);
            });
    while (!sent.isEmpty() && sent.element().answer().isDone()) {
      listener.written(sent.remove().id());
    }
  }
}
