package dev.verdict.checkpoint;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of a remote store on this machine, each in a folder {@code <version>-<hash of its
 * manifest>}, so that stores may share a cache. Any number of processes may share it:
 *
 * <ul>
 *   <li>{@code .fetching/} holds what is being fetched; it is renamed when it is whole, and what a
 *       killed process has left there is removed.
 *   <li>{@code .in-use/} holds a locked file for each open checkpoint; the lock dies with its
 *       process.
 *   <li>{@code .locks/} holds the locks: {@code cache} while folders come and go, the others while
 *       a checkpoint is fetched, which so is fetched once.
 * </ul>
 */
public final class CheckpointCache {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointCache.class);

  /** Names the open checkpoints of this process, whose own locks it must not test. */
  private static final String PROCESS = UUID.randomUUID().toString();

  /** What a disk must keep free for others. */
  private static final long SPARE_BYTES = 32L << 20;

  private static final double MEBIBYTE = 1 << 20;

  private final Path root;
  private final long maxBytes;

  /** Where a checkpoint comes from. */
  public interface Source {
    /** The content of its {@code MANIFEST.json}. */
    byte[] manifest() throws IOException;

    /**
     * Writes a file that is not there yet.
     *
     * @throws CheckpointException if what comes is not what was expected
     */
    void fetch(String name, CheckpointManifest.Entry expected, Path to) throws IOException;
  }

  /**
   * @param maxBytes of its checkpoints; more only while more are in use
   */
  public CheckpointCache(Path root, long maxBytes) {
    this.root = root.toAbsolutePath().normalize();
    this.maxBytes = maxBytes;
  }

  /** Its folder. */
  public Path folder() {
    return root;
  }

  /**
   * A checkpoint, fetched if it is not here or not as it was. It stays until it is closed.
   *
   * @param version as in the registry
   * @param manifestSha256 as in the registry
   * @throws CheckpointException if what the source has is not what was published
   */
  public OpenCheckpoint open(String version, String manifestSha256, Source source)
      throws IOException {
    String name = name(version, manifestSha256);
    try {
      prepare();
      Runnable lease = lease(name);
      boolean opened = false;
      try {
        Path folder = root.resolve(name);
        if (!isSound(folder, version, manifestSha256)) {
          fetch(name, manifestSha256, source);
          CheckpointFolder.verify(folder, version, manifestSha256);
        }
        opened = true;
        return new OpenCheckpoint(folder, lease);
      } finally {
        if (!opened) {
          lease.run();
        }
      }
    } catch (FileSystemException e) {
      throw disk(e);
    }
  }

  /** Takes over a sealed checkpoint that was written here, so that it need not be fetched. */
  public Path adopt(Path sealed, String version, String manifestSha256) throws IOException {
    Path folder = root.resolve(name(version, manifestSha256));
    try {
      prepare();
      try (FolderLock lock = FolderLock.acquire(lockFile("cache"))) {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
          discard(folder);
        }
        touch(sealed);
        Files.move(sealed, folder, StandardCopyOption.ATOMIC_MOVE);
        makeRoom(0);
      }
      return folder;
    } catch (FileSystemException e) {
      throw disk(e);
    }
  }

  private static String name(String version, String manifestSha256) throws CheckpointException {
    if (!version.matches("v[0-9]{6,18}-[0-9a-f]{8}") || !manifestSha256.matches("[0-9a-f]{64}")) {
      throw new CheckpointException(
          "Version %s with the manifest %s cannot be fetched: the registry must name it as v000007-0a1b2c3d and the manifest by its SHA-256"
              .formatted(version, manifestSha256));
    }
    return version + "-" + manifestSha256.substring(0, 16);
  }

  private void prepare() throws IOException {
    for (String each : List.of(".fetching", ".in-use", ".locks")) {
      Files.createDirectories(root.resolve(each));
    }
  }

  private Path lockFile(String name) {
    return root.resolve(".locks").resolve(name);
  }

  /** Its process holds the lock as long as it lives; nobody may evict the checkpoint meanwhile. */
  private Runnable lease(String name) throws IOException {
    Path file = root.resolve(".in-use").resolve(name + "~" + PROCESS + "~" + UUID.randomUUID());
    try (FolderLock lock = FolderLock.acquire(lockFile("cache"))) {
      FolderLock held = FolderLock.acquire(file);
      Path folder = root.resolve(name);
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        touch(folder);
      }
      return () -> release(held, file);
    }
  }

  private static void release(FolderLock held, Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("{} is removed by the next who looks", file, e);
    }
    held.close();
  }

  private static void touch(Path folder) throws IOException {
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
  }

  private boolean isSound(Path folder, String version, String manifestSha256) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      CheckpointFolder.verify(folder, version, manifestSha256);
      return true;
    } catch (CheckpointException | NoSuchFileException e) {
      LOG.warn("In the cache, removed and fetched again: {}", e.getMessage());
      try (FolderLock lock = FolderLock.acquire(lockFile("cache"))) {
        discard(folder);
      }
      return false;
    }
  }

  private void fetch(String name, String manifestSha256, Source source) throws IOException {
    clearLeftovers();
    // Sixteen locks for ever, and not one for each version ever fetched.
    try (FolderLock one = FolderLock.acquire(lockFile("fetch-" + manifestSha256.charAt(0)))) {
      Path folder = root.resolve(name);
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      Path aside = root.resolve(".fetching").resolve(name + "~" + UUID.randomUUID());
      Files.createDirectory(aside);
      try {
        fill(aside, manifestSha256, source);
        CheckpointFolder.syncAll(aside);
        try (FolderLock lock = FolderLock.acquire(lockFile("cache"))) {
          touch(aside);
          Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
          makeRoom(0);
        }
      } finally {
        CheckpointFolder.deleteRecursively(aside);
      }
    }
  }

  private void fill(Path aside, String manifestSha256, Source source) throws IOException {
    byte[] content = source.manifest();
    if (!CheckpointFolder.sha256(content).equals(manifestSha256)) {
      throw new CheckpointException(
          "Checkpoint " + source + ": " + CheckpointManifest.NAME + " is not the published one");
    }
    Files.write(aside.resolve(CheckpointManifest.NAME), content);
    Map<String, CheckpointManifest.Entry> files = CheckpointFolder.manifest(aside).files();
    long bytes = files.values().stream().mapToLong(CheckpointManifest.Entry::size).sum();
    try (FolderLock lock = FolderLock.acquire(lockFile("cache"))) {
      makeRoom(bytes);
    }
    long free = Files.getFileStore(root).getUsableSpace();
    if (free < bytes + SPARE_BYTES) {
      throw new StoreException(
          StoreException.Kind.REFUSED,
          "checkpoints.cache.dir %s has %.0f MiB free, too little for the %.0f MiB of %s"
              .formatted(root, free / MEBIBYTE, bytes / MEBIBYTE, source),
          null);
    }
    for (Map.Entry<String, CheckpointManifest.Entry> file : files.entrySet()) {
      source.fetch(file.getKey(), file.getValue(), CheckpointFolder.file(aside, file.getKey()));
    }
  }

  /** What a process that was killed has left: nobody holds the lock under which it was fetched. */
  private void clearLeftovers() throws IOException {
    for (Path each : list(root.resolve(".fetching"))) {
      String key = each.getFileName().toString();
      int hash = key.indexOf('-', key.indexOf('-') + 1) + 1;
      Optional<FolderLock> nobodys =
          FolderLock.tryAcquire(lockFile("fetch-" + key.charAt(Math.min(hash, key.length() - 1))));
      if (nobodys.isPresent()) {
        try (FolderLock one = nobodys.get();
            FolderLock all = FolderLock.acquire(lockFile("cache"))) {
          LOG.info("Removing {}, which a process that was killed has left", each);
          CheckpointFolder.deleteRecursively(each);
        }
      }
    }
  }

  /**
   * Under the lock of the cache.
   *
   * @param incoming bytes that are still to be fetched
   */
  private void makeRoom(long incoming) throws IOException {
    List<EvictionPlan.Cached> cached = new ArrayList<>();
    for (Path each : list(root)) {
      String name = each.getFileName().toString();
      if (!name.startsWith(".") && Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
        cached.add(
            new EvictionPlan.Cached(
                name, bytes(each), Files.getLastModifiedTime(each).toInstant(), isInUse(name)));
      }
    }
    EvictionPlan plan = EvictionPlan.of(cached, incoming, maxBytes);
    for (String name : plan.evicted()) {
      LOG.info("{} leaves the cache {} for others", name, root);
      discard(root.resolve(name));
    }
    if (plan.bytes() > maxBytes && incoming == 0) {
      LOG.warn(
          "The cache {} holds {} bytes, more than checkpoints.cache.max.bytes ({}): all are in use",
          root,
          plan.bytes(),
          maxBytes);
    }
  }

  /** Under the lock of the cache. */
  private boolean isInUse(String name) throws IOException {
    boolean used = false;
    for (Path each : list(root.resolve(".in-use"))) {
      String lease = each.getFileName().toString();
      if (lease.startsWith(name + "~")) {
        used |= lease.contains("~" + PROCESS + "~") || isHeld(each);
      }
    }
    return used;
  }

  private static boolean isHeld(Path lease) throws IOException {
    Optional<FolderLock> free = FolderLock.tryAcquire(lease);
    free.ifPresent(lock -> release(lock, lease));
    return free.isEmpty();
  }

  /** In one step out of the way of all who look for it. */
  private void discard(Path folder) throws IOException {
    Path aside = root.resolve(".fetching").resolve(folder.getFileName() + "~" + UUID.randomUUID());
    try {
      Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return;
    }
    CheckpointFolder.deleteRecursively(aside);
  }

  private static long bytes(Path folder) throws IOException {
    long bytes = 0;
    for (Path file : list(folder)) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.toList();
    }
  }

  private IOException disk(FileSystemException fault) {
    String reason =
        fault.getReason() == null
            ? fault.getClass().getSimpleName().replace("Exception", "") + " " + fault.getFile()
            : fault.getReason();
    return fault instanceof FileAlreadyExistsException
        ? new StoreException(
            StoreException.Kind.REFUSED,
            "checkpoints.cache.dir %s is no folder".formatted(root),
            fault)
        : new StoreException(
            StoreException.Kind.REFUSED,
            "checkpoints.cache.dir %s cannot be used: %s".formatted(root, reason),
            fault);
  }
}
