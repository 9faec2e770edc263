package dev.verdict.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Serves {@code /metrics} (Prometheus text or OpenMetrics), {@code /health/live} and {@code
 * /health/ready} (200, or 503 with the reason), and what else a service has to show.
 */
public final class MonitoringServer implements AutoCloseable {
  /**
   * Bounds of the JDK's server, which has none by default: a few clients that never end their
   * requests, or never read the answers, would keep health and metrics from all others. See the
   * documentation of the module {@code jdk.httpserver}.
   */
  private static final Map<String, String> SECONDS =
      Map.of("sun.net.httpserver.maxReqTime", "10", "sun.net.httpserver.maxRspTime", "30");

  /** A client that is slow to send its request holds one until it is cut off. */
  private static final int THREADS = 8;

  private final HttpServer server;
  private final ExecutorService threads;

  private MonitoringServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Starts to listen.
   *
   * @param port 0 for any free one
   * @param notReady why the service is not ready, or empty when it is
   * @throws UncheckedIOException if the port is taken, naming {@code setting}
   */
  public static MonitoringServer start(
      String host,
      int port,
      String setting,
      PrometheusMeterRegistry registry,
      Supplier<Optional<String>> notReady) {
    return start(host, port, setting, registry, notReady, Map.of());
  }

  /**
   * As the other, with more to serve.
   *
   * @param pages by path; of a path and those that begin with it. They must give their thread back
   *     at once, so that metrics and health are never kept waiting.
   */
  public static MonitoringServer start(
      String host,
      int port,
      String setting,
      PrometheusMeterRegistry registry,
      Supplier<Optional<String>> notReady,
      Map<String, HttpHandler> pages) {
    SECONDS.forEach(MonitoringServer::limit);
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen on %s:%d (%s), must be a free port: %s"
              .formatted(host, port, setting, e.getMessage()),
          e);
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "monitoring");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext(
        "/metrics",
        exchange -> {
          MetricsFormat format =
              MetricsFormat.of(exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
          String type = format.contentType();
          answer(exchange, 200, type, registry.scrape(type));
        });
    server.createContext("/health/live", exchange -> answer(exchange, 200, "text/plain", "live\n"));
    server.createContext(
        "/health/ready",
        exchange -> {
          Optional<String> reason = reason(notReady);
          answer(
              exchange, reason.isEmpty() ? 200 : 503, "text/plain", reason.orElse("ready") + "\n");
        });
    pages.forEach(server::createContext);
    server.start();
    return new MonitoringServer(server, threads);
  }

  /** The port that is listened on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Unless the user has set another. */
  private static void limit(String property, String seconds) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, seconds);
    }
  }

  private static Optional<String> reason(Supplier<Optional<String>> notReady) {
    try {
      return notReady.get();
    } catch (RuntimeException e) {
      return Optional.of("cannot tell: " + e);
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
