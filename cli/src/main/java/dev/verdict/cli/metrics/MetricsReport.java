package dev.verdict.cli.metrics;

import dev.verdict.cli.PrintableText;
import dev.verdict.contract.CheckedEvaluation;
import dev.verdict.contract.CheckedEvaluation.Outcome;
import dev.verdict.contract.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What verifying found, for people or programs.
 *
 * @param agree evaluations that are what was counted again
 * @param sources absent where predictions and labels were not looked for
 */
record MetricsReport(
    String model,
    long agree,
    long differ,
    long notVerifiable,
    List<CheckedEvaluation> evaluations,
    Optional<SourceCheck.Result> sources) {
  private static final int KEY = 100;
  private static final int VALUE = 200;
  private static final int SOURCES_SHOWN = 20;

  static MetricsReport of(
      String model, List<CheckedEvaluation> evaluations, Optional<SourceCheck.Result> sources) {
    return new MetricsReport(
        model,
        count(evaluations, Outcome.AGREES),
        count(evaluations, Outcome.DIFFERS),
        count(evaluations, Outcome.NOT_VERIFIABLE),
        evaluations,
        sources);
  }

  private static long count(List<CheckedEvaluation> evaluations, Outcome outcome) {
    return evaluations.stream().filter(each -> each.outcome() == outcome).count();
  }

  /** Whether anything differs, a figure or a source. */
  boolean differs() {
    return differ > 0 || sources.filter(each -> !each.differences().isEmpty()).isPresent();
  }

  String json() {
    return new String(Json.write(this), StandardCharsets.UTF_8);
  }

  String table() {
    int width = evaluations.stream().mapToInt(each -> key(each).length()).max().orElse(0) + 2;
    StringBuilder text = new StringBuilder();
    String line = "%-" + width + "s%9s%12s%12s  %s%n";
    text.append(
        String.format(
            Locale.ROOT, line, "evaluation", "labels", "macro F1", "recomputed", "verdict"));
    for (CheckedEvaluation each : evaluations) {
      text.append(
          String.format(
              Locale.ROOT,
              line,
              key(each),
              String.format(Locale.ROOT, "%,d", each.labels()),
              score(each.macroF1()),
              each.recomputed().isPresent() ? score(each.recomputed().getAsDouble()) : "-",
              each.outcome().text()));
      each.reason().ifPresent(why -> text.append("  %s%n".formatted(why)));
      for (CheckedEvaluation.Difference difference : each.differences()) {
        text.append(
            "  %s is %s, counted again %s%n"
                .formatted(
                    PrintableText.of(difference.figure(), KEY),
                    PrintableText.of(difference.published(), VALUE),
                    PrintableText.of(difference.recomputed(), VALUE)));
      }
    }
    sources.ifPresent(found -> differences(found, text));
    return text.append(summary()).append(System.lineSeparator()).toString();
  }

  private static void differences(SourceCheck.Result found, StringBuilder text) {
    found.differences().stream()
        .limit(SOURCES_SHOWN)
        .forEach(
            each ->
                text.append(
                    "review %s: %s%n"
                        .formatted(
                            PrintableText.of(each.id(), KEY),
                            PrintableText.of(each.found(), VALUE))));
    int more = found.differences().size() - SOURCES_SHOWN;
    if (more > 0) {
      text.append("and %d more, all with --json%n".formatted(more));
    }
  }

  private String summary() {
    String scores =
        String.format(
            Locale.ROOT,
            "%,d evaluations: %,d agree, %,d differ, %,d not verifiable",
            evaluations.size(),
            agree,
            differ,
            notVerifiable);
    return sources
        .map(
            found ->
                scores
                    + String.format(
                        Locale.ROOT,
                        "; of %,d labels counted, %,d predictions and %,d labels found, %,d no"
                            + " longer kept, %,d missing or different",
                        found.labels(),
                        found.predictionsFound(),
                        found.labelsFound(),
                        found.noLongerKept(),
                        found.differences().size()))
        .orElse(scores);
  }

  private static String key(CheckedEvaluation each) {
    return PrintableText.of(each.key(), KEY);
  }

  private static String score(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
