package dev.verdict.registry;

import dev.verdict.config.ClientKind;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** The brokers that a process asks at its start, and waits for no longer than a person would. */
public final class Brokers {
  private static final int PATIENCE_MS = 30_000;

  private final Properties kafka;

  /**
   * @param kafka connection settings
   */
  public Brokers(Properties kafka) {
    this.kafka = kafka;
  }

  /** A client to ask them; the caller closes it. */
  public Admin ask() {
    Properties properties = ClientKind.ADMIN.of(kafka);
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
    return Admin.create(properties);
  }

  /** Where they are, as the settings say. */
  public String addresses() {
    return String.valueOf(kafka.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
  }

  /** Refuses the start since they gave no answer, in one sentence. */
  public RefusedStartException unreachable(Exception fault) {
    return new RefusedStartException(
        "Cannot reach Kafka at %s: %s".formatted(addresses(), reason(fault)));
  }

  /** What a future's exception, or Kafka's own, is about. */
  public static String reason(Exception fault) {
    return String.valueOf((fault.getCause() == null ? fault : fault.getCause()).getMessage());
  }
}
