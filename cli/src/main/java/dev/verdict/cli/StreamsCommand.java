package dev.verdict.cli;

import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.streams.StreamsListener;
import dev.verdict.streams.StreamsService;
import dev.verdict.streams.status.RecentActivity;
import dev.verdict.streams.status.StatusPage;
import dev.verdict.telemetry.MonitoringServer;
import dev.verdict.telemetry.Telemetry;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code verdict streams}: the streams app as a process of its own. */
@Command(
    name = "streams",
    mixinStandardHelpOptions = true,
    description = "Run one instance of the streams app: classify, evaluate, follow champions.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "1:It could not go on; the log says why. Start it again.",
      ExitCodes.BAD_ARGUMENT,
      ExitCodes.STOPPED
    },
    footer = {
      "",
      "Examples:",
      "  verdict streams -c verdict.properties",
      "  verdict streams -c verdict.properties -Dstate.dir=state-2 -Dstreams.http.port=8090"
    })
final class StreamsCommand implements Callable<Integer> {
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = options.load(Map.of());
    RecentActivity recent = RecentActivity.of(settings.statusPage());
    try (Telemetry telemetry =
            new Telemetry("streams", settings.modelName(), settings.exemplars());
        StreamsService service =
            new StreamsService(settings, telemetry.registry(), StreamsListener.silent(), recent);
        StatusPage page = new StatusPage(settings, telemetry.registry(), service, recent);
        MonitoringServer monitoring =
            MonitoringServer.start(
                settings.httpHost(),
                settings.streamsHttpPort(),
                SettingsDefinition.STREAMS_HTTP_PORT,
                telemetry.registry(),
                service::notReady,
                page.handlers());
        ShutdownHook hook = ShutdownHook.closing(service)) {
      service.start();
      page.start();
      service.awaitEnd();
      return hook.isShuttingDown() ? 0 : 1;
    }
  }
}
