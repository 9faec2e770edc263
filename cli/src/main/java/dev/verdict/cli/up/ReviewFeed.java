package dev.verdict.cli.up;

import dev.verdict.cli.source.SourcedReview;
import dev.verdict.config.ClientKind;
import dev.verdict.contract.Label;
import dev.verdict.contract.MessageFormats;
import dev.verdict.contract.Review;
import dev.verdict.contract.Topics;
import dev.verdict.contract.ValueWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Produces reviews and, later, their labels, as the users' own systems would. The first reviews go
 * at once, for the first champion; the others wait for it and then keep their rate.
 */
final class ReviewFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReviewFeed.class);

  /** Reviews that one beat of the feed sends at most, so that labels are not late. */
  private static final int REVIEWS_A_BEAT = 200;

  private static final Duration BEAT = Duration.ofMillis(5);

  /**
   * Where the domain of the reviews changed.
   *
   * @param afterReviews sent before
   */
  record DomainChange(String domain, long afterReviews, Instant at) {}

  /** How far the feed is. */
  record Progress(
      long reviews,
      long labels,
      List<DomainChange> domains,
      boolean finished,
      Optional<String> failure) {}

  private record DueLabel(long dueNanos, SourcedReview review) {}

  private final Feed feed;
  private final Topics topics;
  private final ValueWriter<Review> reviewWriter;
  private final ValueWriter<Label> labelWriter;
  private final BooleanSupplier championServes;
  private final HeldOutReviews heldOut;
  private final Producer<byte[], byte[]> producer;
  private final Queue<DueLabel> due = new ArrayDeque<>();
  private final List<DomainChange> domains = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "review-feed");
  private long reviews;
  private long labels;
  private boolean finished;
  private Optional<String> failure = Optional.empty();

  /**
   * Starts at once.
   *
   * @param formats in which they are written
   * @param championServes asked until it does
   * @param heldOut gets every review, to keep those that are never trained on
   */
  ReviewFeed(
      Feed feed,
      Properties kafka,
      Topics topics,
      MessageFormats formats,
      BooleanSupplier championServes,
      HeldOutReviews heldOut) {
    this.feed = feed;
    this.topics = topics;
    this.reviewWriter = formats.reviewWriter(topics.reviews());
    this.labelWriter = formats.labelWriter(topics.labels());
    this.championServes = championServes;
    this.heldOut = heldOut;
    Properties properties = ClientKind.PRODUCER.of(kafka);
    // A partition that was just made may refuse the first batch and accept the second; the first is
    // then out of sequence for ever. One request at a time cannot overtake.
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    thread.setDaemon(true);
    thread.start();
  }

  synchronized Progress progress() {
    return new Progress(reviews, labels, List.copyOf(domains), finished, failure);
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ofSeconds(5));
  }

  private void run() {
    try {
      long streamingSince = 0;
      while (!stopped()) {
        sendDueLabels();
        if (sent() < feed.firstReviews()) {
          sendReviews(feed.firstReviews());
        } else if (streamingSince > 0) {
          double seconds = (System.nanoTime() - streamingSince) / 1e9;
          sendReviews(feed.firstReviews() + (long) (seconds * feed.rate()));
        } else if (championServes.getAsBoolean()) {
          streamingSince = System.nanoTime();
        }
        if (due.isEmpty() && !feed.source().hasNext()) {
          break;
        }
        stop.await(BEAT.toMillis(), TimeUnit.MILLISECONDS);
      }
      producer.flush();
      if (sent() < feed.firstReviews() && !championServes.getAsBoolean() && !stopped()) {
        fail(
            "The source has %d reviews, must have at least %d (bootstrap.examples) to train the first champion"
                .formatted(sent(), feed.firstReviews()));
      }
      synchronized (this) {
        finished = true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!stopped()) {
        LOG.error("The source of reviews ends: {}", e.getMessage());
        fail(e.getMessage());
      }
    }
  }

  private synchronized void fail(String reason) {
    failure = Optional.of(reason);
  }

  private void sendReviews(long upTo) {
    for (int i = 0; i < REVIEWS_A_BEAT && sent() < upTo && feed.source().hasNext(); i++) {
      SourcedReview review = feed.source().next();
      noteDomain(review.domain());
      send(
          topics.reviews(),
          review.id(),
          reviewWriter.write(
              new Review(review.text(), Optional.empty(), Map.of("domain", review.domain()))));
      heldOut.add(review);
      due.add(new DueLabel(System.nanoTime() + feed.labelDelay().toNanos(), review));
      synchronized (this) {
        reviews++;
      }
    }
  }

  private void sendDueLabels() {
    while (!due.isEmpty() && due.element().dueNanos() - System.nanoTime() <= 0) {
      SourcedReview review = due.remove().review();
      send(
          topics.labels(),
          review.id(),
          labelWriter.write(
              new Label(review.label(), Optional.of(Instant.now()), Optional.of("verdict-up"))));
      synchronized (this) {
        labels++;
      }
    }
  }

  private void send(String topic, String id, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), value),
            (metadata, fault) -> {
              if (fault != null && !stopped()) {
                LOG.error(
                    "Review feed could not write {} to {}: {}", id, topic, fault.getMessage());
              }
            });
  }

  private synchronized void noteDomain(String domain) {
    if (domains.isEmpty() || !domains.get(domains.size() - 1).domain().equals(domain)) {
      domains.add(new DomainChange(domain, reviews, Instant.now()));
      LOG.info("Reviews of domain {} begin after {} reviews", domain, reviews);
    }
  }

  private synchronized long sent() {
    return reviews;
  }

  private boolean stopped() {
    return stop.getCount() == 0;
  }
}
