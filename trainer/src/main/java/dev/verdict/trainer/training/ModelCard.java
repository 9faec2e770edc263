package dev.verdict.trainer.training;

import dev.verdict.config.TrainingRecipe;
import dev.verdict.contract.Evaluation.ClassScore;
import dev.verdict.trainer.training.TrainingResult.Validation;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The {@code README.md} of a checkpoint, as Hugging Face's model cards begin with a few lines of
 * YAML.
 *
 * @param gate what the gate said
 */
record ModelCard(TrainingReport report, CheckpointWriter.Metrics metrics, String gate) {

  String text() {
    return String.join(
        "\n",
        "---",
        "library_name: transformers",
        "pipeline_tag: text-classification",
        "---",
        "",
        "# " + report.model(),
        "",
        "A DistilBERT classifier trained by Verdict "
            + report.finishedAt()
            + " for request `"
            + report.requestId()
            + "`.",
        "It started from `%s`%s."
            .formatted(
                report.source().base(),
                report.source().parent().isPresent() ? ", the champion of its day" : ""),
        "",
        "## Data",
        "",
        data(),
        "",
        "## Recipe: " + report.source().recipe(),
        "",
        recipe(report.arguments()),
        "",
        "## Validation",
        "",
        curve(),
        "",
        "Kept: the weights of step %d.".formatted(report.bestStep()),
        "",
        scores(metrics.validation()),
        "",
        "## Held-out reviews, which no version is trained on",
        "",
        "Gate: " + gate + ".",
        "",
        scores(metrics.heldOut()),
        "");
  }

  private String data() {
    TrainingReport.Data data = report.data();
    return "%d reviews to train on, %d to validate on, %d held out. Fingerprint `%s`.\n\n%s"
        .formatted(
            data.training(),
            data.validation(),
            data.heldOut(),
            data.fingerprint(),
            table(
                List.of("class", "trainable reviews"),
                data.labels().entrySet().stream()
                    .map(label -> List.of(label.getKey(), label.getValue().toString()))
                    .toList()));
  }

  private String recipe(TrainingRecipe recipe) {
    return table(
        List.of("argument", "value"),
        List.of(
            List.of("epochs", "" + recipe.epochs()),
            List.of("reviews a batch", "" + recipe.batches().rows()),
            List.of("learning rate", "" + recipe.optimizer().learningRate()),
            List.of("schedule", recipe.schedule().shape().name().toLowerCase(Locale.ROOT)),
            List.of("warm-up steps", "" + recipe.schedule().warmupSteps()),
            List.of("weight decay", "" + recipe.optimizer().weightDecay()),
            List.of("dropout", "" + recipe.regularization().dropout()),
            List.of("gradient clipping", "" + recipe.optimizer().gradientClipping()),
            List.of("patience", "" + recipe.patience()),
            List.of("longest review, tokens", "" + report.maxLength()),
            List.of("seed", "" + report.seed()),
            List.of("samples/s", number(report.samplesPerSecond())),
            List.of("seconds", number(report.seconds()))));
  }

  private String curve() {
    return table(
        List.of("step", "epoch", "learning rate", "loss", "validation loss", "macro F1"),
        metrics.curve().stream().map(ModelCard::point).toList());
  }

  private static List<String> point(Validation point) {
    return List.of(
        "" + point.step(),
        String.format(Locale.ROOT, "%.2f", point.epoch()),
        String.format(Locale.ROOT, "%.2e", point.learningRate()),
        number(point.trainingLoss()),
        number(point.validationLoss()),
        number(point.macroF1()));
  }

  private static String scores(Scores scores) {
    String summary =
        String.format(
            Locale.ROOT,
            "Macro F1 %.4f, accuracy %.4f on %d reviews.",
            scores.macroF1(),
            scores.accuracy(),
            scores.examples());
    return String.join("\n", summary, "", perClass(scores.perClass()), "", matrix(scores));
  }

  private static String perClass(Map<String, ClassScore> perClass) {
    return table(
        List.of("class", "precision", "recall", "F1", "reviews"),
        perClass.entrySet().stream()
            .map(
                entry ->
                    List.of(
                        entry.getKey(),
                        number(entry.getValue().precision()),
                        number(entry.getValue().recall()),
                        number(entry.getValue().f1()),
                        "" + entry.getValue().support()))
            .toList());
  }

  private static String matrix(Scores scores) {
    List<String> header = new java.util.ArrayList<>(List.of("actual \\ predicted"));
    header.addAll(scores.classes());
    List<List<String>> rows = new java.util.ArrayList<>();
    for (int i = 0; i < scores.classes().size(); i++) {
      List<String> row = new java.util.ArrayList<>(List.of(scores.classes().get(i)));
      scores.confusionMatrix().get(i).forEach(count -> row.add(count.toString()));
      rows.add(row);
    }
    return table(header, rows);
  }

  private static String table(List<String> header, List<List<String>> rows) {
    return row(header)
        + "\n"
        + row(Collections.nCopies(header.size(), "---"))
        + "\n"
        + rows.stream().map(ModelCard::row).collect(Collectors.joining("\n"));
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|").replaceAll("\\R", " "))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
