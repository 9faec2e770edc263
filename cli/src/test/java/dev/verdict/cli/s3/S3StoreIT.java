package dev.verdict.cli.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.checkpoint.CheckpointException;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.checkpoint.CheckpointSettings;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.CheckpointStore.Access;
import dev.verdict.checkpoint.OpenCheckpoint;
import dev.verdict.checkpoint.StoreException;
import dev.verdict.checkpoint.StoreException.Kind;
import dev.verdict.checkpoint.StoredCheckpoint;
import dev.verdict.cli.faults.ChildJvm;
import dev.verdict.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The store against a server of S3 that checks signatures. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3StoreIT {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir private Path folder;

  private S3Server server;
  private S3Client s3;
  private String bucket = "";
  private CheckpointStore store;

  @BeforeAll
  void startServer(@TempDir Path objects) throws IOException {
    server = S3Server.start(objects);
    s3 = server.client();
  }

  @BeforeEach
  void makeBucket(TestInfo test) {
    bucket = "bucket-" + Integer.toHexString(test.getDisplayName().hashCode());
    s3.createBucket(request -> request.bucket(bucket));
    store = machine("a");
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @AfterAll
  void stopServer() {
    s3.close();
    server.close();
  }

  private CheckpointStore machine(String name) {
    return CheckpointStore.open(settings(name, Map.of()));
  }

  private CheckpointSettings settings(String machine, Map<String, String> changes) {
    Map<String, String> all = new HashMap<>();
    all.put("checkpoints.dir", "s3://" + bucket + "/shop");
    all.put("checkpoints.s3.endpoint", server.endpoint());
    all.put("checkpoints.s3.attempts", "2");
    all.put("checkpoints.s3.timeout.ms", "5000");
    all.put("checkpoints.cache.dir", cache(machine).toString());
    all.put("checkpoints.cache.max.bytes", String.valueOf(1 << 20));
    all.putAll(changes);
    return SettingsLoader.load(Optional.empty(), Map.of(), all).checkpoints();
  }

  private Path cache(String machine) {
    return folder.resolve(bucket + "-" + machine);
  }

  private Path staged(long seed, int bytes) throws IOException {
    Path staged = store.stage("reviews");
    byte[] weights = new byte[bytes];
    new Random(seed).nextBytes(weights);
    Files.write(staged.resolve(WEIGHTS), weights);
    Files.writeString(staged.resolve("config.json"), "{}");
    Files.writeString(staged.resolve("README.md"), "");
    return staged;
  }

  private StoredCheckpoint published(long number) throws IOException {
    return store.commit(staged(number, 400_000), "reviews", number);
  }

  private static OpenCheckpoint open(CheckpointStore store, StoredCheckpoint stored)
      throws IOException {
    return store.verified(stored.version(), stored.path(), stored.manifestSha256());
  }

  private List<String> keys() {
    return s3.listObjectsV2(request -> request.bucket(bucket)).contents().stream()
        .map(S3Object::key)
        .sorted()
        .toList();
  }

  private static List<String> cached(Path cache) throws IOException {
    try (Stream<Path> list = Files.list(cache)) {
      return list.map(each -> each.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  private static void assertFault(ThrowingCallable action, Kind kind, String message) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            StoreException.class, fault -> assertThat(fault.kind()).isEqualTo(kind))
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n", S3Server.SECRET_KEY);
  }

  @Test
  void publishedThenAnotherMachineReadsItAndTheOwnCacheHasIt() throws Exception {
    StoredCheckpoint stored = published(1);

    String place = "shop/" + stored.path() + "/";
    assertThat(keys())
        .containsExactly(
            place + "MANIFEST.json", place + "README.md", place + "config.json", place + WEIGHTS);
    try (CheckpointStore other = machine("b");
        OpenCheckpoint opened = open(other, stored)) {
      CheckpointFolder.verify(opened.folder());
      assertThat(opened.folder()).startsWith(cache("b"));
      assertThat(other.manifest(stored.path()).orElseThrow().files()).containsKey(WEIGHTS);
      assertThat(other.manifest("reviews/v000009-00000000")).isEmpty();
    }
    s3.deleteObject(request -> request.bucket(bucket).key(place + WEIGHTS));
    try (OpenCheckpoint opened = open(store, stored)) {
      assertThat(opened.folder()).isEqualTo(stored.folder()).startsWith(cache("a"));
    }
  }

  @Test
  void publishedAgainThenTheSameObjects() throws Exception {
    Path staged = staged(7, 1000);
    Path copy = staged(7, 1000);

    StoredCheckpoint first = store.commit(staged, "reviews", 7);
    List<String> keys = keys();
    StoredCheckpoint second = store.commit(copy, "reviews", 7);

    assertThat(second).isEqualTo(first);
    assertThat(keys()).isEqualTo(keys);
  }

  @Test
  void objectDamagedCutMissingOrOtherThenRefusedByHash() throws Exception {
    StoredCheckpoint stored = published(1);
    Path weights = server.object(bucket, "shop/" + stored.path() + "/" + WEIGHTS);
    byte[] good = Files.readAllBytes(weights);
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 1;
    Path manifest = server.object(bucket, "shop/" + stored.path() + "/MANIFEST.json");
    byte[] sealed = Files.readAllBytes(manifest);
    try (CheckpointStore other = machine("b")) {
      Files.write(weights, flipped);
      assertThatThrownBy(() -> open(other, stored))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(WEIGHTS);
      Files.write(weights, java.util.Arrays.copyOf(good, 1000));
      assertThatThrownBy(() -> open(other, stored))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("it has 1000 bytes, must have 400000");
      Files.delete(weights);
      assertThatThrownBy(() -> open(other, stored))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(WEIGHTS + " is not there; is checkpoints.dir the trainer's?");
      Files.write(weights, good);
      Files.writeString(manifest, "{\"files\":{}}");
      assertThatThrownBy(() -> open(other, stored))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("MANIFEST.json is not the published one");
      assertThat(cached(cache("b"))).isEmpty();

      Files.write(manifest, sealed);
      open(other, stored).close();
    }
  }

  @Test
  void registryNamesAPathOutsideThenRefused() throws Exception {
    StoredCheckpoint stored = published(1);

    for (String path : List.of("..", "../other/v1", "/etc", "reviews/../../x", "", "reviews//v1")) {
      assertThatThrownBy(() -> store.verified(stored.version(), path, stored.manifestSha256()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("leads out of the store");
    }
  }

  @Test
  void askedWhetherItCanBeUsedThenNothingIsWritten() throws Exception {
    store.check(Access.READ);
    store.check(Access.WRITE);

    assertThat(keys()).isEmpty();
    assertThat(s3.listMultipartUploads(request -> request.bucket(bucket)).uploads()).isEmpty();
  }

  @Test
  void credentialsWrongThenOneSentence() throws Exception {
    StoredCheckpoint stored = published(1);
    Path staged = staged(2, 3 << 20);
    try {
      S3Server.setCredentials(S3Server.ACCESS_KEY, "another");
      try (CheckpointStore other = machine("b")) {
        assertFault(() -> other.check(Access.READ), Kind.REFUSED, "the signature does not match");
        assertFault(() -> open(other, stored), Kind.REFUSED, "the signature does not match");
        assertFault(() -> other.commit(staged, "reviews", 2), Kind.REFUSED, "signature");
      }
      S3Server.setCredentials("nobody", "another");
      try (CheckpointStore other = machine("b")) {
        assertFault(() -> other.check(Access.READ), Kind.REFUSED, "the access key is unknown");
      }
    } finally {
      S3Server.setCredentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY);
    }
    assertThat(keys()).noneMatch(key -> key.contains("v000002"));
  }

  @Test
  void bucketMissingThenOneSentence() throws Exception {
    StoredCheckpoint stored = published(1);
    Map<String, String> elsewhere = Map.of("checkpoints.dir", "s3://no-such-bucket/x");
    try (CheckpointStore other = CheckpointStore.open(settings("b", elsewhere))) {
      String sentence =
          "Checkpoint store s3://no-such-bucket/x at %s: there is no bucket no-such-bucket"
              .formatted(server.endpoint());
      assertFault(() -> other.check(Access.READ), Kind.REFUSED, sentence);
      assertFault(() -> open(other, stored), Kind.REFUSED, sentence);
      Path staged = staged(2, 1000);
      assertFault(() -> other.commit(staged, "reviews", 2), Kind.REFUSED, sentence);
    }
  }

  @Test
  void serverDownForAWhileThenThePublicationIsTakenUpAndTheCacheServes() throws Exception {
    StoredCheckpoint first = published(1);
    Path staged = staged(2, 300_000);
    try (CheckpointStore other = machine("b")) {
      server.kill();
      assertFault(
          () -> store.commit(staged, "reviews", 2), Kind.UNAVAILABLE, "not reached: Connection");
      assertFault(() -> open(other, first), Kind.UNAVAILABLE, "not reached: Connection");
      open(store, first).close();

      server.restart();
      StoredCheckpoint second = store.commit(staged, "reviews", 2);
      open(other, first).close();
      try (OpenCheckpoint opened = open(other, second)) {
        CheckpointFolder.verify(opened.folder());
      }
    }
  }

  @Test
  void cacheFullThenTheOldestLeavesAndWhatIsInUseStays() throws Exception {
    List<StoredCheckpoint> versions = new ArrayList<>();
    for (int number = 1; number <= 4; number++) {
      versions.add(published(number));
    }
    assertThat(cached(cache("a"))).hasSize(2);
    try (CheckpointStore other = machine("b");
        OpenCheckpoint champion = open(other, versions.get(0))) {
      for (StoredCheckpoint each : versions) {
        open(other, each).close();
      }
      assertThat(cached(cache("b"))).hasSize(2);
      CheckpointFolder.verify(champion.folder());
    }
  }

  @Test
  void severalProcessesAtOnceThenEachVersionIsFetchedOnce() throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                OpenVersion.class.getName(),
                server.endpoint(),
                "s3://" + bucket + "/shop",
                cache("shared").toString(),
                "5"));
    for (StoredCheckpoint each : List.of(published(1), published(2))) {
      arguments.addAll(List.of(each.version(), each.path(), each.manifestSha256()));
    }
    List<Path> logs = new ArrayList<>();
    List<ChildJvm> processes = new ArrayList<>();
    for (int process = 0; process < 3; process++) {
      Path log = Path.of("target", "s3-open-version-" + process + ".log");
      Files.deleteIfExists(log);
      logs.add(log);
      processes.add(
          ChildJvm.start(
              log,
              Map.of(
                  "AWS_ACCESS_KEY_ID",
                  S3Server.ACCESS_KEY,
                  "AWS_SECRET_ACCESS_KEY",
                  S3Server.SECRET_KEY),
              List.of("-Xmx128m", "-Dlogback.configurationFile=logback.xml"),
              arguments));
    }
    for (ChildJvm each : processes) {
      assertThat(each.await()).isZero();
    }
    long fetched = 0;
    for (Path log : logs) {
      fetched += Files.readAllLines(log).stream().filter(line -> line.contains("Fetching")).count();
    }
    assertThat(fetched).isEqualTo(2);
    assertThat(cached(cache("shared"))).hasSize(2);
  }
}
