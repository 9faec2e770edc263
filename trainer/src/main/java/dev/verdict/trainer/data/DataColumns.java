package dev.verdict.trainer.data;

/**
 * What the fields of a data file are called; {@code id} and {@code split} are always called so.
 *
 * @param text of what is classified
 * @param label of the true class
 */
public record DataColumns(String text, String label) {
  /** The names of the {@code reviews} and {@code labels} topics. */
  public static final DataColumns DEFAULT = new DataColumns("text", "label");
}
