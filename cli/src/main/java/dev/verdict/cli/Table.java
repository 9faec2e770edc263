package dev.verdict.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns as wide as they need to be, under their names. */
public final class Table {
  private static final int GAP = 2;

  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param names of the columns
   */
  public Table(String... names) {
    rows.add(List.of(names));
  }

  /** Adds a row, which has a cell for each column. */
  public void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** Lines with their line ends. */
  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + GAP));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
