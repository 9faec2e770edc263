package dev.verdict.trainer.training;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps where a run stands in a file now and then, and finds it again.
 *
 * @param <S> all of it but the tensors
 */
final class RunStateFile<S> {
  private static final Logger LOG = LoggerFactory.getLogger(RunStateFile.class);

  private final Optional<Resumption> resumption;
  private final Class<S> type;
  private long lastSaved = System.nanoTime();

  /**
   * @param resumption empty for a run that is not taken up again
   */
  RunStateFile(Optional<Resumption> resumption, Class<S> type) {
    this.resumption = resumption;
    this.type = type;
  }

  /** Where the same run stood; empty where it begins. */
  Optional<ResumePoint<S>> find() {
    try {
      return resumption.isEmpty()
          ? Optional.empty()
          : ResumePoint.read(resumption.get().file(), resumption.get().run(), type);
    } catch (IOException e) {
      LOG.warn("The run begins anew: {}", e.getMessage());
      return Optional.empty();
    }
  }

  boolean isKept() {
    return resumption.isPresent();
  }

  boolean isKeptAtEnd() {
    return resumption.stream().anyMatch(Resumption::atEnd);
  }

  /** Whether the last time is long enough ago. */
  boolean isDue() {
    return resumption.stream()
        .anyMatch(kept -> System.nanoTime() - lastSaved >= kept.interval().toNanos());
  }

  /** Writes the file; a fault is told and the run goes on. */
  void save(int step, ResumePoint<S> point) {
    if (resumption.isEmpty()) {
      return;
    }
    lastSaved = System.nanoTime();
    try {
      Files.createDirectories(resumption.get().file().toAbsolutePath().getParent());
      point.write(resumption.get().file(), resumption.get().run());
    } catch (IOException e) {
      // A run that could not go on after a crash is still worth finishing.
      LOG.warn("The state after step {} is not saved: {}", step, e.getMessage());
    }
  }
}
