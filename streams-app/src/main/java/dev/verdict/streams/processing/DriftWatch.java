package dev.verdict.streams.processing;

import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.JsonSerde;
import dev.verdict.drift.AlarmCheck;
import dev.verdict.drift.DetectorConfig;
import dev.verdict.drift.DriftDetector;
import dev.verdict.drift.DriftDetectors;
import dev.verdict.evaluation.RetrainEvent;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import dev.verdict.evaluation.RetrainEvent.DriftWithdrawn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
 * label that takes the place of another one is not read: the detector cannot take back. An alarm is
 * withdrawn when the labels after it show that nothing lasts.
 */
final class DriftWatch {
  private static final String STORE = "drift-detector";
  private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);

  /**
   * A detector and what it watches.
   *
   * @param errors read so far
   * @param check of the first alarm that is not settled yet
   */
  record Watched(
      String version, long errors, DriftDetector.Snapshot detector, Optional<AlarmCheck> check) {}

  private final String model;
  private final DetectorConfig config;
  private final int checkLabels;
  private final StreamMeters meters;
  private final KeyValueStore<String, Watched> store;
  private Optional<String> version;
  private DriftDetector detector;
  private long errors;
  private Optional<AlarmCheck> check;

  /**
   * Goes on from what the store holds, unless the settings have changed.
   *
   * @param checkLabels labels after an alarm that it is held against
   */
  DriftWatch(
      String model,
      DetectorConfig config,
      int checkLabels,
      StreamMeters meters,
      ProcessorContext<?, ?> context) {
    this.model = model;
    this.config = config;
    this.checkLabels = checkLabels;
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
    this.check = same ? kept.check() : Optional.empty();
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
      check = Optional.empty();
    }
  }

  /**
   * Reads an error, or that there was none.
   *
   * @param labels graded for the version by now
   * @return an alarm that is withdrawn, then one that is raised
   */
  List<RetrainEvent> add(GradedPrediction graded, long labels, Instant now) {
    if (graded.replaces().isPresent() || version.filter(graded.modelVersion()::equals).isEmpty()) {
      return List.of();
    }
    boolean wrong = !graded.actual().equals(graded.predicted());
    boolean warned = detector.warning();
    detector.update(wrong ? 1 : 0);
    errors++;
    if (detector.warning() && !warned) {
      meters.driftWarning(detector.name());
      LOG.info("Drift warning by {} on {} after {} labels", detector.name(), version.get(), errors);
    }
    List<RetrainEvent> news = new ArrayList<>();
    check(wrong, graded.modelVersion(), now).ifPresent(news::add);
    if (detector.drift()) {
      news.add(alarm(graded.modelVersion(), labels, now));
    }
    store.put(model, new Watched(graded.modelVersion(), errors, detector.snapshot(), check));
    return news;
  }

  private Optional<RetrainEvent> check(boolean wrong, String watched, Instant now) {
    check = check.map(open -> open.add(wrong));
    Optional<AlarmCheck> settled = check.filter(AlarmCheck::complete);
    if (settled.isPresent()) {
      check = Optional.empty();
    }
    return settled
        .filter(AlarmCheck::over)
        .map(
            over -> {
              LOG.info(
                  "Drift found by {} on {} after {} labels is withdrawn: {} of the newest {} were"
                      + " wrong, {} before it",
                  detector.name(),
                  watched,
                  over.alarm(),
                  share(over.now()),
                  over.newer(),
                  share(over.before()));
              return new DriftWithdrawn(
                  detector.name(), watched, over.newerSince(), over.before(), over.now(), now);
            });
  }

  private RetrainEvent alarm(String watched, long labels, Instant now) {
    meters.driftAlarm(detector.name());
    LOG.info("Drift found by {} on {} after {} labels", detector.name(), watched, errors);
    if (check.isEmpty()) {
      check = Optional.of(AlarmCheck.of(labels, detector.before(), checkLabels));
    }
    return new DriftDetected(
        detector.name(),
        watched,
        labels,
        Map.of("detector_labels", (double) errors, "errors_before", detector.before()),
        now);
  }

  private static String share(double errors) {
    return String.format(Locale.ROOT, "%.4f", errors);
  }
}
