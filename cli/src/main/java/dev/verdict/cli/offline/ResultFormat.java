package dev.verdict.cli.offline;

import dev.verdict.cli.PrintableText;
import dev.verdict.contract.Json;
import dev.verdict.trainer.training.TextScorer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How a result is written, one line each. */
interface ResultFormat {

  /** A text's classes and their probabilities. */
  String line(InputLine input, TextScorer.Score score);

  /** A line that could not be used. */
  String fault(InputLine input);

  /** For people: class, probability and text, separated by tabs. */
  static ResultFormat table(List<String> classes) {
    return new ResultFormat() {
      @Override
      public String line(InputLine input, TextScorer.Score score) {
        return String.format(
            Locale.ROOT,
            "%s\t%.4f\t%s",
            classes.get(score.best()),
            score.probabilities().get(score.best()),
            PrintableText.of(input.text(), Integer.MAX_VALUE - 1));
      }

      @Override
      public String fault(InputLine input) {
        return "-\t-\tline %d: %s".formatted(input.number(), input.fault().orElse(""));
      }
    };
  }

  /** A JSON object, its fields named as in the topic of predictions. */
  static ResultFormat json(List<String> classes, Optional<String> version) {
    return new ResultFormat() {
      @Override
      public String line(InputLine input, TextScorer.Score score) {
        Map<String, Double> probabilities = new LinkedHashMap<>();
        for (int i = 0; i < classes.size(); i++) {
          probabilities.put(classes.get(i), shortest(score.probabilities().get(i)));
        }
        String label = classes.get(score.best());
        return text(
            new Classified(
                input.id(),
                label,
                probabilities.get(label),
                probabilities,
                version,
                score.truncated()));
      }

      @Override
      public String fault(InputLine input) {
        return text(new Faulty(input.id(), input.number(), input.fault().orElse("")));
      }
    };
  }

  /** A result; see {@link dev.verdict.contract.Prediction}. */
  record Classified(
      Optional<String> id,
      String label,
      double probability,
      Map<String, Double> probabilities,
      Optional<String> modelVersion,
      boolean truncated) {}

  /** No result. */
  record Faulty(Optional<String> id, long line, String error) {}

  private static String text(Object value) {
    return new String(Json.write(value), StandardCharsets.UTF_8);
  }

  /** As few digits as tell the float apart. */
  private static double shortest(float value) {
    return Double.parseDouble(Float.toString(value));
  }
}
