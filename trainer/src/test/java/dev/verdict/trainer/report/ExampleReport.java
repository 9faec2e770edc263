package dev.verdict.trainer.report;

import dev.verdict.evaluation.CalibrationError;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.MacroF1Interval;
import dev.verdict.evaluation.TemperatureScaling;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;

/** Reports of made-up trainings. */
final class ExampleReport {
  private ExampleReport() {}

  /** A training of that many validations, with everything that can be told. */
  static VersionReport of(List<String> classes, int validations, boolean promoted) {
    Map<String, String> recipe = new LinkedHashMap<>();
    recipe.put("epochs", "3");
    recipe.put("learning rate", "5e-5");
    recipe.put("schedule", "linear");
    recipe.put("warmup steps", "20");
    Map<String, Long> labels = new TreeMap<>();
    classes.forEach(name -> labels.put(name, 1000L + name.length()));
    return new VersionReport(
        "reviews",
        "f1-v000001-3bf55c01",
        Instant.parse("2026-01-02T03:04:05Z"),
        new VersionReport.Origin(
            "hf://owner/name@main", "fine-tune", Optional.of("v000001-3bf55c01")),
        new VersionReport.Data(
            "ab".repeat(32),
            8000,
            2000,
            2500,
            labels,
            Map.of(0, List.of(0L, 1999L), 1, List.of(7L, 2044L))),
        recipe,
        curve(validations),
        100 * Math.max(1, validations / 2),
        new VersionReport.Tested(matrix(classes, 1), Optional.empty()),
        new VersionReport.Tested(
            matrix(classes, 2), Optional.of(MacroF1Interval.of(matrix(classes, 2), 200, 1))),
        new VersionReport.Gate(
            promoted,
            promoted
                ? "challenger 0.8123 beats champion 0.7901 macro F1 by 0.0222 (95% 0.0061 to 0.0389)"
                    + " on 2500 held-out reviews"
                : "challenger 0.7923 does not beat champion 0.7901 macro F1, difference 0.0022 (95%"
                    + " -0.0132 to 0.0177) on 2500 held-out reviews: probability of being better"
                    + " 0.62, must be at least 0.95"),
        Optional.of(calibration()),
        wrong(classes),
        "cd".repeat(32),
        new TreeMap<>(Map.of("java", "17.0.1", "pytorch", "2.7.1", "verdict", "development")));
  }

  private static List<CurvePoint> curve(int points) {
    Random random = new Random(3);
    List<CurvePoint> curve = new ArrayList<>();
    for (int i = 1; i <= points; i++) {
      double done = (double) i / points;
      curve.add(
          new CurvePoint(
              100 * i,
              3 * done,
              5e-5 * (1 - done),
              0.15 + 0.6 * Math.exp(-4 * done) + 0.03 * random.nextGaussian(),
              OptionalDouble.of(
                  0.35 + 0.4 * Math.exp(-6 * done) + 0.1 * done + 0.01 * random.nextGaussian()),
              OptionalDouble.of(0.84 - 0.5 * Math.exp(-5 * done) + 0.01 * random.nextGaussian())));
    }
    return curve;
  }

  private static ConfusionMatrix matrix(List<String> classes, long seed) {
    Random random = new Random(seed);
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    for (String actual : classes) {
      for (String predicted : classes) {
        matrix.add(
            actual,
            predicted,
            actual.equals(predicted) ? 200 + random.nextInt(1200) : random.nextInt(90));
      }
    }
    return matrix;
  }

  private static Calibration calibration() {
    Random random = new Random(4);
    float[][] logits = new float[3000][2];
    int[] labels = new int[3000];
    for (int i = 0; i < labels.length; i++) {
      logits[i][0] = (float) (4 * random.nextGaussian());
      labels[i] = random.nextDouble() < TemperatureScaling.NONE.apply(halved(logits[i]))[0] ? 0 : 1;
    }
    TemperatureScaling fitted = TemperatureScaling.fit(logits, labels);
    return new Calibration(
        fitted.temperature(),
        CalibrationError.of(TemperatureScaling.NONE.apply(logits), labels),
        CalibrationError.of(fitted.apply(logits), labels));
  }

  private static float[] halved(float[] logits) {
    return new float[] {logits[0] / 2.2f, logits[1] / 2.2f};
  }

  private static List<WrongExample> wrong(List<String> classes) {
    return List.of(
        new WrongExample(
            "r-1",
            "<script>alert(1)</script> Works | *fine* & cheap\n# once `more`",
            classes.get(0),
            classes.get(1),
            0.9987),
        new WrongExample(
            "r-2",
            "The handle came off on the second day and nobody answered my letters. ".repeat(9),
            classes.get(1),
            classes.get(0),
            0.9912),
        new WrongExample("r-3", "Не работает \uD83D\uDE00", classes.get(0), classes.get(1), 0.95));
  }
}
