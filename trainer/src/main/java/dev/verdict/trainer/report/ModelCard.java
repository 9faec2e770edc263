package dev.verdict.trainer.report;

import static dev.verdict.trainer.report.Markup.score;

import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.trainer.report.VersionReport.Tested;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The {@code README.md} of a checkpoint, headed by the YAML of Hugging Face's model cards, which
 * its hub reads scores and base model from.
 */
public record ModelCard(VersionReport report) {
  private static final int LONGEST_TEXT = 200;
  private static final String HUB = "hf://";

  /** The card. */
  public String text() {
    return String.join(
        "\n",
        head(),
        "# " + escaped(report.model()),
        "",
        "A DistilBERT classifier of the classes "
            + report.heldOut().matrix().classes().stream()
                .map(ModelCard::escaped)
                .collect(Collectors.joining(", "))
            + ", trained by Verdict "
            + report.finishedAt()
            + " for request "
            + code(report.requestId())
            + ".",
        "It started from %s%s."
            .formatted(
                code(report.origin().base()),
                report.origin().parent().isPresent() ? ", the champion of its day" : ""),
        "",
        "## Held-out reviews, which no version is trained on",
        "",
        "Gate: " + escaped(report.gate().reason()) + ".",
        "",
        tested(report.heldOut()),
        "",
        "### Surest wrong answers",
        "",
        surestWrong(),
        "",
        calibration(),
        "## Data",
        "",
        data(),
        "",
        "## Recipe: " + report.origin().recipe(),
        "",
        pairs("argument", report.recipe()),
        "",
        "## Validation",
        "",
        curve(),
        "",
        "Kept: the weights of step %d.".formatted(report.bestStep()),
        "",
        tested(report.validation()),
        "",
        "## Origin",
        "",
        origin(),
        "");
  }

  private String head() {
    List<String> lines = new ArrayList<>();
    lines.add("---");
    lines.add("library_name: transformers");
    lines.add("pipeline_tag: text-classification");
    lines.add("tags:");
    lines.addAll(List.of("- text-classification", "- distilbert", "- verdict"));
    hubBase().ifPresent(base -> lines.add("base_model: " + quoted(base)));
    lines.addAll(List.of("metrics:", "- f1", "- accuracy"));
    ConfusionMatrix heldOut = report.heldOut().matrix();
    if (heldOut.total() > 0) {
      lines.add("model-index:");
      lines.add("- name: " + quoted(report.model()));
      lines.add("  results:");
      lines.add("  - task:");
      lines.add("      type: text-classification");
      lines.add("    dataset:");
      lines.add("      type: " + quoted(report.model()));
      lines.add("      name: held-out reviews");
      lines.add("    metrics:");
      lines.add("    - type: f1");
      lines.add("      name: Macro F1");
      lines.add("      value: " + score(heldOut.macroF1()));
      lines.add("    - type: accuracy");
      lines.add("      name: Accuracy");
      lines.add("      value: " + score(heldOut.accuracy()));
    }
    lines.add("---");
    lines.add("");
    return String.join("\n", lines);
  }

  /** The hub's name of the base without its revision. */
  private Optional<String> hubBase() {
    String base = report.origin().base();
    if (!base.startsWith(HUB)) {
      return Optional.empty();
    }
    int revision = base.indexOf('@');
    return Optional.of(base.substring(HUB.length(), revision < 0 ? base.length() : revision));
  }

  private static String tested(Tested tested) {
    ConfusionMatrix matrix = tested.matrix();
    String summary =
        String.format(
            Locale.ROOT,
            "Macro F1 %.4f%s, accuracy %.4f on %d reviews.",
            matrix.macroF1(),
            tested
                .interval()
                .map(i -> " (95%% %s to %s)".formatted(score(i.low()), score(i.high())))
                .orElse(""),
            matrix.accuracy(),
            matrix.total());
    return String.join("\n", summary, "", perClass(matrix), "", counts(matrix));
  }

  private static String perClass(ConfusionMatrix matrix) {
    return table(
        List.of("class", "precision", "recall", "F1", "reviews"),
        matrix.classes().stream()
            .map(
                name ->
                    List.of(
                        name,
                        score(matrix.precision(name)),
                        score(matrix.recall(name)),
                        score(matrix.f1(name)),
                        "" + matrix.support(name)))
            .toList());
  }

