package dev.verdict.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One model's folder in the cache, laid out as Hugging Face's own libraries do, so that both find
 * each other's files: {@code blobs/<etag>}, {@code refs/<revision>} with a commit in it, and {@code
 * snapshots/<commit>/<file>} linked to its blob.
 *
 * @see <a href="https://huggingface.co/docs/huggingface_hub/guides/manage-cache">Manage the
 *     cache</a>
 */
final class HubCache {

  private static final String COMMIT = "[0-9a-f]{40}";

  private final Path folder;
  private final Path locks;

  HubCache(Path cache, HubReference reference) {
    String model = "models--" + reference.owner() + "--" + reference.name();
    folder = cache.resolve(model);
    locks = cache.resolve(".locks").resolve(model);
  }

  /** The snapshot of a revision that was fetched before. */
  Optional<Path> snapshot(String revision) throws IOException {
    Path reference = folder.resolve("refs").resolve(revision);
    String commit = revision;
    if (!revision.matches(COMMIT)) {
      if (!Files.isRegularFile(reference)) {
        return Optional.empty();
      }
      commit = Files.readString(reference).strip();
    }
    return Optional.of(snapshotOf(commit)).filter(Files::isDirectory);
  }

  Path snapshotOf(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  Path blob(String etag) {
    return folder.resolve("blobs").resolve(etag);
  }

  Path incompleteBlob(String etag) throws IOException {
    Path blob = blob(etag + ".incomplete");
    Files.createDirectories(blob.getParent());
    return blob;
  }

  /** Held while a blob is written, so that two processes do not write the same one. */
  FileChannel lock(String etag) throws IOException {
    Files.createDirectories(locks);
    FileChannel channel =
        FileChannel.open(
            locks.resolve(etag + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.lock();
    return channel;
  }

  /** Makes the blob appear in the snapshot under the file's name. */
  void link(RemoteFile file) throws IOException {
    Path link = snapshotOf(file.commit()).resolve(file.name());
    Path blob = blob(file.etag());
    Files.createDirectories(link.getParent());
    if (Files.exists(link)) {
      return;
    }
    Files.deleteIfExists(link);
    try {
      Files.createSymbolicLink(link, link.getParent().relativize(blob));
    } catch (IOException | UnsupportedOperationException linksAreNotAllowed) {
      Files.copy(blob, link, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Remembers which commit a branch or tag meant; a commit needs no remembering. */
  void remember(String revision, String commit) throws IOException {
    if (revision.equals(commit)) {
      return;
    }
    Path reference = folder.resolve("refs").resolve(revision);
    Files.createDirectories(reference.getParent());
    Path written = Files.createTempFile(reference.getParent(), "ref", ".tmp");
    Files.writeString(written, commit);
    Files.move(written, reference, StandardCopyOption.REPLACE_EXISTING);
  }
}
