package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import java.util.Optional;
import java.util.function.Function;

/**
 * Holds the version that serves. A swap waits for nobody: whoever uses the old version goes on with
 * it, and its memory is freed when the last one is done.
 */
public final class ModelSlot implements AutoCloseable {
  private volatile Optional<Lease> current = Optional.empty();

  private static final class Lease {
    private final ServingModel model;
    private int users;
    private boolean retired;

    private Lease(ServingModel model) {
      this.model = model;
    }
  }

  /** Puts a version in, in the place of the old one. */
  public void swap(ServingModel model) {
    replace(Optional.of(new Lease(model)));
  }

  /** The version that serves now. */
  public synchronized Optional<ModelManifest> manifest() {
    return current.map(lease -> lease.model.manifest());
  }

  /** Whether this very model serves now. */
  boolean serves(ServingModel model) {
    return current.filter(lease -> lease.model == model).isPresent();
  }

  /**
   * Runs {@code work} on the version that serves now, which stays loaded until it is done.
   *
   * @throws IllegalStateException if there is none
   */
  public <T> T use(Function<ServingModel, T> work) {
    Lease lease = acquire();
    try {
      return work.apply(lease.model);
    } finally {
      release(lease);
    }
  }

  @Override
  public void close() {
    replace(Optional.empty());
  }

  private synchronized Lease acquire() {
    Lease lease =
        current.orElseThrow(() -> new IllegalStateException("No model is loaded. This is a bug."));
    lease.users++;
    return lease;
  }

  private void release(Lease lease) {
    boolean free;
    synchronized (this) {
      lease.users--;
      free = lease.retired && lease.users == 0;
    }
    if (free) {
      lease.model.close();
    }
  }

  private void replace(Optional<Lease> next) {
    Optional<Lease> free;
    synchronized (this) {
      current.ifPresent(lease -> lease.retired = true);
      free = current.filter(lease -> lease.users == 0);
      current = next;
    }
    free.ifPresent(lease -> lease.model.close());
  }
}
