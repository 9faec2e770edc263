package dev.verdict.streams.processing;

import dev.verdict.contract.Label;
import dev.verdict.contract.PredictedReview;
import dev.verdict.streams.processing.StreamMeters.LabelOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Joins predictions and labels by review id, whichever comes second making the match. The first
 * waits in a window store by time of arrival, whose old segments are dropped whole.
 *
 * <p>A repeated id is predicted again and the last prediction is the one that a label meets; a
 * second label of one prediction is not counted.
 *
 * <p>One store for both, although they are two kinds: a store of which nothing was written yet has
 * no offset in its checkpoint, which Kafka Streams takes for a crash under exactly-once, so that
 * beside a store of predictions one of labels, which seldom wait, would have both restored from
 * their beginning at every restart.
 */
final class JoinLabels implements Processor<String, ReviewEvent, String, GradedReview> {
  static final String STORE = "pending-reviews";

  /**
   * What is known of a review: its prediction or its label, whichever waits for the other; neither
   * once it was graded, when the marker stays to know a repeated label.
   *
   * @param gradedBefore whether the same id was graded before, and so may have been trained on
   */
  record Pending(Optional<PredictedReview> predicted, Optional<Label> label, boolean gradedBefore) {
    static final Pending GRADED = new Pending(Optional.empty(), Optional.empty(), true);

    static Pending of(PredictedReview predicted, boolean gradedBefore) {
      return new Pending(Optional.of(predicted), Optional.empty(), gradedBefore);
    }

    static Pending of(Label label) {
      return new Pending(Optional.empty(), Optional.of(label), false);
    }
  }

  private final Duration retention;
  private final StreamMeters meters;
  private ProcessorContext<String, GradedReview> context;
  private WindowStore<String, Pending> store;

  JoinLabels(Duration retention, StreamMeters meters) {
    this.retention = retention;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<String, GradedReview> processorContext) {
    context = processorContext;
    store = context.getStateStore(STORE);
  }

  @Override
  public void process(Record<String, ReviewEvent> record) {
    long now = context.currentSystemTimeMs();
    Optional<KeyValue<Long, Pending>> found = last(record.key(), now);
    record.value().predicted().ifPresent(predicted -> predicted(record, predicted, found, now));
    record.value().label().ifPresent(label -> labelled(record, label, found, now));
  }

  private void predicted(
      Record<String, ReviewEvent> record,
      PredictedReview predicted,
      Optional<KeyValue<Long, Pending>> found,
      long now) {
    boolean gradedBefore = found.map(entry -> entry.value.gradedBefore()).orElse(false);
    Optional<Label> label = found.flatMap(entry -> entry.value.label());
    if (label.isPresent()) {
      put(record.key(), Pending.GRADED, found, now);
      grade(record, new GradedReview(predicted, label.get(), at(now), gradedBefore));
    } else {
      put(record.key(), Pending.of(predicted, gradedBefore), found, now);
    }
  }

  private void labelled(
      Record<String, ReviewEvent> record,
      Label label,
      Optional<KeyValue<Long, Pending>> found,
      long now) {
    if (found.isEmpty() || found.get().value.label().isPresent()) {
      put(record.key(), Pending.of(label), found, now);
    } else if (found.get().value.predicted().isEmpty()) {
      meters.joined(LabelOutcome.REPEATED);
    } else {
      Pending pending = found.get().value;
      // At the prediction's own time: the marker is forgotten when the prediction would be.
      store.put(record.key(), Pending.GRADED, found.get().key);
      grade(
          record,
          new GradedReview(
              pending.predicted().orElseThrow(), label, at(now), pending.gradedBefore()));
    }
  }

  private void grade(Record<String, ReviewEvent> record, GradedReview graded) {
    meters.joined(graded.countsInScores() ? LabelOutcome.COUNTED : LabelOutcome.SEEN_IN_TRAINING);
    context.forward(record.withValue(graded));
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  /** In the place of what was found, which may be of a later time if a clock was put back. */
  private void put(String id, Pending pending, Optional<KeyValue<Long, Pending>> found, long now) {
    found.filter(entry -> entry.key != now).ifPresent(entry -> store.put(id, null, entry.key));
    store.put(id, pending, now);
  }

  private Optional<KeyValue<Long, Pending>> last(String id, long now) {
    try (WindowStoreIterator<Pending> entries =
        store.backwardFetch(id, now - retention.toMillis(), Long.MAX_VALUE)) {
      return entries.hasNext() ? Optional.of(entries.next()) : Optional.empty();
    }
  }
}
