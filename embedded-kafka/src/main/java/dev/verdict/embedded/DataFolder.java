package dev.verdict.embedded;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a node's log, held by one node at a time: formatted once, with a cluster id of its
 * own, then kept.
 */
final class DataFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

  /** Written last when a folder is formatted. */
  private static final String FORMATTED_MARK = "meta.properties";

  /** Kafka's own lock is taken by the broker, after the controller has written to the folder. */
  private static final String LOCK_FILE = ".embedded.lock";

  private final Path path;
  private final FileChannel lock;

  private DataFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Creates the folder if need be, holds it and formats it unless it is formatted.
   *
   * @throws EmbeddedKafkaException if the folder is held by another node, holds something else or
   *     cannot be written
   */
  static DataFolder open(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
      boolean formatted = Files.exists(path.resolve(FORMATTED_MARK));
      if (!formatted && holdsOtherFiles(path)) {
        throw new EmbeddedKafkaException(
            "The folder %s is not empty and holds no Kafka data: give the broker a new or an empty folder."
                .formatted(path));
      }
      DataFolder opened = new DataFolder(path, lock(path));
      if (!formatted) {
        opened.format();
      }
      return opened;
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  Path path() {
    return path;
  }

  /** Lets another node use the folder; the data stays. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holdsOtherFiles(Path path) throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.anyMatch(entry -> !entry.endsWith(LOCK_FILE));
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel).isEmpty()) {
      channel.close();
      throw new EmbeddedKafkaException(
          "Another broker uses the folder %s: stop it or choose another folder.".formatted(path));
    }
    return channel;
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException heldInThisJvm) {
      return Optional.empty();
    }
  }

  private void format() {
    try {
      new Formatter()
          .setNodeId(NodeSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(path.toString())
          .setMetadataLogDirectory(path.toString())
          .setControllerListenerName(ListenerSockets.CONTROLLER)
          .setIgnoreFormatted(false)
          .setPrintStream(new PrintStream(PrintStream.nullOutputStream()))
          .run();
      LOG.info("Formatted the broker's folder {}", path);
    } catch (Exception e) {
      close();
      throw unusable(path, e);
    }
  }

  private static EmbeddedKafkaException unusable(Path path, Exception cause) {
    return new EmbeddedKafkaException(
        "The broker's folder %s cannot be prepared (%s): give a folder that this user may write."
            .formatted(path, cause),
        cause);
  }
}
