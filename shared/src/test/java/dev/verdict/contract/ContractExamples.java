package dev.verdict.contract;

import dev.verdict.contract.Evaluation.ClassScore;
import dev.verdict.contract.Evaluation.Interval;
import dev.verdict.contract.Evaluation.LabelLag;
import dev.verdict.contract.GradedPrediction.Replaced;
import dev.verdict.contract.RetrainRequest.Trigger;
import dev.verdict.contract.TrainingRun.State;
import dev.verdict.evaluation.RetrainDecision;
import dev.verdict.evaluation.RetrainState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Each contract record with every field and with the fewest. */
final class ContractExamples {
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.250Z");
  private static final String VERSION = "v000007-0a1b2c3d";

  private ContractExamples() {}

  /**
   * A record as it is written.
   *
   * @param schema its file in the schemas, without suffix
   */
  record Example(String schema, Object value) {}

  static List<Example> all() {
    return List.of(
        new Example(
            "reviews",
            new Review("Fits well.", Optional.of(TIME), Map.of("line", "shoes", "language", "en"))),
        new Example("reviews", new Review("Fits well.", Optional.empty(), Map.of())),
        new Example("labels", new Label("positive", Optional.of(TIME), Optional.of("agent 7"))),
        new Example("labels", new Label("positive", Optional.empty(), Optional.empty())),
        new Example(
            "predictions",
            new Prediction(
                "positive",
                0.75,
                Map.of("negative", 0.25, "positive", 0.75),
                VERSION,
                TIME,
                TIME,
                false,
                true)),
        new Example(
            "shadow-predictions",
            new Prediction(
                "negative",
                0.625,
                Map.of("negative", 0.625, "positive", 0.375),
                VERSION,
                TIME,
                TIME,
                false,
                false)),
        new Example(
            "evaluations",
            new Evaluation(
                "reviews",
                "all",
                "1h_by_15m",
                Optional.of("line=shoes"),
                Optional.of(TIME),
                Optional.of(TIME.plusSeconds(3600)),
                3,
                41,
                OptionalLong.of(4),
                OptionalDouble.of(0.75),
                2,
                List.of("negative", "positive"),
                List.of(List.of(1L, 1L), List.of(0L, 1L)),
                2.0 / 3,
                2.0 / 3,
                new Interval(0.1386, 0.9452),
                2.0 / 3,
                2.0 / 3,
                0.5,
                0.7,
                0.25,
                Map.of(
                    "negative",
                    new ClassScore(1, 0.5, 2.0 / 3, 2),
                    "positive",
                    new ClassScore(0.5, 1, 2.0 / 3, 1)),
                Optional.of(new LabelLag(60, 3600, 86_400)),
                TIME,
                Optional.of(TIME),
                41,
                TIME)),
        new Example(
            "drift",
            new DriftSignals(
                "reviews",
                VERSION,
                2040,
                OptionalLong.of(1146),
                Optional.of("moderate"),
                Map.of(
                    "text_length",
                    new DriftSignals.Feature(
                        0.12,
                        0.02,
                        OptionalDouble.of(0.1),
                        OptionalDouble.of(0.1),
                        OptionalDouble.of(0.0002),
                        "moderate"),
                    "predicted_class",
                    new DriftSignals.Feature(
                        0.01,
                        0.02,
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        "none")),
                OptionalDouble.of(0.8),
                OptionalDouble.of(0.85),
                Optional.of(
                    new DriftSignals.Realised("last_1000", 1000, 0.7, new Interval(0.68, 0.72))),
                OptionalDouble.of(-0.1),
                TIME)),
        new Example(
            "drift",
            new DriftSignals(
                "reviews",
                VERSION,
                3,
                OptionalLong.empty(),
                Optional.empty(),
                Map.of(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                TIME)),
        new Example(
            "graded-predictions",
            new GradedPrediction(
                "positive",
                "negative",
                0.75,
                0.25,
                VERSION,
                TIME,
                TIME,
                TIME.plusSeconds(60),
                Map.of("line", "shoes"),
                Optional.of(new Replaced("negative", 0.75, TIME.plusSeconds(30))))),
        new Example(
            "graded-predictions",
            new GradedPrediction(
                "positive",
                "positive",
                0.75,
                0.75,
                VERSION,
                TIME,
                TIME,
                TIME,
                Map.of(),
                Optional.empty())),
        new Example(
            "training-examples",
            new TrainingExample("Fits well.", "positive", "negative", VERSION, TIME, TIME)),
        new Example(
            "retrain-requests",
            new RetrainRequest(
                "f1-v000007-1767225600000",
                Trigger.F1,
                Optional.of("macro F1 of last_1000 is 0.7000 on 900 labels, below 0.8000"),
                Map.of("macro_f1", 0.7, "labels", 900.0),
                Optional.of(TIME))),
        new Example(
            "retrain-requests",
            new RetrainRequest(
                "by-hand", Trigger.MANUAL, Optional.empty(), Map.of(), Optional.empty())),
        new Example("training-runs", run(State.PUBLISHED, OptionalDouble.of(0.31))),
        new Example("training-runs", run(State.FAILED, OptionalDouble.of(Double.NaN))),
        new Example(
            "training-runs",
            new TrainingRun(
                "run-1",
                "by-hand",
                State.SKIPPED,
                Optional.empty(),
                Optional.of("request by-hand was answered before"),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                TIME)),
        new Example(
            "model-registry-manifest",
            manifest(Optional.of("v000006-ffffffff"), Map.of(0, 1041L, 1, -1L))),
        new Example("model-registry-manifest", manifest(Optional.empty(), Map.of())),
        new Example("model-registry-alias", new RegistryAlias(VERSION)),
        new Example(
            "model-registry-alias",
            new RegistryAlias(
                VERSION,
                Optional.of(
                    new Decision(
                        "canary",
                        "challenger",
                        VERSION,
                        "is better",
                        Map.of("shadow_labels", 300.0),
                        TIME)))),
        new Example(
            "decisions",
            new Decision("promote", "manual", VERSION, "by ops", Map.of("macro_f1", 0.7), TIME)),
        new Example(
            "decisions",
            RetrainDecisions.of(
                new RetrainDecision(
                    RetrainDecision.Outcome.TOO_FEW_LABELS,
                    "f1",
                    VERSION,
                    RetrainState.Phase.STEADY,
                    RetrainState.Phase.SUSPECT,
                    "macro F1 is low, but on 10 new labels, fewer than 500",
                    Map.of("macro_f1", 0.7),
                    TIME))));
  }

  static Stream<Object> values() {
    return all().stream().map(Example::value);
  }

  static ModelManifest manifest(Optional<String> parent, Map<Integer, Long> trainedThrough) {
    return new ModelManifest(
        "reviews",
        VERSION,
        7,
        "reviews/" + VERSION,
        "0123456789abcdef".repeat(4),
        List.of("negative", "positive"),
        "scratch:tiny",
        parent,
        "bootstrap",
        trainedThrough,
        Map.of("validation_macro_f1", 0.85),
        TIME);
  }

  static TrainingRun run(State state, OptionalDouble loss) {
    return new TrainingRun(
        "run-1",
        "by-hand",
        state,
        Optional.of("scratch:tiny"),
        Optional.of("challenger beats champion"),
        OptionalLong.of(1600),
        OptionalLong.of(100),
        OptionalLong.of(300),
        OptionalDouble.of(1.5),
        loss,
        OptionalDouble.of(0.8),
        OptionalDouble.of(412.5),
        OptionalDouble.of(12.25),
        OptionalDouble.of(0.7),
        OptionalDouble.of(0.8),
        OptionalLong.of(400),
        Optional.of(VERSION),
        Optional.of(TIME),
        Map.of(0, 512L, 1, 498L),
        TIME);
  }
}
