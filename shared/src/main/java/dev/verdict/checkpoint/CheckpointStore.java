package dev.verdict.checkpoint;

import dev.verdict.checkpoint.s3.S3Bucket;
import dev.verdict.checkpoint.s3.S3Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Immutable checkpoints, {@code <model>/<version>/<file>}, in a folder or in a bucket of S3. A
 * reader sees all of a checkpoint or nothing, and checks every hash before it trusts a weight.
 */
public interface CheckpointStore extends AutoCloseable {

  /** What a process has to do with the store. */
  enum Access {
    READ,
    /** Read and write, as the trainer does. */
    WRITE
  }

  /** The store that the settings name. It is not asked for anything yet. */
  static CheckpointStore open(CheckpointSettings settings) {
    if (settings.location() instanceof StoreLocation.Bucket bucket) {
      return new S3Store(
          new S3Bucket(bucket, settings.s3()),
          bucket,
          new CheckpointCache(settings.cacheFolder(), settings.cacheMaxBytes()));
    }
    return new FolderStore(((StoreLocation.Folder) settings.location()).path());
  }

  /** Folder of this machine in which checkpoints are staged and runs keep their state. */
  Path workFolder();

  /** A new empty folder to write a checkpoint into. */
  Path stage(String model) throws IOException;

  /** Removes what writers of the model that were killed have left staged on this machine. */
  void clearStaging(String model) throws IOException;

  /**
   * Seals a staged checkpoint and brings it to its final place. It may be called again with the
   * same folder after a fault.
   *
   * @param number of the version, allocated by the registry
   * @throws StoreException if the store cannot be reached or refuses
   */
  StoredCheckpoint commit(Path staged, String model, long number) throws IOException;

  /**
   * A published checkpoint on this machine, after every file has been checked. The caller closes it
   * when it needs the folder no more.
   *
   * @param version as in the registry; its name ends with the hash of the weights
   * @param path relative to the store, as in the registry
   * @param manifestSha256 as in the registry
   * @throws CheckpointException if anything differs from what was published
   * @throws StoreException if the store cannot be reached or refuses
   */
  OpenCheckpoint verified(String version, String path, String manifestSha256) throws IOException;

  /**
   * What a published checkpoint says of its files, unchecked, for display.
   *
   * @param path relative to the store, as in the registry
   * @return empty if it is not there or cannot be read
   * @throws StoreException if the store cannot be reached or refuses
   */
  Optional<CheckpointManifest> manifest(String path) throws IOException;

  /**
   * Asks the store whether it can be used. Nothing is left written.
   *
   * @throws StoreException if it cannot
   */
  void check(Access access) throws IOException;

  /** For people: a folder, or {@code s3://bucket/prefix} and its endpoint. */
  @Override
  String toString();

  @Override
  void close();
}
