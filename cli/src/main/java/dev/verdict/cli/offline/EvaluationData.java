package dev.verdict.cli.offline;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.trainer.data.DataRow;
import dev.verdict.trainer.data.LabelledData;
import dev.verdict.trainer.data.Part;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
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

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      showDefaultValue = NEVER,
      names = "--split",
      paramLabel = "PART",
      description =
          "train, validation, test or all. Otherwise test where the data has a split, else all.")
  private Optional<Choice> choice = Optional.empty();

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
    return data.isGiven();
  }

  /** Reads them; every label is one of the classes. */
  Chosen read(List<String> classes) {
    LabelledData labelled = data.read();
    Choice chosen = choice.orElse(labelled.isSplit() ? Choice.TEST : Choice.ALL);
    Optional<Part> part =
        chosen == Choice.ALL ? Optional.empty() : Optional.of(Part.valueOf(chosen.name()));
    List<DataRow> rows = part.map(labelled::part).orElse(labelled.rows());
    LabelledData.requireLabels(rows, classes);
    return new Chosen(data.files(), part, rows);
  }
}
