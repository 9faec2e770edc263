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
 * Joins predictions and labels by review id, whichever comes second making the match. Both wait in
 * window stores by time of arrival, whose old segments are dropped whole.
 *
 * <p>A repeated id is predicted again and the last prediction is the one that a label meets; a
 * second label of one prediction is not counted.
 */
final class JoinLabels implements Processor<String, ReviewEvent, String, GradedReview> {
  static final String PREDICTIONS_STORE = "pending-predictions";
  static final String LABELS_STORE = "pending-labels";

  /**
   * A prediction that waits for its label.
   *
   * @param predicted absent once it was graded; the marker stays to know a repeated label
   * @param gradedBefore whether the same id was graded before, and so may have been trained on
   */
  record Pending(Optional<PredictedReview> predicted, boolean gradedBefore) {
    static final Pending GRADED = new Pending(Optional.empty(), true);

    boolean isGraded() {
      return predicted.isEmpty();
    }
  }

  /** The id of no review: one that came has at least one letter. */
  private static final String NO_REVIEW = "\u0000";

  private final Duration retention;
  private final StreamMeters meters;
  private ProcessorContext<String, GradedReview> context;
  private WindowStore<String, Pending> predictions;
  private WindowStore<String, Label> labels;
  private boolean logged;

  JoinLabels(Duration retention, StreamMeters meters) {
    this.retention = retention;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<String, GradedReview> processorContext) {
    context = processorContext;
    predictions = context.getStateStore(PREDICTIONS_STORE);
    labels = context.getStateStore(LABELS_STORE);
  }

  @Override
  public void process(Record<String, ReviewEvent> record) {
    logOnce();
    record.value().predicted().ifPresent(predicted -> predicted(record, predicted));
    record.value().label().ifPresent(label -> labelled(record, label));
  }

  /**
   * A store of which nothing was ever written to its changelog has no offset in its checkpoint;
   * under exactly-once Kafka Streams takes that for a crash and restores both stores from their
   * beginning, at every restart and move. Where labels always come after their reviews, or the
   * other way round, one store would stay so for ever.
   */
  private void logOnce() {
    if (!logged) {
      long now = context.currentSystemTimeMs();
      predictions.put(NO_REVIEW, null, now);
      labels.put(NO_REVIEW, null, now);
      logged = true;
    }
  }

  private void predicted(Record<String, ReviewEvent> record, PredictedReview predicted) {
    long now = context.currentSystemTimeMs();
    boolean gradedBefore =
        last(predictions, record.key(), now)
            .map(entry -> entry.value.isGraded() || entry.value.gradedBefore())
            .orElse(false);
    Optional<KeyValue<Long, Label>> waiting = last(labels, record.key(), now);
    if (waiting.isPresent()) {
      labels.put(record.key(), null, waiting.get().key);
      predictions.put(record.key(), Pending.GRADED, now);
      grade(record, new GradedReview(predicted, waiting.get().value, at(now), gradedBefore));
    } else {
      predictions.put(record.key(), new Pending(Optional.of(predicted), gradedBefore), now);
    }
  }

  private void labelled(Record<String, ReviewEvent> record, Label label) {
    long now = context.currentSystemTimeMs();
    Optional<KeyValue<Long, Pending>> waiting = last(predictions, record.key(), now);
    if (waiting.isEmpty()) {
      last(labels, record.key(), now)
          .ifPresent(earlier -> labels.put(record.key(), null, earlier.key));
      labels.put(record.key(), label, now);
    } else if (waiting.get().value.isGraded()) {
      meters.joined(LabelOutcome.REPEATED);
    } else {
      Pending pending = waiting.get().value;
      predictions.put(record.key(), Pending.GRADED, waiting.get().key);
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

  private <T> Optional<KeyValue<Long, T>> last(WindowStore<String, T> store, String id, long now) {
    try (WindowStoreIterator<T> found =
        store.backwardFetch(id, now - retention.toMillis(), Long.MAX_VALUE)) {
      return found.hasNext() ? Optional.of(found.next()) : Optional.empty();
    }
  }
}
