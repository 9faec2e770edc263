package dev.verdict.streams.processing;

import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Predictions by class and version. Versions come for as long as Verdict runs, and each would leave
 * its series behind; when a new one predicts, those of versions that have no role any more are
 * removed, so that a process shows a handful. See <a
 * href="https://prometheus.io/docs/practices/naming/#labels">Prometheus on labels</a>.
 *
 * <p>Safe for several threads.
 */
final class PredictionCounters {
  private static final String VERSION = "version";

  private final MeterRegistry registry;
  private final Supplier<Set<String>> versionsWithRole;
  private final Set<String> counted = ConcurrentHashMap.newKeySet();

  /**
   * @param versionsWithRole as the registry has them now
   */
  PredictionCounters(MeterRegistry registry, Supplier<Set<String>> versionsWithRole) {
    this.registry = registry;
    this.versionsWithRole = versionsWithRole;
  }

  void add(String label, String version) {
    VerdictMeter.PREDICTIONS.counter(registry, label, version).increment();
    if (counted.add(version)) {
      forgetAllWithoutRoleBut(version);
    }
  }

  /** By what the registry of meters has: a late prediction may have brought a version back. */
  private void forgetAllWithoutRoleBut(String version) {
    Set<String> kept = versionsWithRole.get();
    counted.removeIf(each -> !kept.contains(each) && !each.equals(version));
    for (Counter counter : registry.find(VerdictMeter.PREDICTIONS.meterName()).counters()) {
      if (!counted.contains(counter.getId().getTag(VERSION))) {
        registry.remove(counter);
      }
    }
  }
}
