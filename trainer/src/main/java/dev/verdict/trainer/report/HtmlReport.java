package dev.verdict.trainer.report;

import static dev.verdict.trainer.report.Markup.count;
import static dev.verdict.trainer.report.Markup.escaped;
import static dev.verdict.trainer.report.Markup.percent;
import static dev.verdict.trainer.report.Markup.score;

import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.trainer.report.LineChart.Line;
import dev.verdict.trainer.report.LineChart.Point;
import dev.verdict.trainer.report.VersionReport.Tested;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The {@code report.html} of a checkpoint: one page that needs no other file, no script and no
 * network.
 */
public record HtmlReport(VersionReport report) {
  private static final String STYLE = "report.css";
  private static final String FIGURES = "number";
  private static final String TEXT = "text";
  private static final int LONGEST_TEXT = 400;

  /** The page. */
  public String text() {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>%s: training report</title>
        <style>
        %s</style>
        </head>
        <body>
        <main>
        %s
        </main>
        </body>
        </html>
        """
        .formatted(
            escaped(report.model()),
            style(),
            String.join(
                "\n",
                header(),
                section("Training", training()),
                section("Held-out reviews", tested(report.heldOut())),
                calibration(),
                section("Surest wrong answers", surestWrong()),
                section("Validation split", tested(report.validation())),
                section("How it was made", made())));
  }

  private String header() {
    VersionReport.Origin origin = report.origin();
    String started =
        origin
            .parent()
            .map(parent -> "fine-tuned from version <code>%s</code>".formatted(escaped(parent)))
            .orElse("trained from <code>%s</code>".formatted(escaped(origin.base())));
    return """
        <header>
        <h1>%s</h1>
        <p>A text classifier of %d classes, %s on %s reviews. Finished %s for request \
        <code>%s</code>.</p>
        <p class="gate %s"><strong>%s</strong> %s.</p>
        %s
        </header>"""
        .formatted(
            escaped(report.model()),
            report.heldOut().matrix().classes().size(),
            started,
            count(report.data().training()),
            escaped(report.finishedAt().toString()),
            escaped(report.requestId()),
            report.gate().promoted() ? "passed" : "stopped",
            report.gate().promoted() ? "Passed the gate" : "Stopped by the gate",
            escaped(report.gate().reason()),
            figures());
  }

  private String figures() {
    ConfusionMatrix heldOut = report.heldOut().matrix();
    List<String> tiles = new ArrayList<>();
    tiles.add(
        tile(
            "macro F1, held out",
            score(heldOut.macroF1()),
            report
                .heldOut()
                .interval()
                .map(i -> "95%% %s to %s".formatted(score(i.low()), score(i.high())))
                .orElse("")));
    tiles.add(
        tile("accuracy, held out", score(heldOut.accuracy()), count(heldOut.total()) + " reviews"));
    tiles.add(
        tile(
            "macro F1, validation",
            score(report.validation().matrix().macroF1()),
            "step " + count(report.bestStep())));
    report
        .calibration()
        .ifPresent(
            calibration ->
                tiles.add(
                    tile(
                        "calibration error",
                        percent(calibration.after().expected()),
                        "%s before, temperature %s"
                            .formatted(
                                percent(calibration.before().expected()),
                                decimals(calibration.temperature())))));
    return "<dl class=\"tiles\">" + String.join("", tiles) + "</dl>";
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String tile(String name, String figure, String note) {
    return "<div><dt>%s</dt><dd>%s</dd><dd class=\"note\">%s</dd></div>"
        .formatted(escaped(name), escaped(figure), escaped(note));
  }

  private String training() {
    return "<div class=\"figures\">"
        + new LineChart(
                "Loss",
                "cross-entropy, nats",
                List.of(
                    line("training", CurvePoint::trainingLoss),
                    measured("validation", CurvePoint::validationLoss)),
                kept())
            .figure()
        + new LineChart(
                "Macro F1 on the validation split",
                "macro F1",
                List.of(measured("macro F1", CurvePoint::macroF1)),
                kept())
            .figure()
        + new LineChart(
                "Learning rate",
                "learning rate",
                List.of(line("learning rate", CurvePoint::learningRate)),
                OptionalInt.empty())
            .figure()
        + "</div><p>The weights of step %s were kept.</p>".formatted(count(report.bestStep()));
  }

  /** The best step, where the curve reaches it. */
  private OptionalInt kept() {
    return report.curve().stream()
        .mapToInt(CurvePoint::step)
        .filter(step -> step == report.bestStep())
        .findFirst();
  }

  private Line line(String name, ToDoubleFunction<CurvePoint> value) {
    return new Line(
        name,
        report.curve().stream()
            .map(point -> new Point(point.step(), value.applyAsDouble(point)))
            .toList());
  }

  private Line measured(String name, Function<CurvePoint, OptionalDouble> value) {
    return line(name, point -> value.apply(point).orElse(Double.NaN));
  }

  private static String tested(Tested tested) {
    ConfusionMatrix matrix = tested.matrix();
    if (matrix.total() == 0) {
      return "<p class=\"empty\">There were none.</p>";
    }
    List<List<String>> rows =
        matrix.classes().stream()
            .map(
                name ->
                    List.of(
                        name,
                        score(matrix.precision(name)),
                        score(matrix.recall(name)),
                        score(matrix.f1(name)),
                        count(matrix.support(name))))
            .toList();
    return "<p>Macro F1 %s%s, weighted F1 %s, accuracy %s on %s reviews.</p>"
            .formatted(
                score(matrix.macroF1()),
                tested
                    .interval()
                    .map(i -> " (95%% %s to %s)".formatted(score(i.low()), score(i.high())))
                    .orElse(""),
                score(matrix.weightedF1()),
                score(matrix.accuracy()),
                count(matrix.total()))
        + "<div class=\"figures\">"
        + new ConfusionPicture("Confusion matrix, with shares of the actual class", matrix).figure()
        + "<figure><figcaption>Scores by class</figcaption>"
        + table(List.of("class", "precision", "recall", "F1", "reviews"), rows)
        + "</figure></div>";
  }

  private String calibration() {
    return report
        .calibration()
        .map(
            calibration ->
                section(
                    "Calibration",
                    "<p>Probabilities are those of the logits divided by %s. Bars show how often"
                            .formatted(decimals(calibration.temperature()))
                        + " the version is right at each confidence; an honest one follows the"
                        + " diagonal. The strip below shows how many reviews there are.</p>"
                        + "<div class=\"figures\">"
                        + new ReliabilityPicture("Before", calibration.before()).figure()
                        + new ReliabilityPicture("After", calibration.after()).figure()
                        + "</div>"))
        .orElse("");
  }

  private String surestWrong() {
    if (report.surestWrong().isEmpty()) {
      return "<p class=\"empty\">None is quoted.</p>";
    }
    return "<div class=\"wide\"><table class=\"texts\"><thead><tr><th>probability</th>"
        + "<th>predicted</th><th>actual</th><th>text</th></tr></thead><tbody>"
        + report.surestWrong().stream().map(HtmlReport::wrong).collect(Collectors.joining())
        + "</tbody></table></div>";
  }

  private static String wrong(WrongExample example) {
    return ("<tr><td class=\"number\">%s</td><td>%s</td><td>%s</td>"
            + "<td dir=\"auto\">%s<br><code class=\"id\">%s</code></td></tr>")
        .formatted(
            score(example.probability()),
            escaped(example.predicted()),
            escaped(example.actual()),
            escaped(Markup.cut(example.text(), LONGEST_TEXT)),
            escaped(example.id()));
  }

  private String made() {
    VersionReport.Data data = report.data();
    List<List<String>> reviews = new ArrayList<>();
    reviews.add(List.of("trained on", count(data.training())));
    reviews.add(List.of("validated on", count(data.validation())));
    reviews.add(List.of("held out", count(data.heldOut())));
    data.labels()
        .forEach((name, examples) -> reviews.add(List.of("trainable: " + name, count(examples))));
    new TreeMap<>(data.offsets())
        .forEach(
            (partition, range) ->
                reviews.add(
                    List.of(
                        "offsets, partition " + partition, range.get(0) + " to " + range.get(1))));
    List<List<String>> origin = new ArrayList<>();
    origin.add(List.of("base", report.origin().base()));
    report.origin().parent().ifPresent(parent -> origin.add(List.of("parent", parent)));
    origin.add(List.of("weights, SHA-256", report.weightsSha256()));
    origin.add(List.of("data fingerprint", data.fingerprint()));
    report.libraries().forEach((name, version) -> origin.add(List.of(name, version)));
    return "<div class=\"figures\">"
        + captioned("Recipe: " + report.origin().recipe(), pairs(report.recipe()))
        + captioned("Data", table(List.of("reviews", "count"), reviews))
        + captioned("Origin", table(List.of("what", "value"), origin, TEXT))
        + "</div>";
  }

  private static String pairs(Map<String, String> values) {
    return table(
        List.of("argument", "value"),
        values.entrySet().stream().map(entry -> List.of(entry.getKey(), entry.getValue())).toList(),
        TEXT);
  }

  private static String captioned(String caption, String content) {
    return "<figure><figcaption>%s</figcaption>%s</figure>".formatted(escaped(caption), content);
  }

  private static String section(String title, String content) {
    return "<section>\n<h2>%s</h2>\n%s\n</section>".formatted(escaped(title), content);
  }

  /** The first column names, the others are figures. */
  private static String table(List<String> header, List<List<String>> rows) {
    return table(header, rows, FIGURES);
  }

  private static String table(List<String> header, List<List<String>> rows, String kind) {
    return "<div class=\"wide\"><table><thead>"
        + row("th", header, kind)
        + "</thead><tbody>"
        + rows.stream().map(cells -> row("td", cells, kind)).collect(Collectors.joining())
        + "</tbody></table></div>";
  }

  private static String row(String element, List<String> cells, String kind) {
    StringBuilder row = new StringBuilder("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      row.append("<%s%s>".formatted(element, i == 0 ? "" : " class=\"%s\"".formatted(kind)))
          .append(escaped(cells.get(i)))
          .append("</%s>".formatted(element));
    }
    return row.append("</tr>").toString();
  }

  private static String style() {
    try (InputStream style =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream(STYLE), STYLE)) {
      return new String(style.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + STYLE, e);
    }
  }
}
