package dev.verdict.cli.offline;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The folder {@code <out>.partial} of a run that is not finished, on the file system of what it
 * will become.
 */
final class Workspace implements AutoCloseable {
  private final Path folder;
  private boolean done;

  private Workspace(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder, or goes on in it.
   *
   * @param out what the run makes
   * @param resume whether an unfinished run is gone on with
   * @throws SettingsException if {@code out} is there, or an unfinished run that is not to be gone
   *     on with
   */
  static Workspace open(Path out, boolean resume) throws IOException {
    if (Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
      throw new SettingsException(
          "Invalid value %s for option --out: must be a folder that does not exist".formatted(out));
    }
    Workspace workspace = of(out);
    if (Files.exists(workspace.state()) && !resume) {
      throw new SettingsException(
          "%s holds an unfinished run: --resume goes on with it, otherwise remove it"
              .formatted(workspace.folder));
    }
    CheckpointFolder.deleteRecursively(workspace.staged());
    Files.createDirectories(workspace.staged());
    return workspace;
  }

  /** How people are told that a run was stopped. */
  static String stopped(Path out) {
    return Files.exists(of(out).state())
        ? "Stopped; --resume goes on with " + out
        : "Stopped before anything was saved";
  }

  private static Workspace of(Path out) {
    Path absolute = out.toAbsolutePath().normalize();
    return new Workspace(absolute.resolveSibling(absolute.getFileName() + ".partial"));
  }

  /** Empty at first; the files of the model. */
  Path staged() {
    return folder.resolve("model");
  }

  /** Where the run keeps its state. */
  Path state() {
    return folder.resolve("resume.safetensors");
  }

  /** The run is finished and its files are moved away. */
  void done() throws IOException {
    done = true;
    CheckpointFolder.deleteRecursively(folder);
  }

  /** Leaves nothing of an unfinished run but its state. */
  @Override
  public void close() throws IOException {
    if (!done) {
      CheckpointFolder.deleteRecursively(Files.exists(state()) ? staged() : folder);
    }
  }
}
