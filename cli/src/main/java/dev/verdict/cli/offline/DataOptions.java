package dev.verdict.cli.offline;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.config.SettingsException;
import dev.verdict.trainer.data.DataColumns;
import dev.verdict.trainer.data.LabelledData;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which labelled files a command reads. */
final class DataOptions {
  @Option(
      showDefaultValue = NEVER,
      names = "--data",
      paramLabel = "FILE",
      description =
          "Reviews: JSON Lines (.jsonl, .ndjson, .json) or with a header .csv or .tsv. May be given"
              + " several times.")
  private List<Path> files = List.of();

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
      description = "Field that holds the class; not used where none is needed.")
  private String label = DataColumns.DEFAULT.label();

  boolean isGiven() {
    return !files.isEmpty();
  }

  /**
   * The files.
   *
   * @throws SettingsException if there is none
   */
  List<Path> files() {
    if (files.isEmpty()) {
      throw new SettingsException("Missing required option: '--data=FILE'");
    }
    return List.copyOf(files);
  }

  DataColumns columns() {
    return new DataColumns(text, label);
  }

  /** Reads them; every row has a label. */
  LabelledData read() {
    return LabelledData.read(files(), columns());
  }
}
