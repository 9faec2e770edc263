package dev.verdict.cli.bench;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** How reviews come. */
enum Arrivals {
  /** As fast as they are answered: a number of them is always waiting. */
  STEADY(8192) {
    @Override
    int next(int sent, int answered) {
      return answered + waiting();
    }
  },
  /** Many at once, and no more before the last of them is answered. */
  BURSTY(2048) {
    @Override
    int next(int sent, int answered) {
      return answered == sent ? sent + waiting() : sent;
    }
  };

  private final int waiting;

  Arrivals(int waiting) {
    this.waiting = waiting;
  }

  /** Reviews that wait for their predictions at most. */
  final int waiting() {
    return waiting;
  }

  /**
   * How many shall have been sent.
   *
   * @param sent until now
   * @param answered of these
   */
  abstract int next(int sent, int answered);

  /** Seconds from the first review sent to the last prediction that a consumer sees. */
  final double seconds(
      ReviewFeed feed, PredictionTail tail, List<ProducerRecord<byte[], byte[]>> reviews) {
    tail.expect();
    long start = System.nanoTime();
    int sent = 0;
    int answered = 0;
    while (answered < reviews.size()) {
      int next = Math.min(reviews.size(), next(sent, answered));
      boolean more = sent < next;
      for (; sent < next; sent++) {
        feed.send(reviews.get(sent));
      }
      if (more) {
        feed.flush();
      }
      answered += tail.poll().count();
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
