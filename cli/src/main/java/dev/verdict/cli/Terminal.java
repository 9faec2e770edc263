package dev.verdict.cli;

/** Whether a person is watching. */
public final class Terminal {
  private Terminal() {}

  /** Only the launcher can tell: newer JDKs have a console also where there is no terminal. */
  public static boolean isThere() {
    return Boolean.getBoolean("verdict.terminal");
  }
}
