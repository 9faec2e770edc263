package dev.verdict.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointCacheTest {
  private static final int BYTES = 10_000;

  @TempDir private Path folder;

  /** A published version, with what a remote store has of it. */
  private final class Published implements CheckpointCache.Source {
    private final Path files;
    private final String version;
    private final String sha256;
    private final AtomicInteger fetched = new AtomicInteger();

    Published(int number) throws IOException {
      files = Files.createDirectories(folder.resolve("remote-" + number));
      Files.write(files.resolve("model.safetensors"), new byte[BYTES - number]);
      Files.writeString(files.resolve("config.json"), "{}");
      version = CheckpointFolder.version(number, CheckpointFolder.seal(files));
      sha256 = CheckpointFolder.sha256(files.resolve(CheckpointManifest.NAME));
    }

    OpenCheckpoint open(CheckpointCache cache) throws IOException {
      return cache.open(version, sha256, this);
    }

    @Override
    public byte[] manifest() throws IOException {
      fetched.incrementAndGet();
      return Files.readAllBytes(files.resolve(CheckpointManifest.NAME));
    }

    @Override
    public void fetch(String name, CheckpointManifest.Entry expected, Path to) throws IOException {
      Files.copy(files.resolve(name), to);
    }

    @Override
    public String toString() {
      return version;
    }
  }

  private CheckpointCache cache(long maxBytes) {
    return new CheckpointCache(folder.resolve("cache"), maxBytes);
  }

  private List<String> cached() throws IOException {
    return names(folder.resolve("cache")).stream().filter(name -> !name.startsWith(".")).toList();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void openedAgainThenFetchedOnce() throws Exception {
    Published one = new Published(1);
    CheckpointCache cache = cache(1 << 20);

    try (OpenCheckpoint opened = one.open(cache);
        OpenCheckpoint again = one.open(cache(1 << 20))) {
      assertThat(opened.folder()).isEqualTo(again.folder());
      assertThat(names(opened.folder()))
          .containsExactly("MANIFEST.json", "config.json", "model.safetensors");
      assertThat(names(folder.resolve("cache/.in-use"))).hasSize(2);
    }

    assertThat(one.fetched).hasValue(1);
    assertThat(names(folder.resolve("cache/.in-use"))).isEmpty();
    assertThat(names(folder.resolve("cache/.fetching"))).isEmpty();
  }

  @Test
  void cachedFileDamagedOrRemovedThenFetchedAgain() throws Exception {
    Published one = new Published(1);
    CheckpointCache cache = cache(1 << 20);
    for (String damaged : List.of("model.safetensors", "config.json", "MANIFEST.json")) {
      try (OpenCheckpoint opened = one.open(cache)) {
        Files.writeString(opened.folder().resolve(damaged), "other");
      }
      try (OpenCheckpoint opened = one.open(cache)) {
        Files.delete(opened.folder().resolve(damaged));
      }
      try (OpenCheckpoint opened = one.open(cache)) {
        CheckpointFolder.verify(opened.folder());
      }
    }

    assertThat(one.fetched).hasValue(7);
  }

  @Test
  void remoteIsNotWhatWasPublishedThenRefusedAndNothingStays() throws Exception {
    Published weights = new Published(1);
    Files.write(weights.files.resolve("model.safetensors"), new byte[BYTES + 1]);
    Published manifest = new Published(2);
    Files.writeString(manifest.files.resolve("MANIFEST.json"), "{}");
    CheckpointCache cache = cache(1 << 20);

    assertThatThrownBy(() -> weights.open(cache))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model.safetensors differs");
    assertThatThrownBy(() -> manifest.open(cache))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("MANIFEST.json is not the published one");
    assertThat(names(folder.resolve("cache/.fetching"))).isEmpty();
    assertThat(names(folder.resolve("cache/.in-use"))).isEmpty();
  }

  @Test
  void fullThenTheLeastRecentlyUsedLeavesAndNeverOneInUse() throws Exception {
    CheckpointCache cache = cache(3 * BYTES);
    Published one = new Published(1);
    Published two = new Published(2);
    Published three = new Published(3);
    try (OpenCheckpoint champion = one.open(cache)) {
      two.open(cache).close();
      three.open(cache).close();

      assertThat(cached()).hasSize(2).noneMatch(name -> name.startsWith(two.version));
      assertThat(champion.folder().resolve("model.safetensors")).exists();

      two.open(cache).close();

      assertThat(cached()).hasSize(2).noneMatch(name -> name.startsWith(three.version));
    }
    three.open(cache).close();

    assertThat(cached()).noneMatch(name -> name.startsWith(one.version));
  }

  @Test
  void allInUseThenTheBoundGivesWay() throws Exception {
    CheckpointCache cache = cache(BYTES);
    List<OpenCheckpoint> opened = new ArrayList<>();
    for (int number = 1; number <= 3; number++) {
      opened.add(new Published(number).open(cache));
    }

    assertThat(cached()).hasSize(3);
    opened.forEach(OpenCheckpoint::close);
    new Published(4).open(cache).close();
    assertThat(cached()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void killedProcessLeftALeaseAndHalfOfADownloadThenBothAreRemoved() throws Exception {
    CheckpointCache cache = cache(3 * BYTES);
    Published one = new Published(1);
    one.open(cache).close();
    String key = cached().get(0);
    // Nobody holds a lock on them, as after a SIGKILL.
    Path lease = Files.createFile(folder.resolve("cache/.in-use").resolve(key + "~dead~1"));
    Path half =
        Files.createDirectory(
            folder.resolve("cache/.fetching/v000009-00000000-0123456789abcdef~dead"));
    Files.write(half.resolve("model.safetensors"), new byte[500]);

    new Published(2).open(cache).close();
    new Published(3).open(cache).close();

    assertThat(lease).doesNotExist();
    assertThat(half).doesNotExist();
    assertThat(cached()).noneMatch(key::equals);
  }

  @Test
  void anotherProcessHoldsALeaseThenItsCheckpointStays() throws Exception {
    CheckpointCache cache = cache(2 * BYTES);
    Published one = new Published(1);
    one.open(cache).close();
    String key = cached().get(0);
    Path lease = folder.resolve("cache/.in-use").resolve(key + "~other~1");
    try (FolderLock held = FolderLock.acquire(lease)) {
      new Published(2).open(cache).close();
      new Published(3).open(cache).close();

      assertThat(cached()).contains(key);
      assertThat(lease).exists();
    }
  }

  @Test
  void manyThreadsOpenManyVersionsAtOnceThenAllAreWhole() throws Exception {
    List<Published> versions = new ArrayList<>();
    for (int number = 1; number <= 4; number++) {
      versions.add(new Published(number));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Boolean>> done = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int first = thread;
        Callable<Boolean> work =
            () -> {
              start.await();
              CheckpointCache own = cache(2 * BYTES + 1000);
              for (int i = 0; i < 12; i++) {
                try (OpenCheckpoint opened =
                    versions.get((first + i) % versions.size()).open(own)) {
                  CheckpointFolder.verify(opened.folder());
                }
              }
              return true;
            };
        done.add(threads.submit(work));
      }
      start.countDown();
      for (Future<Boolean> each : done) {
        assertThat(each.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(names(folder.resolve("cache/.fetching"))).isEmpty();
    assertThat(names(folder.resolve("cache/.in-use"))).isEmpty();
  }

  @Test
  void folderCannotBeUsedThenOneSentenceNamesTheSetting() throws Exception {
    Files.writeString(folder.resolve("cache"), "a file");

    assertThatThrownBy(() -> new Published(1).open(cache(1 << 20)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("checkpoints.cache.dir " + folder.resolve("cache"));
  }

  @Test
  void registryNamesItStrangelyThenRefused() throws Exception {
    Published one = new Published(1);

    for (String version : List.of("../../etc", "v1", "v000001-zzzzzzzz", "")) {
      assertThatThrownBy(() -> cache(1 << 20).open(version, one.sha256, one))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("cannot be fetched");
    }
  }
}
