package dev.verdict.telemetry;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/** The meters of one service: its own, the JVM's and the process's. */
public final class Telemetry implements AutoCloseable {
  /** Written into the jar by Maven. */
  private static final String BUILD = "/META-INF/maven/dev.verdict/verdict-shared/pom.properties";

  /**
   * What Kafka Streams and its clients measure of each store, processor and task, partition for
   * partition, and of each broker: thousands of series that grow with the partitions. Those of
   * threads, topics and the lag of partitions are left.
   */
  private static final List<String> TOO_FINE =
      List.of(
          "kafka.stream.state.",
          "kafka.stream.processor.node.",
          "kafka.stream.record.cache.",
          "kafka.stream.task.",
          "kafka.stream.topic.",
          "kafka.consumer.node.",
          "kafka.producer.node.",
          "kafka.admin.client.node.",
          "kafka.consumer.fetch.manager.records.lead");

  private final PrometheusMeterRegistry registry;
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  /**
   * Without exemplars.
   *
   * @param service the value of the tag {@code service} on every meter
   * @param model the value of the tag {@code model} on every meter
   */
  public Telemetry(String service, String model) {
    this(service, model, false);
  }

  /**
   * As the other.
   *
   * @param exemplars whether buckets and counters name a trace that they count
   */
  public Telemetry(String service, String model, boolean exemplars) {
    registry =
        exemplars
            ? new PrometheusMeterRegistry(
                PrometheusConfig.DEFAULT,
                new PrometheusRegistry(),
                Clock.SYSTEM,
                new TraceExemplars())
            : new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().commonTags("service", service, "model", model);
    TOO_FINE.forEach(name -> registry.config().meterFilter(MeterFilter.denyNameStartsWith(name)));
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
    VerdictMeter.BUILD.gauge(registry, () -> 1, version());
    ResidentMemory memory = new ResidentMemory();
    if (memory.bytes().isPresent()) {
      VerdictMeter.RESIDENT_MEMORY.gauge(registry, () -> memory.bytes().orElse(0));
    }
  }

  public PrometheusMeterRegistry registry() {
    return registry;
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }

  /** The version of the jar, or {@code development} when the classes come from a folder. */
  private static String version() {
    try (InputStream build = Telemetry.class.getResourceAsStream(BUILD)) {
      if (build == null) {
        return "development";
      }
      Properties properties = new Properties();
      properties.load(build);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + BUILD + " of the jar", e);
    }
  }
}
