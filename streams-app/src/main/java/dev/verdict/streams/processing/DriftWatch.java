package dev.verdict.streams.processing;

import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.JsonSerde;
import dev.verdict.drift.DetectorConfig;
import dev.verdict.drift.DriftDetector;
import dev.verdict.drift.DriftDetectors;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the champion's errors, label by label, with a detector of its own for each champion. A
 * label that takes the place of another one is not read: the detector cannot take back.
 */
final class DriftWatch {
  private static final String STORE = "drift-detector";
  private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);

  /**
   * A detector and what it watches.
   *
   * @param errors read so far
   */
  record Watched(String version, long errors, DriftDetector.Snapshot detector) {}

  private final String model;
  private final DetectorConfig config;
  private final StreamMeters meters;
  private final KeyValueStore<String, Watched> store;
  private Optional<String> version;
  private DriftDetector detector;
  private long errors;

  /** Goes on from what the store holds, unless the settings have changed. */
  DriftWatch(
      String model, DetectorConfig config, StreamMeters meters, ProcessorContext<?, ?> context) {
    this.model = model;
    this.config = config;
    this.meters = meters;
    this.store = context.getStateStore(STORE);
    Watched kept = store.get(model);
    boolean same =
        kept != null
            && kept.detector().detector().equals(config.detector())
            && kept.detector().parameters().equals(config.parameters());
    this.version = same ? Optional.of(kept.version()) : Optional.empty();
    this.detector = same ? DriftDetectors.restore(kept.detector()) : config.create();
    this.errors = same ? kept.errors() : 0;
    meters.driftDetector(config.detector());
  }

  /** The store that belongs to it. */
  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), new JsonSerde<>(Watched.class));
  }

  /** Another version serves, or the same. */
  void champion(String serving) {
    if (version.filter(serving::equals).isEmpty()) {
      version = Optional.of(serving);
      detector = config.create();
      errors = 0;
    }
  }

  /**
   * Reads an error, or that there was none.
   *
   * @param labels graded for the version by now
   * @return an alarm
   */
  Optional<DriftDetected> add(GradedPrediction graded, long labels, Instant now) {
    if (graded.replaces().isPresent() || version.filter(graded.modelVersion()::equals).isEmpty()) {
      return Optional.empty();
    }
    boolean warned = detector.warning();
    detector.update(graded.actual().equals(graded.predicted()) ? 0 : 1);
    errors++;
    store.put(model, new Watched(graded.modelVersion(), errors, detector.snapshot()));
    if (detector.warning() && !warned) {
      meters.driftWarning(detector.name());
      LOG.info("Drift warning by {} on {} after {} labels", detector.name(), version.get(), errors);
    }
    if (!detector.drift()) {
      return Optional.empty();
    }
    meters.driftAlarm(detector.name());
    LOG.info("Drift found by {} on {} after {} labels", detector.name(), version.get(), errors);
    return Optional.of(
        new DriftDetected(
            detector.name(),
            graded.modelVersion(),
            labels,
            Map.of("detector_labels", (double) errors),
            now));
  }
}
