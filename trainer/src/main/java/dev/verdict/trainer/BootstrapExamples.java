package dev.verdict.trainer;

import dev.verdict.config.Settings;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.contract.Topics;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.trainer.LabelledReviews.PlacedReview;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what the first champion is trained on: the topics of reviews and labels from their start,
 * until there are enough labelled reviews. Records that break their contract are passed over; the
 * streams app makes dead letters of them once there is a champion.
 */
final class BootstrapExamples {
  private static final Logger LOG = LoggerFactory.getLogger(BootstrapExamples.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration REPORT = Duration.ofSeconds(10);
  private static final long MAX_WAITING_CHARACTERS = 32L << 20;

  private final Properties kafka;
  private final Topics topics;
  private final ReviewDecoder decoder;
  private final LabelledReviews reviews;

  /**
   * @param wanted labelled reviews
   */
  BootstrapExamples(Settings settings, HoldOut holdOut, int wanted) {
    this.kafka = settings.kafkaClient();
    this.topics = settings.topics();
    this.decoder = settings.reviewDecoder();
    this.reviews =
        new LabelledReviews(
            wanted, Set.copyOf(settings.modelLabels()), holdOut, MAX_WAITING_CHARACTERS);
  }

  /**
   * Waits for enough labelled reviews.
   *
   * @param tick called now and then
   * @return empty when it was asked to stop before
   */
  Optional<LabelledReviews> collect(
      TrainerListener listener, Runnable tick, BooleanSupplier stopped) {
    try (TopicReader reviewReader = new TopicReader(kafka, topics.reviews());
        TopicReader labelReader = new TopicReader(kafka, topics.labels())) {
      long reported = System.nanoTime() - REPORT.toNanos();
      int told = -1;
      while (!reviews.complete()) {
        if (stopped.getAsBoolean()) {
          return Optional.empty();
        }
        tick.run();
        Iterator<ConsumerRecord<byte[], byte[]>> labels = labelReader.poll(POLL).iterator();
        while (labels.hasNext() && !reviews.complete()) {
          addLabel(labels.next());
        }
        Iterator<ConsumerRecord<byte[], byte[]>> texts = reviewReader.poll(POLL).iterator();
        while (texts.hasNext() && !reviews.complete()) {
          addReview(texts.next());
        }
        if (!reviews.complete() && reviews.mustReadAgain()) {
          LOG.info("Reading {} again: labels of reviews forgotten have come", topics.reviews());
          reviewReader.restart();
        }
        if (reviews.size() != told) {
          told = reviews.size();
          listener.waiting(told, reviews.wanted());
        }
        if (System.nanoTime() - reported >= REPORT.toNanos()) {
          reported = System.nanoTime();
          LOG.info(
              "No champion yet: {} of {} labelled reviews to train the first",
              reviews.size(),
              reviews.wanted());
        }
      }
      return Optional.of(reviews);
    }
  }

  private void addReview(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      String id =
          decoder
              .id(Optional.ofNullable(record.key()))
              .orElse(record.topic() + "-" + record.partition() + "-" + record.offset());
      String text = decoder.review(record.value()).text();
      reviews.addReview(id, new PlacedReview(text, record.partition(), record.offset()));
    } catch (RejectedException e) {
      passOver(record, e);
    }
  }

  private void addLabel(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      Optional<String> id = decoder.id(Optional.ofNullable(record.key()));
      if (id.isPresent()) {
        reviews.addLabel(id.get(), decoder.label(record.value()).label());
      }
    } catch (RejectedException e) {
      passOver(record, e);
    }
  }

  private static void passOver(ConsumerRecord<byte[], byte[]> record, RejectedException fault) {
    LOG.debug(
        "Passed over {}-{}@{}: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        fault.getMessage());
  }
}
