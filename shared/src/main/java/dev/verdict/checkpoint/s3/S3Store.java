package dev.verdict.checkpoint.s3;

import dev.verdict.checkpoint.CheckpointCache;
import dev.verdict.checkpoint.CheckpointException;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.checkpoint.CheckpointManifest;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.OpenCheckpoint;
import dev.verdict.checkpoint.StoreLocation;
import dev.verdict.checkpoint.StoredCheckpoint;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints in a bucket, {@code <prefix>/<model>/<version>/<file>}, read through a cache on this
 * machine. {@code MANIFEST.json} is the last object of a version to be written, and the registry
 * names the version only afterwards, so nobody reads half of one.
 */
public final class S3Store implements CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);

  /** Far more than the manifest of any checkpoint. */
  private static final int MANIFEST_BYTES = 1 << 20;

  private final S3Bucket bucket;
  private final StoreLocation.Bucket location;
  private final CheckpointCache cache;

  /**
   * @param bucket closed by this
   */
  public S3Store(S3Bucket bucket, StoreLocation.Bucket location, CheckpointCache cache) {
    this.bucket = bucket;
    this.location = location;
    this.cache = cache;
  }

  @Override
  public Path workFolder() {
    return cache.folder();
  }

  @Override
  public Path stage(String model) throws IOException {
    return CheckpointFolder.stage(cache.folder(), model);
  }

  @Override
  public void clearStaging(String model) throws IOException {
    CheckpointFolder.clearStaging(cache.folder(), model);
  }

  @Override
  public StoredCheckpoint commit(Path staged, String model, long number) throws IOException {
    CheckpointManifest manifest = CheckpointFolder.seal(staged);
    String version = CheckpointFolder.version(number, manifest);
    String path = model + "/" + version;
    long start = System.nanoTime();
    for (Map.Entry<String, CheckpointManifest.Entry> file : manifest.files().entrySet()) {
      bucket.upload(staged.resolve(file.getKey()), key(path, file.getKey()), file.getValue());
    }
    Path sealed = staged.resolve(CheckpointManifest.NAME);
    String sha256 = CheckpointFolder.sha256(sealed);
    bucket.upload(
        sealed,
        key(path, CheckpointManifest.NAME),
        new CheckpointManifest.Entry(Files.size(sealed), sha256));
    LOG.info(
        "Stored {} in {} in {} ms",
        path,
        location,
        Duration.ofNanos(System.nanoTime() - start).toMillis());
    return new StoredCheckpoint(version, cache.adopt(staged, version, sha256), path, sha256);
  }

  @Override
  public OpenCheckpoint verified(String version, String path, String manifestSha256)
      throws IOException {
    requireInside(path);
    return cache.open(version, manifestSha256, new Objects(path));
  }

  @Override
  public Optional<CheckpointManifest> manifest(String path) throws IOException {
    requireInside(path);
    try {
      byte[] content = bucket.read(key(path, CheckpointManifest.NAME), MANIFEST_BYTES);
      return Optional.ofNullable(Json.read(content, CheckpointManifest.class));
    } catch (CheckpointException | com.fasterxml.jackson.core.JsonProcessingException e) {
      return Optional.empty();
    }
  }

  @Override
  public void check(Access access) throws IOException {
    bucket.tryRead();
    if (access == Access.WRITE) {
      bucket.tryWrite();
    }
  }

  @Override
  public void close() {
    bucket.close();
  }

  @Override
  public String toString() {
    return bucket.toString();
  }

  private String key(String path, String file) {
    return location.key(path + "/" + file);
  }

  /** A key is no path, but neither may it lead to what is not the store's. */
  private static void requireInside(String path) throws CheckpointException {
    if (!path.matches("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")) {
      throw new CheckpointException("Checkpoint path " + path + " leads out of the store");
    }
  }

  /** The objects of one version. */
  private final class Objects implements CheckpointCache.Source {
    private final String path;

    Objects(String path) {
      this.path = path;
    }

    @Override
    public byte[] manifest() throws IOException {
      LOG.info("Fetching {} from {}", path, location);
      return bucket.read(key(path, CheckpointManifest.NAME), MANIFEST_BYTES);
    }

    @Override
    public void fetch(String name, CheckpointManifest.Entry expected, Path to) throws IOException {
      bucket.download(key(path, name), expected, to);
    }

    @Override
    public String toString() {
      return "s3://" + location.name() + "/" + location.key(path);
    }
  }
}
