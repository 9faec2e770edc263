package dev.verdict.cli.faults;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.cli.faults.Fault.Outcome;
import dev.verdict.cli.faults.Versions.Hostile;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The faults that the suite knows. */
final class Faults {
  private static final String TRANSACTIONS = "TransactionManager .*Transition from state ";
  private static final String BEFORE_COMMIT = TRANSACTIONS + "\\S+ to COMMITTING_TRANSACTION";
  private static final String AFTER_COMMIT = TRANSACTIONS + "COMMITTING_TRANSACTION to ";
  private static final String PROCESSING = "StreamThread .*Processing tasks with ";
  private static final String RESTORING = "StoreChangelogReader .*(Start restoring|Restored \\d+)";
  private static final String LOADING = "ChampionFollower Loading champion";
  private static final String SWAPPED = "ChampionFollower Champion .* serves";
  private static final String TRAINING = "LoggedProgress Training ";
  private static final String UPLOADING = "TrainerLoop .*seals";
  private static final String UPLOADED = "TrainerLoop .*is stored, to be published";
  private static final String BATCH = "Scorer Batch of ";

  private static final int SLOW_BATCH_MS = 10_000;

  /** Two batches for each worker: who waits for a third would wait as long as it may. */
  private static final Duration SLOW_FOR = Duration.ofSeconds(15);

