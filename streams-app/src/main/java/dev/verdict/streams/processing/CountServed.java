package dev.verdict.streams.processing;

import dev.verdict.contract.Prediction;
import dev.verdict.evaluation.EvaluationPlan;
import dev.verdict.evaluation.ServedCounts.Count;
import dev.verdict.evaluation.ServedSegments;
import dev.verdict.evaluation.WindowSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Counts the predictions of its partition by version, by segment and by bucket of event time, and
 * tells now and then how many there are by now: what label coverage is a share of.
 */
final class CountServed implements Processor<byte[], ClassifiedReview, String, Count> {
  static final String STORE = "served-predictions";

  private final String model;
  private final EvaluationPlan plan;
  private final Set<String> changed = new HashSet<>();
  private ProcessorContext<String, Count> context;
  private KeyValueStore<String, Count> store;
  private ServedSegments segments;
  private long latestMillis;

  CountServed(String model, EvaluationPlan plan) {
    this.model = model;
    this.plan = plan;
    this.segments = segments();
  }

  private ServedSegments segments() {
    return new ServedSegments(plan.segments(), plan.segmentValues());
  }

  @Override
  public void init(ProcessorContext<String, Count> processorContext) {
    context = processorContext;
    store = context.getStateStore(STORE);
    changed.clear();
    segments = segments();
    latestMillis = 0;
    // Whether the last counts were told before the restart is not known; telling twice is harmless.
    try (KeyValueIterator<String, Count> stored = store.all()) {
      stored.forEachRemaining(
          entry -> {
            changed.add(entry.key);
            segments.counted(entry.value.version());
            latestMillis = Math.max(latestMillis, entry.value.latestMillis());
          });
    }
    context.schedule(plan.interval(), PunctuationType.WALL_CLOCK_TIME, this::tell);
  }

  @Override
  public void process(Record<byte[], ClassifiedReview> record) {
    Prediction prediction = record.value().prediction();
    if (prediction.seenInTraining()) {
      return;
    }
    long time = record.value().predicted().eventTime().toEpochMilli();
    latestMillis = Math.max(latestMillis, time);
    List<String> names = segments.of(record.value().predicted().attributes());
    for (WindowSpec.Timed window : plan.timedWindows()) {
      long start = window.bucketOf(time);
      if (start >= oldest(window)) {
        count(prediction.modelVersion(), window.name(), start, time);
        names.forEach(name -> count(name, window.name(), start, time));
      }
    }
  }

  private void count(String version, String window, long start, long time) {
    String key = version + "|" + window + "|" + start;
    Count before = store.get(key);
    store.put(
        key,
        new Count(
            version,
            window,
            start,
            context.taskId().partition(),
            before == null ? 1 : before.predictions() + 1,
            before == null ? time : Math.max(before.latestMillis(), time)));
    changed.add(key);
  }

  private void tell(long now) {
    // Segments first: those of an attribute are never fewer than all, unless some are not counted.
    changed.stream()
        .map(store::get)
        .filter(Objects::nonNull)
        .sorted(Comparator.comparing(count -> !ServedSegments.isSegment(count.version())))
        .forEach(count -> context.forward(new Record<>(model, count, now)));
    changed.clear();
    forgetOld();
  }

  private void forgetOld() {
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, Count> stored = store.all()) {
      stored.forEachRemaining(
          entry -> {
            boolean kept =
                plan.timedWindows().stream()
                    .filter(window -> window.name().equals(entry.value.window()))
                    .anyMatch(window -> entry.value.startMillis() >= oldest(window));
            if (!kept) {
              old.add(entry.key);
            }
          });
    }
    old.forEach(store::delete);
  }

  private long oldest(WindowSpec.Timed window) {
    return latestMillis - window.length().toMillis() - plan.grace().toMillis();
  }
}
