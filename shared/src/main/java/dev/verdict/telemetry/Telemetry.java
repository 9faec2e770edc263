package dev.verdict.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The meters of one service: its own and the JVM's. */
public final class Telemetry implements AutoCloseable {
  /** Written into the jar by Maven. */
  private static final String BUILD = "/META-INF/maven/dev.verdict/verdict-shared/pom.properties";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  /**
   * @param service the value of the tag {@code service} on every meter
   * @param model the value of the tag {@code model} on every meter
   */
  public Telemetry(String service, String model) {
    registry.config().commonTags("service", service, "model", model);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
    Gauge.builder(MeterNames.BUILD, () -> 1)
        .description("1 for the running version of Verdict")
        .tag("version", version())
        .register(registry);
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
