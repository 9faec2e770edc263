package dev.verdict.streams;

import dev.verdict.registry.Brokers;
import dev.verdict.registry.RefusedStartException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of the streams protocol (<a
 * href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-1071%3A+Streams+Rebalance+Protocol">KIP-1071</a>),
 * whose session timeout and standby replicas the brokers keep.
 */
final class StreamsGroup {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsGroup.class);

  private static final String FEATURE = "streams.version";
  private static final String SESSION_TIMEOUT = "streams.session.timeout.ms";
  private static final String HEARTBEAT = "streams.heartbeat.interval.ms";
  private static final String STANDBY_REPLICAS = "streams.num.standby.replicas";

  private final Brokers brokers;
  private final String id;

  /**
   * @param kafka connection settings
   * @param id the application's
   */
  StreamsGroup(Properties kafka, String id) {
    this.brokers = new Brokers(kafka);
    this.id = id;
  }

  /**
   * Sets the group's configuration at the brokers, for every instance. What they refuse stays as it
   * is there, with a warning.
   *
   * @throws RefusedStartException if the brokers do not have the protocol
   */
  void configure(int sessionTimeoutMs, int heartbeatMs, int standbyReplicas)
      throws InterruptedException {
    try (Admin admin = brokers.ask()) {
      Optional<FinalizedVersionRange> protocol =
          Optional.ofNullable(
              admin.describeFeatures().featureMetadata().get().finalizedFeatures().get(FEATURE));
      if (protocol.map(FinalizedVersionRange::maxVersionLevel).orElse((short) 0) < 1) {
        throw new RefusedStartException(
            "Invalid value streams for configuration group.protocol: must be classic, for the brokers at %s do not have the streams protocol (Kafka 4.2 or newer: kafka-features.sh upgrade --feature %s=1)"
                .formatted(brokers.addresses(), FEATURE));
      }
      set(admin, STANDBY_REPLICAS, standbyReplicas);
      set(admin, HEARTBEAT, heartbeatMs);
      set(admin, SESSION_TIMEOUT, sessionTimeoutMs);
    } catch (ExecutionException | KafkaException e) {
      throw new RefusedStartException(
          "Cannot ask Kafka at %s for the streams protocol: %s"
              .formatted(brokers.addresses(), Brokers.reason(e)));
    }
  }

  private void set(Admin admin, String key, int value) throws InterruptedException {
    ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, id);
    AlterConfigOp change =
        new AlterConfigOp(new ConfigEntry(key, String.valueOf(value)), OpType.SET);
    try {
      admin.incrementalAlterConfigs(Map.of(group, List.of(change))).all().get();
      LOG.info("Group {} has {}={} at the brokers", id, key, value);
    } catch (ExecutionException e) {
      LOG.warn(
          "Group {} keeps the brokers' own {}, for they refuse {}: {}",
          id,
          key,
          value,
          Brokers.reason(e));
    }
  }
}
