package dev.verdict.streams.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.verdict.config.Settings;
import dev.verdict.config.StatusPageSettings;
import dev.verdict.contract.ModelManifest;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.streams.StreamsService;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The status page of one streams instance, at {@code /}, and its JSON under {@code /api/}. It has
 * threads of its own, few of them, so that whoever looks at it slowly keeps neither the stream nor
 * the metrics waiting.
 */
public final class StatusPage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusPage.class);

  private static final String STATUS = "/api/status";
  private static final String CLASSIFY = "/api/classify";

  private static final int THREADS = 4;
  private static final int WAITING_REQUESTS = 32;

  /** Longest wait for the model. */
  private static final Duration PREVIEW_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration SAMPLES = Duration.ofSeconds(1);

  private final boolean enabled;
  private final TopicsFollower follower;
  private final Throughput throughput;
  private final Map<String, HttpHandler> handlers;
  private final ThreadPoolExecutor requests =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(WAITING_REQUESTS),
          daemon("status-page-request"));
  private final ScheduledExecutorService clock =
      new ScheduledThreadPoolExecutor(1, daemon("status-page-clock"));

  /**
   * A page that does nothing before {@link #start}.
   *
   * @param meters of the service
   * @param recent what the service was given to tell
   */
  public StatusPage(
      Settings settings, MeterRegistry meters, StreamsService service, RecentActivity recent) {
    StatusPageSettings page = settings.statusPage();
    enabled = page.enabled();
    RetrainPolicy policy = settings.retrainPolicy();
    TopicsBoard board =
        new TopicsBoard(settings.modelName(), policy.window().name(), page.history());
    throughput = new Throughput(meters);
    follower =
        new TopicsFollower(
            settings.kafkaClient(),
            settings.topics(),
            settings.modelName(),
            page.history(),
            board,
            recent);
    StatusReport report =
        new StatusReport(
            new StatusReport.Settings(
                settings.modelName(),
                policy.window().name(),
                policy.macroF1Min(),
                page.history(),
                page.lastPredictions(),
                settings.reviewDecoder().maxTextBytes()),
            service::notReady,
            () -> service.champion().map(ModelManifest::version),
            service::registry,
            service::refusals,
            board,
            recent,
            throughput);
    Duration patience = min(settings.inferenceTimeout(), PREVIEW_TIMEOUT);
    handlers =
        Map.of(
            "/",
            aside(new PageFiles()),
            STATUS,
            aside(exactly(STATUS, new StatusHandler(report::status))),
            CLASSIFY,
            aside(
                exactly(
                    CLASSIFY,
                    new ClassifyHandler(
                        settings.reviewDecoder(), review -> service.preview(review, patience)))));
  }

  /** Begins to read the topics; those that are not there yet are waited for. */
  public void start() {
    if (!enabled) {
      return;
    }
    follower.start();
    var unused =
        clock.scheduleAtFixedRate(
            () -> throughput.sample(System.nanoTime()),
            0,
            SAMPLES.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** What to serve, by path; nothing if the page is switched off. */
  public Map<String, HttpHandler> handlers() {
    return enabled ? handlers : Map.of();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    requests.shutdownNow();
    follower.close();
  }

  /** The server also hands over what only begins with the path. */
  private static HttpHandler exactly(String path, HttpHandler handler) {
    return exchange -> {
      if (exchange.getRequestURI().getPath().equals(path)) {
        handler.handle(exchange);
      } else {
        Responses.refuse(exchange, 404, "There is nothing here; the status page is at /");
      }
    };
  }

  /** Answers on the page's own threads; the server itself bounds the time that a client takes. */
  private HttpHandler aside(HttpHandler handler) {
    return exchange -> {
      try {
        requests.execute(() -> answer(handler, exchange));
      } catch (RejectedExecutionException e) {
        exchange.close();
      }
    };
  }

  private void answer(HttpHandler handler, HttpExchange exchange) {
    try (exchange) {
      handler.handle(exchange);
    } catch (IOException e) {
      LOG.debug("A client of the status page is gone: {}", e.toString());
    } catch (RuntimeException e) {
      LOG.warn("The status page could not answer {}", exchange.getRequestURI().getPath(), e);
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
