package dev.verdict.streams.processing;

import dev.verdict.contract.GradedPair;
import dev.verdict.contract.Label;
import dev.verdict.contract.PredictedReview;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.streams.processing.StreamMeters.LabelOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Joins predictions and labels by review id, whichever comes second making the match. The first
 * waits in a window store by time of arrival, whose old segments are dropped whole.
 *
 * <p>A repeated id is predicted again and the last prediction is the one that a label meets. The
 * same label again is not counted; another label of the same prediction takes the place of the
 * first. A label that waited in vain is counted as an orphan.
 *
 * <p>One store for both, although they are two kinds: a store of which nothing was written yet has
 * no offset in its checkpoint, which Kafka Streams takes for a crash under exactly-once, so that
 * beside a store of predictions one of labels, which seldom wait, would have both restored from
 * their beginning at every restart.
 */
final class JoinLabels implements Processor<String, ReviewEvent, String, JoinedReview> {
  static final String STORE = "pending-reviews";

  private static final Duration ORPHANS_EVERY = Duration.ofMinutes(1);

  /**
   * What is known of a review: its prediction or its label, whichever waits for the other; both
   * once it was graded, to know a repeated label from a changed one.
   *
   * @param shadow the challenger's prediction, until it was compared
   * @param gradedBefore whether the same id was graded before this prediction, and so may have been
   *     trained on
   * @param place of the review that was predicted; state written before it was kept lacks it
   * @param compared whether the challenger's prediction was compared
   */
  record Pending(
      Optional<PredictedReview> predicted,
      Optional<Label> label,
      Optional<Prediction> shadow,
      boolean gradedBefore,
      Optional<SourceHeaders.Place> place,
      boolean compared) {

    static Pending of(Label label) {
      return new Pending(
          Optional.empty(), Optional.of(label), Optional.empty(), false, Optional.empty(), false);
    }

    boolean graded() {
      return predicted.isPresent() && label.isPresent();
    }

    private boolean orphaned() {
      return predicted.isEmpty() && label.isPresent();
    }

    /** Of an id that came again, what the challenger says of the earlier review is none of it. */
    private boolean awaits(Optional<SourceHeaders.Place> shadowed) {
      return predicted.isPresent() && !compared && (place.isEmpty() || place.equals(shadowed));
    }

    private Pending with(Label given) {
      return new Pending(predicted, Optional.of(given), shadow, gradedBefore, place, compared);
    }

    private Pending with(Prediction said) {
      return new Pending(predicted, label, Optional.of(said), gradedBefore, place, compared);
    }

    /** What is left once the label has met both. */
    private Pending met() {
      return new Pending(
          predicted,
          label,
          Optional.empty(),
          gradedBefore,
          place,
          compared || (label.isPresent() && shadow.isPresent()));
    }
  }

  private final Duration retention;
  private final StreamMeters meters;
  private ProcessorContext<String, JoinedReview> context;
  private WindowStore<String, Pending> store;
  private long orphansUntil;

  JoinLabels(Duration retention, StreamMeters meters) {
    this.retention = retention;
    this.meters = meters;
  }

  /** How long the store keeps what it holds: expired labels are counted before they are dropped. */
  static Duration storeRetention(Duration retention) {
    return retention.plus(ORPHANS_EVERY.multipliedBy(10));
  }

  @Override
  public void init(ProcessorContext<String, JoinedReview> processorContext) {
    context = processorContext;
    store = context.getStateStore(STORE);
    orphansUntil = 0;
    context.schedule(ORPHANS_EVERY, PunctuationType.WALL_CLOCK_TIME, this::countOrphans);
  }

  @Override
  public void process(Record<String, ReviewEvent> record) {
    long now = context.currentSystemTimeMs();
    Optional<KeyValue<Long, Pending>> found = last(record.key(), now);
    record.value().predicted().ifPresent(predicted -> predicted(record, predicted, found, now));
    record.value().label().ifPresent(label -> labelled(record, label, found, now));
    record.value().shadow().ifPresent(shadow -> shadowed(record, shadow, found));
  }