  private static String counts(ConfusionMatrix matrix) {
    List<String> header = new ArrayList<>(List.of("actual \\ predicted"));
    matrix.classes().forEach(name -> header.add(escaped(name)));
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < matrix.classes().size(); i++) {
      List<String> row = new ArrayList<>(List.of(matrix.classes().get(i)));
      matrix.rows().get(i).forEach(count -> row.add(count.toString()));
      rows.add(row);
    }
    return table(header, rows);
  }

  private String surestWrong() {
    if (report.surestWrong().isEmpty()) {
      return "None is quoted.";
    }
    return table(
        List.of("probability", "predicted", "actual", "text", "id"),
        report.surestWrong().stream()
            .map(
                example ->
                    List.of(
                        score(example.probability()),
                        example.predicted(),
                        example.actual(),
                        Markup.cut(example.text(), LONGEST_TEXT),
                        example.id()))
            .toList());
  }

  private String calibration() {
    return report
        .calibration()
        .map(
            found ->
                String.format(
                    Locale.ROOT,
                    "## Calibration%n%nProbabilities are those of the logits divided by %.3f"
                        + " (temperature scaling). Expected calibration error, 15 bins: %.4f before,"
                        + " %.4f after.%n",
                    found.temperature(),
                    found.before().expected(),
                    found.after().expected()))
        .orElse("");
  }

  private String data() {
    VersionReport.Data data = report.data();
    String reviews =
        "%d reviews to train on, %d to validate on, %d held out.\n\n%s"
            .formatted(
                data.training(),
                data.validation(),
                data.heldOut(),
                table(
                    List.of("class", "trainable reviews"),
                    data.labels().entrySet().stream()
                        .map(label -> List.of(label.getKey(), label.getValue().toString()))
                        .toList()));
    if (data.offsets().isEmpty()) {
      return reviews;
    }
    return reviews
        + "\n\n"
        + table(
            List.of("partition", "first offset", "next offset"),
            new TreeMap<>(data.offsets())
                .entrySet().stream()
                    .map(
                        entry ->
                            List.of(
                                "" + entry.getKey(),
                                "" + entry.getValue().get(0),
                                "" + entry.getValue().get(1)))
                    .toList());
  }

  private String curve() {
    return table(
        List.of("step", "epoch", "learning rate", "loss", "validation loss", "macro F1"),
        report.curve().stream()
            .filter(point -> point.validationLoss().isPresent() || point.macroF1().isPresent())
            .map(ModelCard::point)
            .toList());
  }

  private static List<String> point(CurvePoint point) {
    return List.of(
        "" + point.step(),
        String.format(Locale.ROOT, "%.2f", point.epoch()),
        String.format(Locale.ROOT, "%.2e", point.learningRate()),
        score(point.trainingLoss()),
        measured(point.validationLoss()),
        measured(point.macroF1()));
  }

  private static String measured(OptionalDouble value) {
    return value.isPresent() ? Markup.score(value.getAsDouble()) : "";
  }

  private String origin() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("base", report.origin().base()));
    report.origin().parent().ifPresent(parent -> rows.add(List.of("parent", parent)));
    rows.add(List.of("model.safetensors, SHA-256", report.weightsSha256()));
    rows.add(List.of("data fingerprint", report.data().fingerprint()));
    report.libraries().forEach((name, version) -> rows.add(List.of(name, version)));
    return table(List.of("what", "value"), rows);
  }

  private static String pairs(String name, Map<String, String> values) {
    return table(
        List.of(name, "value"),
        values.entrySet().stream()
            .map(entry -> List.of(entry.getKey(), entry.getValue()))
            .toList());
  }

  private static String table(List<String> header, List<List<String>> rows) {
    return row(header)
        + "\n"
        + row(Collections.nCopies(header.size(), "---"))
        + "\n"
        + rows.stream()
            .map(cells -> row(cells.stream().map(ModelCard::escaped).toList()))
            .collect(Collectors.joining("\n"));
  }

  private static String row(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  /** Text without any meaning in Markdown, on one line. */
  static String escaped(String text) {
    return Markup.printable(text.replaceAll("\\s+", " "))
        .replace("&", "&amp;")
        .replaceAll("([\\\\`*_{}\\[\\]<>#|~!$])", "\\\\$1");
  }

  private static String code(String text) {
    return text.contains("`")
        ? escaped(text)
        : "`" + Markup.printable(text.replaceAll("\\s+", " ")) + "`";
  }

  private static String quoted(String text) {
    return '"' + Markup.printable(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
