package dev.verdict.streams.processing;

import dev.verdict.contract.Decision;
import dev.verdict.registry.RegistryState;
import dev.verdict.streams.inference.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Tells among the decisions which versions are refused and why, each version once for each cause.
 * What is told is what the instance found that evaluates; another instance may refuse a version for
 * a cause of its own, such as a store that it cannot reach, which its status page shows.
 */
final class RefusalWatch {
  private static final String STORE = "refusals-told";

  private final Findings findings;
  private final KeyValueStore<String, String> store;

  /** Goes on from what the store holds. */
  RefusalWatch(Findings findings, ProcessorContext<?, ?> context) {
    this.findings = findings;
    this.store = context.getStateStore(STORE);
  }

  /** The store that belongs to it: versions by version and cause. */
  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.String());
  }

  /** What is refused now. */
  void refused(List<Refusal> refusals, RegistryState registry, Instant now) {
    forget(registry);
    for (Refusal each : refusals) {
      String key = each.version() + "|" + each.cause();
      if (store.get(key) == null) {
        store.put(key, each.version());
        findings.add(
            new Finding.Decided(
                new Decision(
                    "refuse",
                    each.cause(),
                    each.version(),
                    "%s %s is refused: %s".formatted(each.role(), each.version(), each.reason()),
                    Map.of(),
                    now)));
      }
    }
  }

  /** A version that no alias names is refused by nobody, and told of anew if one names it again. */
  private void forget(RegistryState registry) {
    Set<String> named = Set.copyOf(registry.aliases().values());
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, String> told = store.all()) {
      told.forEachRemaining(
          each -> {
            if (!named.isEmpty() && !named.contains(each.value)) {
              old.add(each.key);
            }
          });
    }
    old.forEach(store::delete);
  }
}