  private void predicted(
      Record<String, ReviewEvent> record,
      PredictedReview predicted,
      Optional<KeyValue<Long, Pending>> found,
      long now) {
    Optional<Pending> before = found.map(entry -> entry.value);
    boolean gradedBefore = before.filter(each -> each.graded() || each.gradedBefore()).isPresent();
    Optional<Label> waiting = before.filter(Pending::orphaned).flatMap(Pending::label);
    Pending pending =
        new Pending(
            Optional.of(predicted),
            waiting,
            Optional.empty(),
            gradedBefore,
            SourceHeaders.of(record.headers()),
            false);
    put(record.key(), pending, found, now);
    waiting.ifPresent(label -> grade(record, pending, Optional.empty(), now));
  }

  private void labelled(
      Record<String, ReviewEvent> record,
      Label label,
      Optional<KeyValue<Long, Pending>> found,
      long now) {
    if (found.isEmpty() || found.get().value.predicted().isEmpty()) {
      put(record.key(), Pending.of(label), found, now);
      return;
    }
    Pending pending = found.get().value;
    Optional<Label> before = pending.label();
    if (before.filter(given -> given.label().equals(label.label())).isPresent()) {
      meters.joined(LabelOutcome.REPEATED);
      return;
    }
    Pending graded = pending.with(label);
    // At the prediction's own time: what was graded is forgotten when the prediction would be.
    store.put(record.key(), graded.met(), found.get().key);
    grade(record, graded, before, now);
  }

  /**
   * The challenger may answer before the label or after it; neither a second label nor a second
   * answer compares anything.
   */
  private void shadowed(
      Record<String, ReviewEvent> record,
      Prediction shadow,
      Optional<KeyValue<Long, Pending>> found) {
    Optional<SourceHeaders.Place> place = SourceHeaders.of(record.headers());
    if (found.filter(entry -> entry.value.awaits(place)).isEmpty()) {
      return;
    }
    Pending pending = found.get().value.with(shadow);
    if (pending.graded()) {
      compare(record, pending);
    }
    store.put(record.key(), pending.graded() ? pending.met() : pending, found.get().key);
  }

  private void grade(
      Record<String, ReviewEvent> record, Pending pending, Optional<Label> replaced, long now) {
    GradedReview graded =
        new GradedReview(
            pending.predicted().orElseThrow(),
            pending.label().orElseThrow(),
            replaced,
            Instant.ofEpochMilli(now),
            pending.gradedBefore());
    meters.joined(outcome(graded));
    context.forward(record.withValue(new JoinedReview.Graded(graded)));
    compare(record, pending);
  }

  private static LabelOutcome outcome(GradedReview graded) {
    if (!graded.countsInScores()) {
      return LabelOutcome.SEEN_IN_TRAINING;
    }
    return graded.replaced().isPresent() ? LabelOutcome.CHANGED : LabelOutcome.COUNTED;
  }

  private void compare(Record<String, ReviewEvent> record, Pending pending) {
    Prediction served = pending.predicted().orElseThrow().prediction();
    pending
        .shadow()
        .filter(shadow -> !shadow.seenInTraining() && !served.seenInTraining())
        .filter(shadow -> !pending.gradedBefore())
        .ifPresent(
            shadow ->
                context.forward(
                    record.withValue(
                        new JoinedReview.Compared(
                            new GradedPair(
                                pending.label().orElseThrow().label(),
                                served.label(),
                                served.modelVersion(),
                                shadow.label(),
                                shadow.modelVersion(),
                                pending.predicted().orElseThrow().eventTime())))));
  }

  private void countOrphans(long now) {
    long expired = now - retention.toMillis();
    if (expired <= orphansUntil) {
      return;
    }
    List<KeyValue<Windowed<String>, Pending>> orphans = new ArrayList<>();
    try (KeyValueIterator<Windowed<String>, Pending> old = store.fetchAll(orphansUntil, expired)) {
      while (old.hasNext()) {
        KeyValue<Windowed<String>, Pending> entry = old.next();
        if (entry.value.orphaned()) {
          orphans.add(entry);
        }
      }
    }
    // Deleted, so that none is counted again after a restart.
    for (KeyValue<Windowed<String>, Pending> orphan : orphans) {
      store.put(orphan.key.key(), null, orphan.key.window().start());
      meters.joined(LabelOutcome.ORPHAN);
    }
    orphansUntil = expired;
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
