package dev.verdict.trainer;

import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.TrainingRun;
import dev.verdict.telemetry.VerdictMeter;
import dev.verdict.trainer.training.Progress;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** The trainer's meters. Gauges of a run keep its last value until the next. */
final class TrainerMeters {
  /** Of what {@link RetrainRequestDecoder} rejects. */
  private static final List<Reason> REASONS =
      List.of(
          Reason.NOT_UTF8,
          Reason.NOT_JSON,
          Reason.INVALID_FIELD,
          Reason.MISSING_KEY,
          Reason.MISSING_REQUEST_ID);

  private final MeterRegistry registry;
  private volatile Optional<Progress> progress = Optional.empty();

  TrainerMeters(MeterRegistry registry) {
    this.registry = registry;
    gauge(VerdictMeter.TRAINING_STEP, Progress::step);
    gauge(VerdictMeter.TRAINING_STEPS, Progress::steps);
    gauge(VerdictMeter.TRAINING_ETA, run -> run.eta().toMillis() / 1000.0);
    gauge(VerdictMeter.TRAINING_LOSS, Progress::loss);
    gauge(VerdictMeter.TRAINING_VALIDATION_LOSS, run -> run.validationLoss().orElse(Double.NaN));
    gauge(VerdictMeter.TRAINING_MACRO_F1, run -> run.bestMacroF1().orElse(Double.NaN));
    gauge(VerdictMeter.TRAINING_SPEED, Progress::samplesPerSecond);
    for (TrainingRun.State state : TrainingRun.State.values()) {
      if (state.terminal()) {
        VerdictMeter.TRAINING_RUNS.counter(registry, state.wireName());
      }
    }
    // A counter that appears with its first event hides that event from increase().
    for (Reason reason : REASONS) {
      VerdictMeter.DEAD_LETTERS.counter(registry, Stage.TRAIN.wireName(), reason.wireName());
    }
  }

  void progressed(Progress latest) {
    progress = Optional.of(latest);
  }

  void ended(TrainingRun run) {
    VerdictMeter.TRAINING_RUNS.counter(registry, run.state().wireName()).increment();
  }

  void rejected(RejectedException fault) {
    VerdictMeter.DEAD_LETTERS
        .counter(registry, fault.stage().wireName(), fault.reason().wireName())
        .increment();
  }

  /** Shows what Kafka's client measures, until the result is closed. */
  KafkaClientMetrics watch(Consumer<?, ?> client) {
    KafkaClientMetrics metrics = new KafkaClientMetrics(client);
    metrics.bindTo(registry);
    return metrics;
  }

  /** Shows what Kafka's client measures, until the result is closed. */
  KafkaClientMetrics watch(Producer<?, ?> client) {
    KafkaClientMetrics metrics = new KafkaClientMetrics(client);
    metrics.bindTo(registry);
    return metrics;
  }

  private void gauge(VerdictMeter meter, ToDoubleFunction<Progress> value) {
    meter.gauge(registry, () -> progress.map(value::applyAsDouble).orElse(Double.NaN));
  }
}
