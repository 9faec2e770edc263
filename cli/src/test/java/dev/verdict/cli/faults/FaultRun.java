package dev.verdict.cli.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the suite: a deployment, a schedule from a seed, and what came of it. */
final class FaultRun {
  private static final Logger LOG = LoggerFactory.getLogger(FaultRun.class);

  /** Far below what the services can do, so that they catch up soon after a fault. */
  private static final int REVIEWS_PER_SECOND = 30;

  private final long seed;
  private final Path folder;

  FaultRun(long seed) {
    this.seed = seed;
    this.folder = Path.of("target", "faults", "seed-" + seed).toAbsolutePath();
  }

  /**
   * Runs the faults one after another while users write.
   *
   * @param choice of the faults
   */
  Report run(Function<Faults, List<Fault>> choice) throws InterruptedException {
    prepare();
    long start = System.nanoTime();
    Random random = new Random(seed);
    int kills = 0;
    try (Cluster cluster = new Cluster(folder, random, REVIEWS_PER_SECOND)) {
      cluster.start();
      say(start, "running");
      List<Fault> faults = choice.apply(new Faults(cluster, random));
      for (Fault fault : faults) {
        say(start, fault.name());
        Fault.Outcome outcome = fault.action().inject();
        kills += outcome.kills();
        say(start, "  " + outcome.remark());
      }
      Report report = cluster.finish();
      say(
          start,
          "%d faults, %d kills with SIGKILL, %d services started again by the supervisor"
              .formatted(faults.size(), kills, cluster.endedByThemselves()));
      say(start, report.toString());
      return report;
    }
  }

  private void say(long start, String text) {
    Duration since = Duration.ofNanos(System.nanoTime() - start);
    String line =
        "seed %d %d:%02d %s".formatted(seed, since.toMinutes(), since.toSecondsPart(), text);
    LOG.info("{}", line);
    try {
      Files.writeString(
          folder.resolve("journal.txt"),
          line + "\n",
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void prepare() {
    try {
      dev.verdict.checkpoint.CheckpointFolder.deleteRecursively(folder);
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
