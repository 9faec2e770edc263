package dev.verdict.cli.bench;

import dev.verdict.cli.source.SourcedReview;
import dev.verdict.config.Settings;
import dev.verdict.contract.SourceHeaders;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends reviews as fast as they are answered, on a thread of its own, and keeps the books: which
 * place in the topic of the reviews has how many predictions.
 */
final class FullLoad implements AutoCloseable {
  private final ReviewFeed feed;
  private final PredictionTail tail;
  private final List<ProducerRecord<byte[], byte[]>> records;
  private final Thread thread = new Thread(this::run, "bench-load");

  /** Offsets that have a prediction, by partition; the thread's until it has ended. */
  private final Map<Integer, BitSet> answeredOffsets = new HashMap<>();

  private long doubled;
  private long sent;
  private volatile long answered;
  private volatile boolean stopping;

  /**
   * What became of the reviews.
   *
   * @param once answered exactly once
   * @param doubled predictions beyond the first of a review
   */
  record Account(long reviews, long once, long doubled) {
    long lost() {
      return reviews - once;
    }
  }

  FullLoad(Settings settings, List<SourcedReview> reviews) {
    feed = new ReviewFeed(settings);
    tail = new PredictionTail(settings);
    records = feed.records(reviews);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Waits until so many reviews have their predictions. */
  void awaitAnswered(long count) throws InterruptedException {
    while (answered < count) {
      requireAlive();
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** Sends no more, waits for what is on its way, and closes the books. */
  Account finish() throws InterruptedException {
    stopping = true;
    thread.join();
    long once = answeredOffsets.values().stream().mapToLong(BitSet::cardinality).sum();
    return new Account(sent, once, doubled);
  }

  private void requireAlive() {
    if (!thread.isAlive()) {
      throw new IllegalStateException("The load has ended");
    }
  }

  private void run() {
    tail.expect();
    while (!stopping || answered < sent) {
      for (; !stopping && sent < answered + Arrivals.STEADY.waiting(); sent++) {
        feed.send(records.get((int) (sent % records.size())));
      }
      long seen = answered;
      for (ConsumerRecord<byte[], byte[]> prediction : tail.poll()) {
        account(prediction);
        seen++;
      }
      answered = seen;
    }
    // One that was answered twice may have hidden one that is still to come.
    for (ConsumerRecord<byte[], byte[]> prediction : tail.poll()) {
      account(prediction);
    }
  }

  private void account(ConsumerRecord<byte[], byte[]> prediction) {
    BitSet offsets =
        answeredOffsets.computeIfAbsent(
            number(prediction, SourceHeaders.PARTITION), partition -> new BitSet());
    int offset = number(prediction, SourceHeaders.OFFSET);
    if (offsets.get(offset)) {
      doubled++;
    }
    offsets.set(offset);
  }

  private static int number(ConsumerRecord<byte[], byte[]> prediction, String header) {
    byte[] value = prediction.headers().lastHeader(header).value();
    return Integer.parseInt(new String(value, StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws InterruptedException {
    stopping = true;
    thread.join(TimeUnit.SECONDS.toMillis(30));
    feed.close();
    tail.close();
  }
}
