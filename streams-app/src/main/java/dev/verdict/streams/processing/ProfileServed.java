package dev.verdict.streams.processing;

import dev.verdict.contract.JsonSerde;
import dev.verdict.drift.RecentSignals.PaneKey;
import dev.verdict.drift.SignalPane;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Counts what the predictions of its partition look like, by version, and tells its panes: the one
 * being filled now and then, a full one once. The partition itself keeps the pane being filled
 * only.
 *
 * <p>The pane being filled is in memory and written with each telling, not with each review. So
 * after a crash or a move to another instance the predictions since the last telling, a second of
 * them by default, are in no pane. Of thousands that the signals are drawn from they are no matter;
 * scores are counted elsewhere, exactly. A pane that cannot be read back begins anew.
 */
final class ProfileServed implements Processor<byte[], ClassifiedReview, String, ServedPane> {
  private static final String STORE = "open-panes";

  /** Of which the period is made, so that it is a twentieth too long at most. */
  private static final int PANES = 20;

  /** Versions that predict at one time are two at most; panes of others are of long ago. */
  private static final int VERSIONS_KEPT = 4;

  private static final Comparator<OpenPane> SILENT_FIRST =
      Comparator.comparingLong(each -> each.latestMillis);

  private final String model;
  private final long paneReviews;
  private final Duration interval;
  private final TreeMap<String, OpenPane> open = new TreeMap<>();
  private final Deque<ServedPane> full = new ArrayDeque<>();
  private final Set<String> stored = new HashSet<>();
  private ProcessorContext<String, ServedPane> context;
  private KeyValueStore<String, ServedPane> store;
  private long lastNumber;

  /** A pane being filled. */
  private static final class OpenPane {
    private final PaneKey key;
    private final SignalPane pane;
    private long latestMillis;
    private boolean changed;

    OpenPane(PaneKey key, SignalPane pane, long latestMillis) {
      this.key = key;
      this.pane = pane;
      this.latestMillis = latestMillis;
    }

    ServedPane told() {
      return ServedPane.of(key, latestMillis, pane);
    }
  }

  /**
   * @param reviews of the period, over all partitions
   * @param interval between two tellings
   */
  ProfileServed(String model, long reviews, Duration interval) {
    this.model = model;
    this.paneReviews = Math.max(1, reviews / PANES);
    this.interval = interval;
  }

  /** The store that belongs to it. */
  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), new JsonSerde<>(ServedPane.class));
  }

  @Override
  public void init(ProcessorContext<String, ServedPane> processorContext) {
    context = processorContext;
    store = context.getStateStore(STORE);
    open.clear();
    full.clear();
    stored.clear();
    lastNumber = 0;
    try (KeyValueIterator<String, ServedPane> kept = store.all()) {
      kept.forEachRemaining(
          entry -> {
            stored.add(entry.key);
            restore(entry.value);
          });
    }
    context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, this::tell);
  }

  private void restore(ServedPane kept) {
    lastNumber = Math.max(lastNumber, kept.number());
    kept.pane()
        .ifPresent(
            pane -> {
              OpenPane restored = new OpenPane(kept.key(), pane, kept.latestMillis());
              // Whether it was told before the restart is not known; telling twice is harmless.
              restored.changed = true;
              open.put(kept.version(), restored);
            });
  }

  @Override
  public void process(Record<byte[], ClassifiedReview> record) {
    ClassifiedReview review = record.value();
    if (review.prediction().seenInTraining() || !review.measurable()) {
      return;
    }
    String version = review.prediction().modelVersion();
    long now = review.prediction().predictedAt().toEpochMilli();
    OpenPane filled =
        open.compute(
            version,
            (key, before) ->
                before != null && before.pane.classes().equals(review.classes())
                    ? before
                    : begin(version, review.classes(), now));
    filled.pane.add(review.signals(), review.probabilities());
    filled.latestMillis = Math.max(filled.latestMillis, now);
    filled.changed = true;
    if (filled.pane.reviews() >= paneReviews) {
      full.addLast(filled.told());
      if (full.size() > PANES) {
        full.removeFirst();
      }
      open.remove(version);
    }
  }

  private OpenPane begin(String version, List<String> classes, long now) {
    lastNumber = Math.max(lastNumber + 1, now);
    return new OpenPane(
        new PaneKey(version, context.taskId().partition(), lastNumber),
        new SignalPane(classes),
        now);
  }

  private void tell(long now) {
    while (!full.isEmpty()) {
      context.forward(new Record<>(model, full.removeFirst(), now));
    }
    while (open.size() > VERSIONS_KEPT) {
      open.values().remove(Collections.min(open.values(), SILENT_FIRST));
    }
    open.forEach(
        (version, each) -> {
          if (each.changed) {
            ServedPane told = each.told();
            store.put(version, told);
            stored.add(version);
            context.forward(new Record<>(model, told, now));
            each.changed = false;
          }
        });
    // Else a full pane would be taken up after a restart as it was before it was full.
    for (String version : new ArrayList<>(stored)) {
      if (!open.containsKey(version)) {
        store.delete(version);
        stored.remove(version);
      }
    }
  }
}
