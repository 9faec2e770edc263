package dev.verdict.checkpoint;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Which checkpoint store, and how it is used. What is said of S3 and the cache counts for a bucket
 * alone.
 *
 * @param cacheFolder of this machine, may be shared by its processes
 * @param cacheMaxBytes of the checkpoints in it
 */
public record CheckpointSettings(
    StoreLocation location, S3 s3, Path cacheFolder, long cacheMaxBytes) {

  /**
   * How S3 is reached. Credentials are none of it: the SDK finds them.
   *
   * @param endpoint of another S3 than Amazon's
   * @param region as the SDK finds it where empty
   * @param pathStyle whether the bucket is named in the path and not in the host
   * @param timeout longest wait for a connection and for an answer
   * @param attempts at one request, at least 1
   */
  public record S3(
      Optional<URI> endpoint,
      Optional<String> region,
      boolean pathStyle,
      Duration timeout,
      int attempts) {}
}
