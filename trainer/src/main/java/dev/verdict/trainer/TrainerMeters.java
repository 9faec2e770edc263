package dev.verdict.trainer;

import dev.verdict.contract.RejectedException;
import dev.verdict.contract.TrainingRun;
import dev.verdict.telemetry.MeterNames;
import dev.verdict.trainer.training.Progress;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The trainer's meters. Gauges of a run keep its last value until the next. */
final class TrainerMeters {
  private final MeterRegistry registry;
  private volatile Optional<Progress> progress = Optional.empty();

  TrainerMeters(MeterRegistry registry) {
    this.registry = registry;
    gauge(MeterNames.TRAINING_STEP, "Step of the training run under way", Progress::step);
    gauge(MeterNames.TRAINING_LOSS, "Mean loss of the training run under way", Progress::loss);
    gauge(
        MeterNames.TRAINING_MACRO_F1,
        "Best validation macro F1 of the training run under way",
        run -> run.bestMacroF1().orElse(Double.NaN));
    gauge(
        MeterNames.TRAINING_SPEED,
        "Speed of the training run under way in samples a second",
        Progress::samplesPerSecond);
    for (TrainingRun.State state : TrainingRun.State.values()) {
      if (state.terminal()) {
        registry.counter(MeterNames.TRAINING_RUNS, "state", state.wireName());
      }
    }
  }

  void progressed(Progress latest) {
    progress = Optional.of(latest);
  }

  void ended(TrainingRun run) {
    registry.counter(MeterNames.TRAINING_RUNS, "state", run.state().wireName()).increment();
  }

  void rejected(RejectedException fault) {
    registry
        .counter(
            MeterNames.DEAD_LETTERS,
            "stage",
            fault.stage().wireName(),
            "reason",
            fault.reason().wireName())
        .increment();
  }

  private void gauge(String name, String description, ToDoubleFunction<Progress> value) {
    Gauge.builder(name, () -> progress.map(value::applyAsDouble).orElse(Double.NaN))
        .description(description)
        .register(registry);
  }
}
