package dev.verdict.cli.faults;

import dev.verdict.contract.Topics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.awaitility.Awaitility;

/**
 * Follows reviews, predictions and dead letters while faults happen, to know when a fault is
 * overcome. What it sees decides nothing: the {@link Checker} reads everything again.
 */
final class Answers implements AutoCloseable {
  private final Topics topics;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<Place> waiting = new HashSet<>();
  private final Set<Place> early = new HashSet<>();
  private final Thread thread = new Thread(this::run, "answers");
  private long reviews;
  private volatile boolean closed;

  Answers(Properties kafka, Topics topics) {
    this.topics = topics;
    this.consumer =
        TopicRecords.consumer(
            kafka, List.of(topics.reviews(), topics.predictions(), topics.deadLetters()));
    thread.start();
  }

  /**
   * Waits until every review that is known at this moment is answered.
   *
   * @return how long that took
   */
  Duration awaitCaughtUp(Duration patience) {
    Set<Place> due = copyOfWaiting();
    long start = System.nanoTime();
    Awaitility.await(due.size() + " reviews are answered")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> noneWaiting(due));
    return Duration.ofNanos(System.nanoTime() - start);
  }

  synchronized long reviews() {
    return reviews;
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
    consumer.close();
  }

  private synchronized Set<Place> copyOfWaiting() {
    return Set.copyOf(waiting);
  }

  private synchronized boolean noneWaiting(Set<Place> due) {
    return due.stream().noneMatch(waiting::contains);
  }

  private void run() {
    while (!closed) {
      consumer.poll(Duration.ofMillis(50)).forEach(this::seen);
    }
  }

  private synchronized void seen(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(topics.reviews())) {
      if (record.value() != null) {
        reviews++;
        Place place = Place.of(record);
        if (!early.remove(place)) {
          waiting.add(place);
        }
      }
    } else {
      Place.answeredBy(record, topics)
          .filter(place -> place.topic().equals(topics.reviews()))
          .filter(place -> !waiting.remove(place))
          .ifPresent(early::add);
    }
  }
}
