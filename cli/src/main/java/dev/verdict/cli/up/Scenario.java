package dev.verdict.cli.up;

import dev.verdict.cli.HubBases;
import dev.verdict.cli.ShutdownHook;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.embedded.EmbeddedKafka;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.streams.StreamsService;
import dev.verdict.streams.status.RecentActivity;
import dev.verdict.streams.status.StatusPage;
import dev.verdict.telemetry.MonitoringServer;
import dev.verdict.telemetry.Telemetry;
import dev.verdict.trainer.TrainerService;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Everything in one JVM: broker, trainer, streams app, source of reviews, and somebody watching.
 */
final class Scenario {
  /** Where {@code up} differs from a deployment: one broker, and a loop that is quick to watch. */
  static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry(SettingsDefinition.TOPICS_REPLICATION_FACTOR, "1"),
          Map.entry(SettingsDefinition.RETRAIN_F1_MIN, "0.85"),
          Map.entry(SettingsDefinition.RETRAIN_COOLDOWN_MS, "30000"),
          Map.entry(SettingsDefinition.RETRAIN_MAX_EXAMPLES, "2000"),
          Map.entry(SettingsDefinition.RETRAIN_RECENT_SHARE, "0.75"),
          Map.entry(SettingsDefinition.GATE_EXAMPLES, "300"),
          // Of a version that is compared on 300 held-out reviews, the reference is of as many.
          Map.entry(SettingsDefinition.DRIFT_MIN_REVIEWS, "300"),
          Map.entry(SettingsDefinition.HTTP_HOST, "127.0.0.1"));

  /**
   * How a champion that began from random weights learns on: the reference recipe is for pretrained
   * weights, whose small steps would hardly move these.
   */
  static final Map<String, String> DEFAULTS_FROM_SCRATCH =
      Map.of(
          SettingsDefinition.FINE_TUNE + SettingsDefinition.EPOCHS, "3",
          SettingsDefinition.FINE_TUNE + SettingsDefinition.BATCH_ROWS, "16",
          SettingsDefinition.FINE_TUNE + SettingsDefinition.LEARNING_RATE, "0.0005",
          SettingsDefinition.FINE_TUNE + SettingsDefinition.SCHEDULE, "linear",
          SettingsDefinition.FINE_TUNE + SettingsDefinition.EVALUATION_STEPS, "50");

  /** Nothing has come for so long that nothing more will. */
  private static final Duration QUIET = Duration.ofSeconds(4);

  /** Longest wait for the rest after the last label was sent. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** What is done last. */
  interface CleanUp {
    void run() throws IOException;
  }

  private final Settings settings;
  private final Path folder;
  private final int port;
  private final Feed feed;
  private final boolean exitWhenDone;

  Scenario(Settings settings, Path folder, int port, Feed feed, boolean exitWhenDone) {
    this.settings = settings;
    this.folder = folder;
    this.port = port;
    this.feed = feed;
    this.exitWhenDone = exitWhenDone;
  }

  /**
   * Runs until done, or until the process is told to end; the exit status.
   *
   * @param cleanUp done last, and also when the process is told to end
   */
  int run(PrintWriter out, CleanUp cleanUp) throws IOException, InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    try (ShutdownHook hook =
        ShutdownHook.closing(stopped::countDown, () -> ended.await(60, TimeUnit.SECONDS))) {
      try (EmbeddedKafka broker = EmbeddedKafka.start(folder.resolve("kafka"), port)) {
        Settings here =
            settings.with(Map.of(SettingsDefinition.BOOTSTRAP_SERVERS, broker.bootstrapServers()));
        return run(here, out, stopped);
      } finally {
        cleanUp.run();
        ended.countDown();
      }
    }
  }

  private int run(Settings here, PrintWriter out, CountDownLatch stopped)
      throws IOException, InterruptedException {
    List<Swap> swaps = new CopyOnWriteArrayList<>();
    BootstrapFailure bootstrap = new BootstrapFailure();
    HeldOutReviews heldOut = new HeldOutReviews(new HoldOut(here.trainer().holdoutPercent()));
    RecentActivity recent = RecentActivity.of(here.statusPage());
    try (Telemetry streamsMeters = new Telemetry("streams", here.modelName(), here.exemplars());
        Telemetry trainerMeters = new Telemetry("trainer", here.modelName(), here.exemplars());
        TrainerService trainer =
            new TrainerService(here, trainerMeters.registry(), bootstrap, HubBases.create());
        StreamsService streams =
            new StreamsService(
                here,
                streamsMeters.registry(),
                version -> swaps.add(new Swap(version.version(), Instant.now())),
                recent);
        StatusPage page = new StatusPage(here, streamsMeters.registry(), streams, recent);
        MonitoringServer streamsHttp =
            MonitoringServer.start(
                here.httpHost(),
                here.streamsHttpPort(),
                SettingsDefinition.STREAMS_HTTP_PORT,
                streamsMeters.registry(),
                streams::notReady,
                page.handlers());
        MonitoringServer trainerHttp =
            MonitoringServer.start(
                here.httpHost(),
                here.trainerHttpPort(),
                SettingsDefinition.TRAINER_HTTP_PORT,
                trainerMeters.registry(),
                trainer::notReady)) {
      trainer.start();
      streams.start();
      page.start();
      try (Scoreboard scoreboard =
              new Scoreboard(
                  here.kafkaClient(),
                  here.topics(),
                  here.modelName(),
                  here.retrainPolicy().window().name());
          ReviewFeed reviews =
              new ReviewFeed(
                  feed,
                  here.kafkaClient(),
                  here.topics(),
                  here.formats(),
                  () -> streams.notReady().isEmpty(),
                  heldOut)) {
        LiveView view = LiveView.on(out, headline(here, streamsHttp.port(), trainerHttp.port()));
        boolean done = watch(here, reviews, scoreboard, swaps, streams, view, stopped, bootstrap);
        if (!done) {
          return streams.hasEnded() && stopped.getCount() > 0 ? 1 : 0;
        }
        Board board = scoreboard.board();
        Audit audit = Audit.of(here.kafkaClient(), here.topics());
        Summary summary =
            new Summary(
                reviews.progress(),
                board,
                swaps,
                audit,
                ChampionComparison.of(here, board.champions(), heldOut.byDomain()));
        summary.print(out);
        return audit.exact() && board.trainerIdle() ? 0 : 1;
      }
    }
  }

  private static String headline(Settings here, int streamsPort, int trainerPort) {
    String streams = "http://%s:%d/".formatted(here.httpHost(), streamsPort);
    return "%sKafka %s   metrics %smetrics and :%d/metrics"
        .formatted(
            here.statusPage().enabled() ? "Status page %s   ".formatted(streams) : "",
            here.kafkaClient().get(SettingsDefinition.BOOTSTRAP_SERVERS),
            streams,
            trainerPort);
  }

  /** Shows the loop until it is done (true) or stopped (false). */
  private boolean watch(
      Settings here,
      ReviewFeed reviews,
      Scoreboard scoreboard,
      List<Swap> swaps,
      StreamsService streams,
      LiveView view,
      CountDownLatch stopped,
      BootstrapFailure bootstrap)
      throws InterruptedException {
    Instant finishedAt = Instant.MAX.minus(PATIENCE);
    do {
      ReviewFeed.Progress progress = reviews.progress();
      Board board = scoreboard.board();
      view.show(progress, board, List.copyOf(swaps), here.retrainPolicy(), streams.notReady());
      Optional<String> failure = progress.failure().or(bootstrap::reason);
      if (failure.isPresent()) {
        view.end();
        throw new ScenarioException(failure.get());
      }
      Instant now = Instant.now();
      if (progress.finished() && finishedAt.isAfter(now)) {
        finishedAt = now;
      }
      if (exitWhenDone && progress.finished() && isDone(progress, board, finishedAt, now)) {
        view.end();
        return true;
      }
    } while (!stopped.await(view.interval().toMillis(), TimeUnit.MILLISECONDS)
        && !streams.hasEnded());
    view.end();
    return false;
  }

  private static boolean isDone(
      ReviewFeed.Progress fed, Board board, Instant finishedAt, Instant now) {
    boolean answered = board.predictions() + board.deadReviews() >= fed.reviews();
    boolean quiet = now.isAfter(board.lastChange().plus(QUIET));
    return (answered && quiet && board.trainerIdle()) || now.isAfter(finishedAt.plus(PATIENCE));
  }
}
