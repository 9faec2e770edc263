package dev.verdict.registry.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who does something at the brokers: the two services, and each verb or group of verbs. */
public enum ServiceRole {
  STREAMS("verdict streams"),
  TRAINER("verdict trainer"),
  PRODUCE("verdict produce"),
  TAIL("verdict tail"),
  MODELS("verdict models"),
  RETRAIN("verdict retrain"),
  PROMOTE("verdict promote, rollback, pin, unpin"),
  DEAD_LETTERS_LIST("verdict dead-letters list"),
  DEAD_LETTERS_REPLAY("verdict dead-letters replay"),
  REPLAY("verdict replay"),
  POLICY("verdict policy replay"),
  VERIFY_METRICS("verdict verify-metrics"),
  TOPICS("verdict topics create and check"),
  DOCTOR("verdict doctor");

  private final String command;

  ServiceRole(String command) {
    this.command = command;
  }

  /** What is run in this role. */
  public String command() {
    return command;
  }

  /** As an option has it, such as {@code verify-metrics}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The role of that {@link #id}. */
  public static Optional<ServiceRole> of(String id) {
    return Arrays.stream(values()).filter(role -> role.id().equals(id)).findFirst();
  }
}
