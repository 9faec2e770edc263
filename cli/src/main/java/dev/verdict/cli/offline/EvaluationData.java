package dev.verdict.cli.offline;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.config.SettingsException;
import dev.verdict.trainer.data.DataColumns;
import dev.verdict.trainer.data.DataRow;
import dev.verdict.trainer.data.LabelledData;
import dev.verdict.trainer.data.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which labelled reviews a model is tested on. */
final class EvaluationData {
  /** A part of the data, or all of it. */
  enum Choice {
    TRAIN,
    VALIDATION,
    TEST,
    ALL
  }

  @Option(
      showDefaultValue = NEVER,
      names = "--data",
      paramLabel = "FILE",
      description =
          "Labelled reviews: JSON Lines (.jsonl, .ndjson, .json) or with a header .csv or .tsv, with"
              + " text, label and perhaps split. May be given several times.")
  private List<Path> files = new ArrayList<>();

  @Option(
      showDefaultValue = NEVER,
      names = "--split",
      paramLabel = "PART",
      description =
          "train, validation, test or all. Otherwise test where the data has a split, else all.")
  private Optional<Choice> choice = Optional.empty();

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "Field that holds the text.")
  private String text = DataColumns.DEFAULT.text();

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      defaultValue = "label",
      description = "Field that holds the true class.")
  private String label = DataColumns.DEFAULT.label();

  /**
   * Rows that were chosen.
   *
   * @param part empty for all
   */
  record Chosen(List<Path> files, Optional<Part> part, List<DataRow> rows) {
    /** Part and number, for people. */
    String description() {
      return part.map(name -> "split " + name + ", ").orElse("")
          + "%,d reviews".formatted(rows.size());
    }
  }

  boolean isGiven() {
    return !files.isEmpty();
  }

  /** Reads them; every label is one of the classes. */
  Chosen read(List<String> classes) {
    if (files.isEmpty()) {
      throw new SettingsException("Missing required option: '--data=FILE'");
    }
    LabelledData data = LabelledData.read(files, new DataColumns(text, label));
    Choice chosen = choice.orElse(data.isSplit() ? Choice.TEST : Choice.ALL);
    Optional<Part> part =
        chosen == Choice.ALL ? Optional.empty() : Optional.of(Part.valueOf(chosen.name()));
    List<DataRow> rows = part.map(data::part).orElse(data.rows());
    LabelledData.requireLabels(rows, classes);
    return new Chosen(List.copyOf(files), part, rows);
  }
}
