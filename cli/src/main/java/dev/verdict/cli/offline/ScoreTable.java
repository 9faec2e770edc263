package dev.verdict.cli.offline;

import dev.verdict.cli.PrintableText;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.trainer.training.LabelledScores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Scores as aligned text. */
final class ScoreTable {
  private static final int NAME = 30;

  private ScoreTable() {}

  static String of(String model, EvaluationData.Chosen chosen, LabelledScores scores) {
    ConfusionMatrix matrix = scores.matrix();
    StringBuilder text = new StringBuilder();
    String files = chosen.files().stream().map(Path::toString).collect(Collectors.joining(", "));
    line(text, "model", model);
    line(text, "data", files + ", " + chosen.description());
    line(text, "macro F1", number(matrix.macroF1()));
    line(text, "accuracy", number(matrix.accuracy()));
    line(text, "weighted F1", number(matrix.weightedF1()));
    line(text, "log loss", number(scores.logLoss()));
    line(
        text,
        "time",
        String.format(
            Locale.ROOT,
            "%.1f s, %,.0f reviews/s",
            scores.seconds(),
            matrix.total() / scores.seconds()));
    text.append('\n').append(perClass(matrix)).append('\n').append(counts(matrix));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-13s %s\n", name, value));
  }

  private static String perClass(ConfusionMatrix matrix) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("class", "precision", "recall", "F1", "support"));
    for (String name : matrix.classes()) {
      rows.add(
          List.of(
              shown(name),
              number(matrix.precision(name)),
              number(matrix.recall(name)),
              number(matrix.f1(name)),
              String.format(Locale.ROOT, "%,d", matrix.support(name))));
    }
    return aligned(rows);
  }

  private static String counts(ConfusionMatrix matrix) {
    List<List<String>> rows = new ArrayList<>();
    List<String> names = matrix.classes().stream().map(ScoreTable::shown).toList();
    rows.add(Stream.concat(Stream.of("actual \\ predicted"), names.stream()).toList());
    for (int i = 0; i < names.size(); i++) {
      Stream<String> counts =
          matrix.rows().get(i).stream().map(count -> String.format(Locale.ROOT, "%,d", count));
      rows.add(Stream.concat(Stream.of(names.get(i)), counts).toList());
    }
    return aligned(rows);
  }

  /** The first column to the left, figures to the right. */
  private static String aligned(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        String space = " ".repeat(width(rows, column) - cell.length());
        text.append(column == 0 ? cell + space : "  " + space + cell);
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1);
  }

  private static String shown(String name) {
    return PrintableText.of(name, NAME);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
