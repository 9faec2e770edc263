package dev.verdict.trainer.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads data files in UTF-8: JSON Lines ({@code .jsonl}, {@code .ndjson}, {@code .json}: one object
 * a line) and CSV with a header ({@code .csv}; {@code .tsv} separates by tabs). Fields are the
 * text, the label, {@code id} and {@code split}; others are ignored, empty lines are skipped.
 */
public final class DataFiles {
  static final String NO_LABEL = "field label is missing, must be a class name";

  private final DataColumns columns;
  private final boolean labelled;

  private DataFiles(DataColumns columns, boolean labelled) {
    this.columns = columns;
    this.labelled = labelled;
  }

  /** For files whose every row has a label. */
  public static DataFiles labelled(DataColumns columns) {
    return new DataFiles(columns, true);
  }

  /** For files whose rows may have a label. */
  public static DataFiles unlabelled(DataColumns columns) {
    return new DataFiles(columns, false);
  }

  /**
   * All rows in the order of the files.
   *
   * @throws DataException as {@link #forEach}
   */
  public List<DataRow> read(List<Path> files) {
    List<DataRow> rows = new ArrayList<>();
    files.forEach(file -> forEach(file, rows::add));
    return rows;
  }

  /**
   * Gives each row as soon as it is read.
   *
   * @throws DataException if the file cannot be read, has a row that cannot be used or has none
   */
  public void forEach(Path file, Consumer<DataRow> action) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    long[] count = new long[1];
    Consumer<DataRow> counted =
        row -> {
          count[0]++;
          action.accept(row);
        };
    if (name.matches(".*\\.(jsonl|ndjson|json)")) {
      readJson(file, counted);
    } else if (name.matches(".*\\.(csv|tsv)")) {
      readCsv(file, name.endsWith("tsv") ? '\t' : ',', counted);
    } else {
      throw new DataException(
          file
              + " is of an unknown kind, its name must end in .jsonl, .ndjson, .json, .csv or .tsv");
    }
    if (count[0] == 0) {
      throw new DataException(file + " has no rows, must have at least one");
    }
  }

  private void readJson(Path file, Consumer<DataRow> action) {
    try (Utf8Lines lines = new Utf8Lines(file)) {
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        if (!line.get().isBlank()) {
          String place = file + " line " + lines.number();
          action.accept(row(file, lines.number(), JsonFields.parse(place, line.get())));
        }
      }
    }
  }

  private void readCsv(Path file, char separator, Consumer<DataRow> action) {
    try (Utf8Lines lines = new Utf8Lines(file);
        CsvRows rows = new CsvRows(file.toString(), lines, separator)) {
      rows.require(columns.text(), "--text-column");
      if (labelled) {
        rows.require(columns.label(), "--label-column");
      }
      for (Optional<Fields> fields = rows.next(); fields.isPresent(); fields = rows.next()) {
        action.accept(row(file, rows.line(), fields.get()));
      }
    }
  }

  private DataRow row(Path file, long line, Fields fields) {
    Optional<String> text = fields.text(columns.text());
    if (text.isEmpty() || text.get().isBlank()) {
      throw fault(
          file,
          line,
          "field %s is %s, must be the text to classify"
              .formatted(columns.text(), text.isEmpty() ? "missing" : "blank"));
    }
    Optional<String> label = notBlank(fields.textOrNumber(columns.label())).map(String::strip);
    if (labelled && label.isEmpty()) {
      throw fault(file, line, NO_LABEL.replaceFirst("label", columns.label()));
    }
    return new DataRow(
        file.toString(),
        line,
        notBlank(fields.textOrNumber("id")).orElse(file.getFileName() + ":" + line),
        text.get(),
        label,
        notBlank(fields.text("split")).map(split -> part(file, line, split.strip())));
  }

  private static Part part(Path file, long line, String split) {
    return Part.named(split)
        .orElseThrow(
            () ->
                fault(
                    file,
                    line,
                    "field split is %s, must be train, validation or test".formatted(split)));
  }

  private static Optional<String> notBlank(Optional<String> value) {
    return value.filter(text -> !text.isBlank());
  }

  private static DataException fault(Path file, long line, String what) {
    return new DataException("%s line %d: %s".formatted(file, line, what));
  }
}
