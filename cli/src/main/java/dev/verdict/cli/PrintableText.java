package dev.verdict.cli;

/** Text of others, to be shown: what can change how the rest is shown becomes an escape. */
public final class PrintableText {
  private PrintableText() {}

  /**
   * The text in one line.
   *
   * @param length characters shown at most
   */
  public static String of(String text, int length) {
    StringBuilder shown = new StringBuilder();
    int[] characters = text.codePoints().limit(length + 1L).toArray();
    for (int i = 0; i < Math.min(characters.length, length); i++) {
      int character = characters[i];
      if (isPlain(character)) {
        shown.appendCodePoint(character);
      } else {
        shown.append(character == '\n' ? "\\n" : "\\u{%x}".formatted(character));
      }
    }
    return shown + (characters.length > length ? "…" : "");
  }

  private static boolean isPlain(int character) {
    int type = Character.getType(character);
    return !Character.isISOControl(character)
        && type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.SURROGATE
        && type != Character.UNASSIGNED;
  }
}
