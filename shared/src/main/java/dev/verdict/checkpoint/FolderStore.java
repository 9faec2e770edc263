package dev.verdict.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Checkpoints in a folder, which may be shared by several machines: {@code
 * <root>/<model>/<version>/}. A checkpoint is written aside, sealed, synced and renamed, so a
 * reader sees all of it or nothing.
 */
public final class FolderStore implements CheckpointStore {
  private final Path root;

  public FolderStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public Path workFolder() {
    return root;
  }

  @Override
  public Path stage(String model) throws IOException {
    return CheckpointFolder.stage(root, model);
  }

  @Override
  public void clearStaging(String model) throws IOException {
    CheckpointFolder.clearStaging(root, model);
  }

  @Override
  public StoredCheckpoint commit(Path staged, String model, long number) throws IOException {
    CheckpointManifest manifest = CheckpointFolder.seal(staged);
    String version = CheckpointFolder.version(number, manifest);
    Path folder = inside(model + "/" + version);
    if (folder.getNameCount() != root.getNameCount() + 2) {
      throw new CheckpointException("Model name " + model + " is no folder name");
    }
    Files.createDirectories(folder.getParent());
    // A trainer killed between this move and the registry leaves a version that nobody serves.
    CheckpointFolder.deleteRecursively(folder);
    CheckpointFolder.move(staged, folder);
    CheckpointFolder.sync(folder.getParent());
    return new StoredCheckpoint(
        version,
        folder,
        root.relativize(folder).toString().replace('\\', '/'),
        CheckpointFolder.sha256(folder.resolve(CheckpointManifest.NAME)));
  }

  @Override
  public OpenCheckpoint verified(String version, String path, String manifestSha256)
      throws IOException {
    Path folder = inside(path);
    Path manifestFile = folder.resolve(CheckpointManifest.NAME);
    if (Files.isSymbolicLink(folder)) {
      throw new CheckpointException(
          "Checkpoint " + folder + " is a symbolic link, must be a folder of the store");
    }
    if (!Files.isRegularFile(manifestFile, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(
          "Checkpoint "
              + folder
              + " has no "
              + CheckpointManifest.NAME
              + "; is checkpoints.dir"
              + " shared with the trainer?");
    }
    CheckpointFolder.verify(folder, version, manifestSha256);
    return OpenCheckpoint.lasting(folder);
  }

  @Override
  public Optional<CheckpointManifest> manifest(String path) throws IOException {
    Path folder = inside(path);
    return Files.isRegularFile(folder.resolve(CheckpointManifest.NAME))
        ? Optional.of(CheckpointFolder.manifest(folder))
        : Optional.empty();
  }

  @Override
  public void check(Access access) throws IOException {
    Path there = root;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    boolean may = access == Access.READ ? Files.isReadable(there) : Files.isWritable(there);
    if (!Files.isDirectory(there) || !may) {
      throw new StoreException(
          StoreException.Kind.REFUSED,
          "checkpoints.dir %s cannot be %s"
              .formatted(root, access == Access.READ ? "read" : "written to"),
          null);
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }

  @Override
  public void close() {
    // Holds nothing.
  }

  private Path inside(String path) throws CheckpointException {
    try {
      Path folder = root.resolve(path).normalize();
      if (folder.startsWith(root) && !folder.equals(root)) {
        return folder;
      }
    } catch (InvalidPathException e) {
      // No path at all: the same fault.
    }
    throw new CheckpointException("Checkpoint path " + path + " leads out of the store");
  }
}
