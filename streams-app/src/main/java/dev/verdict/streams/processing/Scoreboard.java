package dev.verdict.streams.processing;

import dev.verdict.contract.Evaluation;
import dev.verdict.contract.EvaluationFigures;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.JsonSerde;
import dev.verdict.evaluation.EvaluationPlan;
import dev.verdict.evaluation.GradedOutcome;
import dev.verdict.evaluation.RollingEvaluation;
import dev.verdict.evaluation.RollingEvaluation.Content;
import dev.verdict.evaluation.RollingEvaluation.Entry;
import dev.verdict.evaluation.RollingEvaluation.Totals;
import dev.verdict.evaluation.RollingEvaluation.Window;
import dev.verdict.evaluation.Segments;
import dev.verdict.evaluation.ServedCounts;
import dev.verdict.evaluation.ServedSegments;
import dev.verdict.evaluation.Tally;
import dev.verdict.evaluation.WindowSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The rolling scores of every scope - all versions together, each version, each segment - in memory
 * and in state stores, of which each label changes a few entries.
 */
final class Scoreboard {
  private static final String RECENT_STORE = "scores-recent";
  private static final String BUCKETS_STORE = "scores-buckets";
  private static final String TOTALS_STORE = "scores-totals";
  private static final String SEGMENTS_STORE = "scores-segments";
  private static final String SERVED_STORE = "scores-served";

  /** Versions whose scores are kept; older ones no longer get labels worth counting. */
  private static final int VERSIONS_KEPT = 10;

  /** Not in a scope: versions have none, and a segment's is taken as one text. */
  private static final char SEPARATOR = '\u0000';

  /** A bucket with its place. */
  record Bucket(String scope, String window, long start, Tally.Snapshot tally) {}

  /** One of the last labels with its place. */
  record Recent(String scope, long sequence, Entry entry) {}

  /** Values of attributes that have a segment. */
  record KnownSegments(Map<String, List<String>> values) {}

  private final String model;
  private final EvaluationPlan plan;
  private final Supplier<List<String>> classes;
  private final Map<String, RollingEvaluation> scopes = new TreeMap<>();
  private final Set<String> changed = new HashSet<>();
  private final ServedCounts served = new ServedCounts();
  private final Segments segments;
  private final KeyValueStore<String, Recent> recentStore;
  private final KeyValueStore<String, Bucket> bucketsStore;
  private final KeyValueStore<String, Totals> totalsStore;
  private final KeyValueStore<String, KnownSegments> segmentsStore;
  private final KeyValueStore<String, ServedCounts.Count> servedStore;

  /**
   * Goes on from what the stores hold.
   *
   * @param classes of the model in its order
   */
  Scoreboard(
      String model,
      EvaluationPlan plan,
      Supplier<List<String>> classes,
      ProcessorContext<?, ?> context) {
    this.model = model;
    this.plan = plan;
    this.classes = classes;
    this.recentStore = context.getStateStore(RECENT_STORE);
    this.bucketsStore = context.getStateStore(BUCKETS_STORE);
    this.totalsStore = context.getStateStore(TOTALS_STORE);
    this.segmentsStore = context.getStateStore(SEGMENTS_STORE);
    this.servedStore = context.getStateStore(SERVED_STORE);
    KnownSegments known = segmentsStore.get(model);
    this.segments =
        new Segments(
            plan.segments(), plan.segmentValues(), known == null ? Map.of() : known.values());
    restore();
  }

  /** The stores that belong to it. */
  static List<StoreBuilder<?>> stores() {
    return List.of(
        store(RECENT_STORE, new JsonSerde<>(Recent.class)),
        store(BUCKETS_STORE, new JsonSerde<>(Bucket.class)),
        store(TOTALS_STORE, new JsonSerde<>(Totals.class)),
        store(SEGMENTS_STORE, new JsonSerde<>(KnownSegments.class)),
        store(SERVED_STORE, new JsonSerde<>(ServedCounts.Count.class)));
  }

