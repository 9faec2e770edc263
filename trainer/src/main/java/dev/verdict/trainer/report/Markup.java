package dev.verdict.trainer.report;

import java.util.Locale;

/** Text and numbers as they stand in a page or a picture. */
final class Markup {
  private Markup() {}

  /** Text that is shown as it is, in an element or a quoted attribute. */
  static String escaped(String text) {
    return printable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** Text in which what no file may hold, control characters and half surrogates, is replaced. */
  static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .map(
            character ->
                (Character.isISOControl(character) && !Character.isWhitespace(character))
                        || Character.getType(character) == Character.SURROGATE
                    ? '\uFFFD'
                    : character)
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }

  /** At most so many characters, the last an ellipsis where text was cut, on one line. */
  static String cut(String text, int most) {
    String line = text.replaceAll("\\s+", " ").strip();
    if (line.codePointCount(0, line.length()) <= most) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, most - 1)).stripTrailing() + "…";
  }

  /** A place in a picture, in pixels. */
  static String place(double pixels) {
    String rounded = String.format(Locale.ROOT, "%.1f", pixels);
    return rounded.endsWith(".0") ? rounded.substring(0, rounded.length() - 2) : rounded;
  }

  /** A score with four decimals. */
  static String score(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** A share as a percentage with one decimal. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", share * 100);
  }

  /** A count with separators. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