  /** Where Debian and Fedora put the library. */
  private static final List<Path> FAKE_TIME =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"),
          Path.of("/usr/lib64/faketime/libfaketime.so.1"));

  private final Cluster cluster;
  private final Random random;

  Faults(Cluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
  }

  /** All of them, in the order of the seed. */
  List<Fault> all() {
    List<Fault> faults = new ArrayList<>(few());
    faults.add(killAt("kill -9 in process", PROCESSING));
    faults.add(new Fault("kill -9 of the trainer in training", () -> killTrainer(TRAINING)));
    faults.add(new Fault("kill -9 of the trainer in upload", () -> killTrainer(UPLOADING)));
    faults.add(
        new Fault(
            "kill -9 of the trainer between upload and registry", () -> killTrainer(UPLOADED)));
    faults.add(new Fault("broker stopped for a minute", () -> broker(false, 60)));
    faults.add(new Fault("both instances killed at once", this::killBoth));
    faults.add(
        new Fault("kill -9 while the champion cannot be loaded", this::killUnderHostileChampion));
    faults.add(new Fault("rebalance storm", () -> storm(5)));
    faults.add(new Fault("disk full for state", this::stateDiskFull));
    faults.add(new Fault("disk full for checkpoints", this::checkpointsDiskFull));
    faults.add(new Fault("model slow, 10 s a batch", this::slowModel));
    faults.add(new Fault("clock jump", this::clockJump));
    for (Hostile kind : Hostile.values()) {
      if (!SOME_HOSTILE.contains(kind)) {
        faults.add(hostile(kind));
      }
    }
    Collections.shuffle(faults, random);
    return faults;
  }

  private static final List<Hostile> SOME_HOSTILE = List.of(Hostile.TRAVERSAL, Hostile.PICKLE);

  /** Those that take little time and find most. */
  List<Fault> few() {
    List<Fault> faults = new ArrayList<>();
    faults.add(killAt("kill -9 in commit, before the broker knows", BEFORE_COMMIT));
    faults.add(killAt("kill -9 in commit, after the broker knows", AFTER_COMMIT));
    faults.add(new Fault("kill -9 in restore", this::killInRestore));
    faults.add(new Fault("kill -9 in swap", this::killInSwap));
    faults.add(new Fault("zombie: SIGSTOP past the session timeout, SIGCONT", this::zombie));
    faults.add(new Fault("broker killed", () -> broker(true, 2)));
    SOME_HOSTILE.forEach(kind -> faults.add(hostile(kind)));
    Collections.shuffle(faults, random);
    return faults;
  }

  private Fault killAt(String name, String point) {
    return new Fault(
        name,
        () -> {
          Service instance = any();
          instance.arm(FaultPoint.BLOCK, point);
          instance.awaitHeld();
          instance.kill();
          instance.start();
          return recovered(1, instance.name());
        });
  }

  private Outcome killInRestore() throws InterruptedException {
    Service instance = any();
    instance.kill();
    wipe(cluster.stateOf(instance));
    instance.arm(FaultPoint.BLOCK, RESTORING);
    instance.start();
    instance.awaitHeld();
    instance.kill();
    instance.start();
    return recovered(2, instance.name() + ", its state wiped before");
  }

  private Outcome killInSwap() throws InterruptedException {
    Service instance = any();
    boolean before = random.nextBoolean();
    instance.arm(FaultPoint.BLOCK, before ? LOADING : SWAPPED);
    int[] ends = {cluster.first().logEnd(), cluster.second().logEnd()};
    ModelManifest version = cluster.versions().publishVariant(0.9f + random.nextFloat() / 5);
    instance.awaitHeld();
    instance.kill();
    instance.start();
    cluster.first().awaitLog(ends[0], version.version() + " serves");
    cluster.second().awaitLog(ends[1], version.version() + " serves");
    return recovered(1, instance.name() + (before ? " while it loaded" : " just after it served"));
  }

  private Outcome zombie() throws InterruptedException {
    Service instance = any();
    instance.freeze();
    pause(Duration.ofMillis(Cluster.SESSION_TIMEOUT_MS + 4000L));
    Duration takenOver = cluster.awaitCaughtUp();
    instance.thaw();
    Outcome after = recovered(0, instance.name());
    return new Outcome(
        0, "%s; others had taken over %s later".formatted(after.remark(), seconds(takenOver)));
  }

  private Outcome broker(boolean kill, int secondsDown) throws InterruptedException {
    cluster.broker().down(kill);
    pause(Duration.ofSeconds(secondsDown));
    cluster.broker().up();
    return recovered(kill ? 1 : 0, "down for %d s".formatted(secondsDown));
  }

  private Outcome killBoth() throws InterruptedException {
    cluster.first().kill();
    cluster.second().kill();
    cluster.first().start();
    cluster.second().start();
    return recovered(2, "both");
  }

  /** Instances that come and go every few seconds, some in order and some not. */
  private Outcome storm(int comings) throws InterruptedException {
    int kills = 0;
    for (int i = 0; i < comings; i++) {
      Service guest = cluster.another("guest-" + System.nanoTime());
      guest.start();
      guest.awaitLog(0, "Kafka Streams is REBALANCING");
      pause(Duration.ofMillis(random.nextInt(3000)));
      if (random.nextBoolean()) {
        guest.kill();
        kills++;
      } else {
        guest.terminate();
      }
    }
    return recovered(kills, comings + " came and went");
  }

  private Outcome killTrainer(String point) throws InterruptedException {
    // Wrong about everything, so that the retrained one passes the gate.
    cluster.versions().publishVariant(-1);
    cluster.awaitCaughtUp();
    cluster.trainer().arm(FaultPoint.BLOCK, point);
    String request = cluster.requestRetraining();
    cluster.trainer().awaitHeld();
    cluster.trainer().kill();
    cluster.trainer().start();
    TrainingRun run = cluster.awaitRun(request);
    return recovered(1, "run " + run.state().wireName());
  }

  private Outcome stateDiskFull() throws InterruptedException {
    if (!cluster.stateDisk().isSmall()) {
      return new Outcome(0, "NOT DONE: mounting a small disk takes the rights of root");
    }
    int before = cluster.first().endedByItself();
    cluster.stateDisk().fill();
    // All state goes to the instance that has no room for it.
    cluster.second().kill();
    pause(Duration.ofSeconds(12));
    cluster.second().start();
    Duration despite = cluster.awaitCaughtUp();
    cluster.stateDisk().free();
    Outcome after = recovered(1, "a");
    return new Outcome(
        1,
        "%s; while full b caught up in %s, a ended %d times"
            .formatted(after.remark(), seconds(despite), cluster.first().endedByItself() - before));
  }

  private Outcome checkpointsDiskFull() throws InterruptedException {
    if (!cluster.checkpointsDisk().isSmall()) {
      return new Outcome(0, "NOT DONE: mounting a small disk takes the rights of root");
    }
    cluster.versions().publishVariant(-1);
    cluster.checkpointsDisk().fill();
    TrainingRun full = cluster.awaitRun(cluster.requestRetraining());
    cluster.checkpointsDisk().free();
    TrainingRun free = cluster.awaitRun(cluster.requestRetraining());
    if (full.state() != TrainingRun.State.FAILED || free.state() != TrainingRun.State.PUBLISHED) {
      throw new AssertionError("with a full disk %s, with a free one %s".formatted(full, free));
    }
    return recovered(0, "run failed (%s), the next published".formatted(full.detail().orElse("")));
  }

  private Outcome slowModel() throws InterruptedException {
    Service instance = any();
    instance.arm(String.valueOf(SLOW_BATCH_MS), BATCH);
    instance.awaitHeld();
    pause(SLOW_FOR);
    instance.disarm();
    return recovered(0, instance.name());
  }

  private Outcome clockJump() throws InterruptedException {
    List<Path> library = FAKE_TIME.stream().filter(Files::exists).toList();
    if (library.isEmpty()) {
      return new Outcome(0, "NOT DONE: libfaketime is not installed (package faketime)");
    }
    Service instance = cluster.second();
    Path time = cluster.stateOf(instance).resolveSibling("clock-of-" + instance.name());
    write(time, "+0s");
    instance.terminate();
    instance.start(
        Map.of(
            "LD_PRELOAD", library.get(0).toString(),
            "FAKETIME_TIMESTAMP_FILE", time.toString(),
            "FAKETIME_CACHE_DURATION", "1",
            "FAKETIME_DONT_FAKE_MONOTONIC", "1",
            "FAKETIME_NO_CACHE", "1"));
    cluster.awaitCaughtUp();
    List<String> jumps = List.of("+40m", "-3h", "+3h", "+0s");
    for (String jump : jumps) {
      write(time, jump);
      pause(Duration.ofSeconds(6));
    }
    instance.terminate();
    instance.start();
    return recovered(0, instance.name() + " by " + String.join(", ", jumps));
  }

  private Fault hostile(Hostile kind) {
    return new Fault(
        "registry: " + kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
        () -> {
          String champion = cluster.versions().registry().champion().orElseThrow().version();
          int[] ends = {cluster.first().logEnd(), cluster.second().logEnd()};
          String hostile = cluster.versions().publish(kind);
          if (kind.isRefusedByName()) {
            cluster.first().awaitLog(ends[0], "Refused champion " + hostile);
            cluster.second().awaitLog(ends[1], "Refused champion " + hostile);
          }
          cluster.awaitCaughtUp();
          cluster.versions().alias(champion);
          cluster.versions().remove(hostile);
          return recovered(0, kind.isRefusedByName() ? "refused by both" : "passed over");
        });
  }

  /** An instance that starts while the champion cannot be loaded serves the version before it. */
  private Outcome killUnderHostileChampion() throws InterruptedException {
    String champion = cluster.versions().registry().champion().orElseThrow().version();
    Service instance = any();
    int end = instance.logEnd();
    String hostile = cluster.versions().publish(Hostile.FLIPPED_BYTE);
    instance.awaitLog(end, "Refused champion " + hostile);
    end = instance.logEnd();
    instance.kill();
    instance.start();
    instance.awaitLog(end, "Champion " + champion + " serves");
    Outcome outcome = recovered(1, instance.name() + " served on as before");
    cluster.versions().alias(champion);
    cluster.versions().remove(hostile);
    return outcome;
  }

  private Service any() {
    return random.nextBoolean() ? cluster.first() : cluster.second();
  }

  private Outcome recovered(int kills, String remark) {
    return new Outcome(
        kills, "%s, caught up %s later".formatted(remark, seconds(cluster.awaitCaughtUp())));
  }

  private static String seconds(Duration time) {
    return "%.1f s".formatted(time.toMillis() / 1e3);
  }

  /** The length of an outage is part of the fault, not a wait for something. */
  private static void pause(Duration time) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(time.toMillis());
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void wipe(Path state) {
    try (var contents = Files.list(state)) {
      for (Path each : contents.toList()) {
        CheckpointFolder.deleteRecursively(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
