package dev.verdict.cli;

import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.telemetry.MonitoringServer;
import dev.verdict.telemetry.Telemetry;
import dev.verdict.trainer.TrainerListener;
import dev.verdict.trainer.TrainerService;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code verdict trainer}: the trainer as a process of its own. */
@Command(
    name = "trainer",
    mixinStandardHelpOptions = true,
    description = "Run the trainer: the first champion, then one run for each retrain request.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "1:It could not go on; the log says why. Start it again.",
      ExitCodes.BAD_ARGUMENT,
      ExitCodes.STOPPED
    },
    footer = {
      "",
      "Examples:",
      "  verdict trainer -c verdict.properties",
      "  verdict trainer -Dbootstrap.servers=kafka:9092 -Dtrain.base=scratch:small"
    })
final class TrainerCommand implements Callable<Integer> {
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = options.load(Map.of());
    CountDownLatch ended = new CountDownLatch(1);
    TrainerListener listener =
        new TrainerListener() {
          @Override
          public void stopped(String reason) {
            ended.countDown();
          }
        };
    try (Telemetry telemetry =
            new Telemetry("trainer", settings.modelName(), settings.exemplars());
        TrainerService service =
            new TrainerService(settings, telemetry.registry(), listener, HubBases.create());
        MonitoringServer monitoring =
            MonitoringServer.start(
                settings.httpHost(),
                settings.trainerHttpPort(),
                SettingsDefinition.TRAINER_HTTP_PORT,
                telemetry.registry(),
                service::notReady);
        ShutdownHook hook = ShutdownHook.closing(service, ended::countDown)) {
      service.start();
      ended.await();
      return hook.isShuttingDown() ? 0 : 1;
    }
  }
}
