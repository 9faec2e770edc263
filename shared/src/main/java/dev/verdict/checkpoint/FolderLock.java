package dev.verdict.checkpoint;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * An exclusive lock on a file, among the processes of this machine and the threads of this one. The
 * operating system frees it when the process dies.
 *
 * <p>The file is never removed by who waits for it: a lock on a removed file excludes nobody.
 */
final class FolderLock implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final FileChannel channel;
  private final FileLock lock;

  private FolderLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Waits until the lock is free.
   *
   * @throws InterruptedIOException if the thread is interrupted meanwhile
   */
  static FolderLock acquire(Path file) throws IOException {
    FileChannel channel = open(file);
    try {
      Optional<FileLock> lock = attempt(channel);
      while (lock.isEmpty()) {
        // FileChannel.lock() waits for other processes, but throws for threads of this one.
        Thread.sleep(POLL.toMillis());
        lock = attempt(channel);
      }
      return new FolderLock(channel, lock.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      channel.close();
      throw new InterruptedIOException("Interrupted while waiting for " + file);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The lock, if nobody has it. */
  static Optional<FolderLock> tryAcquire(Path file) throws IOException {
    FileChannel channel = open(file);
    Optional<FileLock> lock = Optional.empty();
    try {
      lock = attempt(channel);
      return lock.map(each -> new FolderLock(channel, each));
    } finally {
      if (lock.isEmpty()) {
        channel.close();
      }
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static Optional<FileLock> attempt(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    try (channel) {
      lock.release();
    } catch (IOException e) {
      // Closing the channel frees it too; if that fails, the end of the process does.
    }
  }
}