  /** Cached: between two commits most labels change the same buckets. */
  private static <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Serde<V> serde) {
    return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), serde)
        .withCachingEnabled();
  }

  /**
   * Counts a graded prediction, or a label that takes the place of an earlier one.
   *
   * @param offset in {@code graded-predictions}
   */
  void add(String id, GradedPrediction graded, long offset) {
    GradedOutcome outcome = graded.outcome();
    for (String scope : scopesOf(graded)) {
      RollingEvaluation rolling = scopes.computeIfAbsent(scope, key -> rolling(key, Content.NONE));
      graded
          .replacedOutcome()
          .ifPresentOrElse(
              before -> rolling.replace(id, before, outcome, offset),
              () -> rolling.add(id, outcome, offset));
      changed.add(scope);
    }
  }

  private List<String> scopesOf(GradedPrediction graded) {
    Map<String, List<String>> known = segments.known();
    List<String> of = segments.of(graded.attributes());
    if (!known.equals(segments.known())) {
      segmentsStore.put(model, new KnownSegments(segments.known()));
    }
    return Stream.concat(Stream.of(Evaluation.ALL, graded.modelVersion()), of.stream()).toList();
  }

  /** Takes a partition's count of served predictions. */
  void served(ServedCounts.Count count) {
    served.put(count);
    servedStore.put(servedKey(count), count);
    changed.add(Evaluation.ALL);
    changed.add(count.version());
    // Values without scores of their own have a share in these.
    attribute(count.version())
        .ifPresent(attribute -> changed.add(attribute + "=" + Segments.OTHER));
  }

  /** Every scope's scores as they are now. */
  List<Evaluation> newest(Instant now) {
    List<Evaluation> all = new ArrayList<>();
    scopes.forEach(
        (scope, rolling) ->
            rolling.newest().forEach(window -> all.add(evaluation(scope, rolling, window, now))));
    return all;
  }

  /** What has changed since this was last asked, all after a restart. */
  List<Evaluation> changed(Instant now) {
    List<Evaluation> all = new ArrayList<>();
    for (String scope : changed) {
      RollingEvaluation rolling = scopes.get(scope);
      if (rolling != null) {
        Stream.concat(
                rolling.newest().stream()
                    .filter(window -> !(window.spec() instanceof WindowSpec.Hopping)),
                rolling.changedWindows().stream())
            .forEach(window -> all.add(evaluation(scope, rolling, window, now)));
      }
    }
    changed.clear();
    return all;
  }

  /** The scores of a version in a window; empty before its first label. */
  Optional<Evaluation> evaluation(String version, WindowSpec window, Instant now) {
    return Optional.ofNullable(scopes.get(version))
        .flatMap(
            rolling ->
                rolling.newest().stream()
                    .filter(each -> each.spec().equals(window))
                    .findAny()
                    .map(each -> evaluation(version, rolling, each, now)));
  }

  /** Labels that were ever counted for a version. */
  long labelled(String version) {
    return Optional.ofNullable(scopes.get(version)).map(RollingEvaluation::labelled).orElse(0L);
  }

  private Evaluation evaluation(
      String scope, RollingEvaluation rolling, Window window, Instant now) {
    Optional<String> segment =
        ServedSegments.isSegment(scope) ? Optional.of(scope) : Optional.empty();
    String version = segment.isPresent() ? Evaluation.ALL : scope;
    long newest =
        version.equals(Evaluation.ALL) ? served.latestMillis() : served.latestMillis(version);
    return new EvaluationFigures(
            model,
            version,
            segment,
            classes.get(),
            predictions(scope, window),
            newest == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(newest)),
            Instant.ofEpochMilli(rolling.latestMillis()),
            rolling.position(),
            rolling.labelled())
        .of(window, now);
  }

  /** The last N labels are of no stretch of time in which predictions could be counted. */
  private OptionalLong predictions(String scope, Window window) {
    if (window.spec() instanceof WindowSpec.Timed timed && window.startMillis().isPresent()) {
      long start = window.startMillis().get();
      if (ServedSegments.isSegment(scope)) {
        return predictionsOfSegment(scope, timed, start);
      }
      return OptionalLong.of(
          scope.equals(Evaluation.ALL)
              ? served.ofAll(timed, start)
              : served.of(scope, timed, start));
    }
    return OptionalLong.empty();
  }

  private OptionalLong predictionsOfSegment(String segment, WindowSpec.Timed window, long start) {
    return attribute(segment)
        .map(
            attribute -> {
              String value = segment.substring(attribute.length() + 1);
              List<String> known = segments.known().getOrDefault(attribute, List.of());
              return served.ofSegment(
                  attribute,
                  each ->
                      each.equals(value) || (value.equals(Segments.OTHER) && !known.contains(each)),
                  window,
                  start);
            })
        .orElse(OptionalLong.empty());
  }

  /** None of a segment that was configured once and is no more. */
  private Optional<String> attribute(String segment) {
    return plan.segments().stream()
        .filter(each -> segment.startsWith(each + "="))
        .max(Comparator.comparingInt(String::length));
  }

  /** Forgets versions of long ago; they sort by number, as their names begin with it. */
  void forgetOld() {
    List<String> versions =
        scopes.keySet().stream()
            .filter(scope -> !scope.equals(Evaluation.ALL) && !ServedSegments.isSegment(scope))
            .toList();
    for (String version : versions.subList(0, Math.max(0, versions.size() - VERSIONS_KEPT))) {
      scopes.remove(version);
      changed.remove(version);
      totalsStore.delete(version);
      deleteAll(recentStore, version);
      deleteAll(bucketsStore, version);
    }
    for (String name : served.names()) {
      for (WindowSpec.Timed window : plan.timedWindows()) {
        long before =
            served.latestMillis() - window.length().toMillis() * 2 - plan.grace().toMillis();
        served
            .forget(name, window.name(), before)
            .forEach(count -> servedStore.delete(servedKey(count)));
      }
    }
  }

  private static <V> void deleteAll(KeyValueStore<String, V> store, String scope) {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, V> entries =
        store.range(scope + SEPARATOR, scope + (char) (SEPARATOR + 1))) {
      entries.forEachRemaining(entry -> keys.add(entry.key));
    }
    keys.forEach(store::delete);
  }

  private void restore() {
    Map<String, Map<Long, Entry>> recent = new HashMap<>();
    try (KeyValueIterator<String, Recent> stored = recentStore.all()) {
      stored.forEachRemaining(
          each ->
              recent
                  .computeIfAbsent(each.value.scope(), key -> new LinkedHashMap<>())
                  .put(each.value.sequence(), each.value.entry()));
    }
    Map<String, Map<String, Map<Long, Tally.Snapshot>>> buckets = new HashMap<>();
    try (KeyValueIterator<String, Bucket> stored = bucketsStore.all()) {
      stored.forEachRemaining(
          each ->
              buckets
                  .computeIfAbsent(each.value.scope(), key -> new HashMap<>())
                  .computeIfAbsent(each.value.window(), key -> new HashMap<>())
                  .put(each.value.start(), each.value.tally()));
    }
    Map<String, Totals> totals = new HashMap<>();
    try (KeyValueIterator<String, Totals> stored = totalsStore.all()) {
      stored.forEachRemaining(each -> totals.put(each.key, each.value));
    }
    totals.forEach(
        (scope, each) ->
            scopes.put(
                scope,
                rolling(
                    scope,
                    new Content(
                        each,
                        recent.getOrDefault(scope, Map.of()),
                        buckets.getOrDefault(scope, Map.of())))));
    try (KeyValueIterator<String, ServedCounts.Count> stored = servedStore.all()) {
      stored.forEachRemaining(each -> served.put(each.value));
    }
    changed.addAll(scopes.keySet());
  }

  private RollingEvaluation rolling(String scope, Content content) {
    return new RollingEvaluation(
        plan.windows(), plan.grace().toMillis(), content, new StoredJournal(scope));
  }

  private static String servedKey(ServedCounts.Count count) {
    return "%s|%s|%d|%d"
        .formatted(count.version(), count.window(), count.startMillis(), count.partition());
  }

  /** Writes what a scope has to keep into the stores. */
  private final class StoredJournal implements RollingEvaluation.Journal {
    private final String scope;

    private StoredJournal(String scope) {
      this.scope = scope;
    }

    @Override
    public void putRecent(long sequence, Entry entry) {
      recentStore.put(key(sequence), new Recent(scope, sequence, entry));
    }

    @Override
    public void removeRecent(long sequence) {
      recentStore.delete(key(sequence));
    }

    @Override
    public void putBucket(String window, long start, Tally.Snapshot tally) {
      bucketsStore.put(key(window, start), new Bucket(scope, window, start, tally));
    }

    @Override
    public void removeBucket(String window, long start) {
      bucketsStore.delete(key(window, start));
    }

    @Override
    public void putTotals(Totals totals) {
      totalsStore.put(scope, totals);
    }

    private String key(long sequence) {
      return "%s%c%019d".formatted(scope, SEPARATOR, sequence);
    }

    private String key(String window, long start) {
      return "%s%c%s%c%d".formatted(scope, SEPARATOR, window, SEPARATOR, start);
    }
  }
}
