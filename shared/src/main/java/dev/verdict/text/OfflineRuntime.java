package dev.verdict.text;

/**
 * Keeps the Deep Java Library off the network: its natives are on the class path, so what it would
 * fetch is never needed, and its usage tracking is switched off.
 */
public final class OfflineRuntime {
  private OfflineRuntime() {}

  /** Sets the library's system properties, unless the user has set them; harmless when repeated. */
  public static void apply() {
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("ai.djl.offline", "true");
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
