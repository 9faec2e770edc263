package dev.verdict.config;

import java.util.List;

/** Settings that cannot be used; each fault is one sentence naming key, value and what is right. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SettingsException(List<String> faults) {
    super(String.join(System.lineSeparator(), faults), null, false, false);
  }

  public SettingsException(String fault) {
    this(List.of(fault));
  }
}
