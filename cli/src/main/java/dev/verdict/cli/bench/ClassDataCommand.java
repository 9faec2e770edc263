package dev.verdict.cli.bench;

import dev.verdict.cli.ExitCodes;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.model.Preset;
import dev.verdict.streams.StreamsListener;
import dev.verdict.streams.StreamsService;
import dev.verdict.streams.status.RecentActivity;
import dev.verdict.streams.status.StatusPage;
import dev.verdict.telemetry.MonitoringServer;
import dev.verdict.telemetry.Telemetry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/**
 * {@code verdict class-data}: runs the stream once, briefly, so that the JVM meets the classes of a
 * start. The launcher has the JVM keep them (<a href="https://openjdk.org/jeps/350">JEP 350</a>).
 */
@Command(
    name = "class-data",
    mixinStandardHelpOptions = true,
    description = {
      "Keep the classes of a start beside the libraries, so that later starts are faster.",
      "Once for an installation, and again after a change of it or of the JVM; runs some seconds."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "1:The folder of the libraries cannot be written."},
    footer = {"", "Examples:", "  verdict class-data"})
public final class ClassDataCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ClassDataCommand.class);

  private static final int REVIEWS = 64;

  private static final int ANY_FREE_PORT = 0;

  @Override
  public Integer call() throws Exception {
    try (BenchModel model = BenchModel.random(Preset.TINY);
        BenchCluster cluster = BenchCluster.start(1)) {
      Settings settings = cluster.settings("class-data", Map.of());
      BenchCluster.publish(settings, model);
      run(settings);
    }
    return 0;
  }

  /** All that {@code verdict streams} has. */
  private static void run(Settings settings) throws InterruptedException {
    RecentActivity recent = RecentActivity.of(settings.statusPage());
    try (Telemetry telemetry = new Telemetry("streams", settings.modelName());
        StreamsService service =
            new StreamsService(settings, telemetry.registry(), StreamsListener.silent(), recent);
        StatusPage page = new StatusPage(settings, telemetry.registry(), service, recent);
        MonitoringServer monitoring =
            MonitoringServer.start(
                settings.httpHost(),
                ANY_FREE_PORT,
                SettingsDefinition.STREAMS_HTTP_PORT,
                telemetry.registry(),
                service::notReady,
                page.handlers());
        ReviewFeed feed = new ReviewFeed(settings);
        PredictionTail tail = new PredictionTail(settings)) {
      service.start();
      page.start();
      while (service.notReady().isPresent()) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      List<ProducerRecord<byte[], byte[]>> records =
          feed.records(Workload.CLOTHING.reviews(REVIEWS, 1));
      double seconds = Arrivals.STEADY.seconds(feed, tail, records);
      LOG.info("{} reviews in {} s, port {}", records.size(), seconds, monitoring.port());
    }
  }
}
