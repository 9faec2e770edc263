package dev.verdict.cli.offline;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.trainer.data.DataRow;
import dev.verdict.trainer.data.LabelledData;
import dev.verdict.trainer.data.Part;
import dev.verdict.trainer.data.SplitShares;
import dev.verdict.trainer.training.Reproduction;
import dev.verdict.trainer.training.Split;
import java.io.IOException;
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
          "train, validation, test or all. Otherwise test where the data has a split or the model was"
              + " trained on it, else all.")
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

  /**
   * Reads them; every label is one of the classes. Of data without a split that the model was
   * trained on, the test part is what that run held out.
   *
   * @param model folder of the checkpoint
   */
  Chosen read(Path model, List<String> classes) {
    LabelledData labelled = data.read();
    Optional<List<DataRow>> heldOut =
        choice.isEmpty() && !labelled.isSplit() ? heldOutBy(model, labelled) : Optional.empty();
    if (heldOut.isPresent()) {
      return new Chosen(data.files(), Optional.of(Part.TEST), heldOut.get());
    }
    Choice chosen = choice.orElse(labelled.isSplit() ? Choice.TEST : Choice.ALL);
    Optional<Part> part =
        chosen == Choice.ALL ? Optional.empty() : Optional.of(Part.valueOf(chosen.name()));
    List<DataRow> rows = part.map(labelled::part).orElse(labelled.rows());
    LabelledData.requireLabels(rows, classes);
    return new Chosen(data.files(), part, rows);
  }

  private static Optional<List<DataRow>> heldOutBy(Path model, LabelledData labelled) {
    try {
      Reproduction run = Reproduction.of(model);
      Split split = labelled.split(SplitShares.DEFAULT, run.seed());
      return run.dataDiffers(split).isPresent()
          ? Optional.empty()
          : Optional.of(labelled.heldOut(split));
    } catch (IOException e) {
      // A model that Verdict has not trained.
      return Optional.empty();
    }
  }
}
