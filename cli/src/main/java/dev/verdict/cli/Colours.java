package dev.verdict.cli;

import java.util.Map;

/**
 * Colours of a terminal, or none.
 *
 * @param on whether text is coloured
 */
public record Colours(boolean on) {
  private static final String RESET = "\u001B[0m";

  /** On a terminal, unless <a href="https://no-color.org">NO_COLOR</a> is set. */
  public static Colours of(boolean terminal, Map<String, String> environment) {
    return new Colours(terminal && environment.getOrDefault("NO_COLOR", "").isEmpty());
  }

  /** Of this process. */
  public static Colours here() {
    return of(Terminal.isThere(), System.getenv());
  }

  public String bold(String text) {
    return wrap("\u001B[1m", text);
  }

  public String dim(String text) {
    return wrap("\u001B[2m", text);
  }

  public String good(String text) {
    return wrap("\u001B[32m", text);
  }

  public String doubtful(String text) {
    return wrap("\u001B[33m", text);
  }

  public String bad(String text) {
    return wrap("\u001B[31m", text);
  }

  private String wrap(String colour, String text) {
    return on ? colour + text + RESET : text;
  }
}
