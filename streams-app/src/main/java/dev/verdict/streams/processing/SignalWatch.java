package dev.verdict.streams.processing;

import dev.verdict.contract.DriftSignals;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.JsonSerde;
import dev.verdict.drift.InputDrift;
import dev.verdict.drift.RecentSignals;
import dev.verdict.drift.RecentSignals.PaneKey;
import dev.verdict.drift.ReferenceProfile;
import dev.verdict.drift.SignalPane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Gathers what all partitions tell of their predictions and says, without labels, how far each
 * version's reviews are from its reference and how well it should do.
 */
final class SignalWatch {
  private static final String STORE = "served-signals";

  /** Versions whose panes are kept. */
  private static final int VERSIONS_KEPT = 4;

  /** A version's last predictions. */
  record Signals(SignalPane served, Optional<InputDrift> inputs) {}

  private final String model;
  private final SignalRules rules;
  private final KeyValueStore<String, ServedPane> store;
  private final RecentSignals recent;
  private final Map<String, ReferenceProfile> references = new HashMap<>();
  private final Map<String, DriftSignals> newest = new HashMap<>();
  private final Set<String> changed = new HashSet<>();

  /** Goes on from what the store holds; what is damaged there is left out. */
  SignalWatch(String model, SignalRules rules, ProcessorContext<?, ?> context) {
    this.model = model;
    this.rules = rules;
    this.store = context.getStateStore(STORE);
    this.recent = new RecentSignals(rules.reviews());
    List<String> useless = new ArrayList<>();
    try (KeyValueIterator<String, ServedPane> kept = store.all()) {
      kept.forEachRemaining(entry -> take(entry.value).forEach(old -> useless.add(key(old))));
    }
    useless.forEach(store::delete);
  }

  /** The store that belongs to it. */
  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), new JsonSerde<>(ServedPane.class));
  }

  /** A partition tells a pane. */
  void served(ServedPane told) {
    store.put(key(told.key()), told);
    take(told).forEach(old -> store.delete(key(old)));
    List<String> versions = recent.versions();
    for (String version : versions.subList(0, Math.max(0, versions.size() - VERSIONS_KEPT))) {
      recent.forget(version).forEach(old -> store.delete(key(old)));
      references.remove(version);
      newest.remove(version);
      changed.remove(version);
    }
  }

  /** Takes a pane; returns what need not be kept, itself where it is damaged. */
  private List<PaneKey> take(ServedPane told) {
    Optional<SignalPane> pane = told.pane();
    if (pane.isEmpty()) {
      return List.of(told.key());
    }
    changed.add(told.version());
    return recent.put(told.key(), told.latestMillis(), pane.get());
  }

  /** A version's last predictions, if any were told. */
  Optional<Signals> of(String version) {
    return recent
        .of(version)
        .map(
            served ->
                new Signals(
                    served,
                    reference(version)
                        .map(
                            reference ->
                                InputDrift.of(reference, served.profile(), rules.inputs()))));
  }

  private Optional<ReferenceProfile> reference(String version) {
    // Kept beyond the time that the version is loaded; one that comes later is asked for again.
    if (!references.containsKey(version)) {
      rules.references().apply(version).ifPresent(found -> references.put(version, found));
    }
    return Optional.ofNullable(references.get(version));
  }

  /**
   * What has changed since this was last asked, all after a restart.
   *
   * @param rescored versions whose score has changed
   * @param scores of a version by its labels
   */
  List<DriftSignals> changed(
      Set<String> rescored, Function<String, Optional<Evaluation>> scores, Instant now) {
    changed.addAll(rescored);
    List<DriftSignals> all = new ArrayList<>();
    for (String version : recent.versions()) {
      if (changed.contains(version)) {
        of(version)
            .map(
                signals ->
                    DriftSignals.of(
                        model,
                        version,
                        signals.served().estimate(),
                        signals.inputs(),
                        scores.apply(version),
                        now))
            .ifPresent(all::add);
      }
    }
    changed.clear();
    all.forEach(each -> newest.put(each.modelVersion(), each));
    return all;
  }

  /** The last signals of a version. */
  Optional<DriftSignals> newest(String version) {
    return Optional.ofNullable(newest.get(version));
  }

  private static String key(PaneKey pane) {
    return "%s|%d|%d".formatted(pane.version(), pane.partition(), pane.number());
  }
}
