package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import dev.verdict.drift.ReferenceProfile;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Holds the versions that are loaded. A change waits for nobody: whoever uses a version that has no
 * role any more goes on with it, and its memory is freed when the last one is done.
 */
public final class ModelSlot implements AutoCloseable {
  private volatile Optional<Lineup> current = Optional.empty();

  /** Who uses each model that has a role or is in use; under this object's lock. */
  private final IdentityHashMap<ServingModel, Integer> users = new IdentityHashMap<>();

  /** Lets one version do everything, in the place of all others. */
  public void swap(ServingModel model) {
    arrange(Lineup.of(model));
  }

  /** Gives the roles anew; models that have none any more are freed. */
  void arrange(Lineup lineup) {
    replace(Optional.of(lineup));
  }

  /** The version that serves now; the canary, where one is under way. */
  public Optional<ModelManifest> manifest() {
    return current.map(lineup -> lineup.champion().manifest());
  }

  /** A version's reference of drift, while it is loaded and if it has one. */
  public Optional<ReferenceProfile> driftReference(String version) {
    return current.stream()
        .flatMap(lineup -> lineup.models().stream())
        .filter(model -> model.manifest().version().equals(version))
        .findAny()
        .flatMap(ServingModel::driftReference);
  }

  /** Who does what now. */
  Optional<Lineup> lineup() {
    return current;
  }

  /** Whether a challenger is scored now. */
  boolean hasChallenger() {
    return current.flatMap(Lineup::challenger).isPresent();
  }

  /** Whether every review is served now as by that lineup. */
  boolean servesAs(Lineup lineup) {
    return current.filter(now -> now.servesAs(lineup)).isPresent();
  }

  /**
   * Runs {@code work} on the versions of now, which stay loaded until it is done.
   *
   * @throws IllegalStateException if there is none
   */
  <T> T use(Function<Lineup, T> work) {
    try (Use use = use()) {
      return work.apply(use.lineup());
    }
  }

  /**
   * The versions of now, which stay loaded until everybody who shares them is done.
   *
   * @throws IllegalStateException if there is none
   */
  Use use() {
    return new Use(acquire());
  }

  /** A use of the versions of one moment. */
  final class Use implements AutoCloseable {
    private final Lineup lineup;
    private final AtomicInteger sharers = new AtomicInteger(1);

    private Use(Lineup lineup) {
      this.lineup = lineup;
    }

    Lineup lineup() {
      return lineup;
    }

    /** For one more, who closes it too; by somebody who has not closed it yet. */
    Use share() {
      sharers.incrementAndGet();
      return this;
    }

    @Override
    public void close() {
      if (sharers.decrementAndGet() == 0) {
        release(lineup);
      }
    }
  }

  @Override
  public void close() {
    replace(Optional.empty());
  }

  private synchronized Lineup acquire() {
    Lineup lineup =
        current.orElseThrow(() -> new IllegalStateException("No model is loaded. This is a bug."));
    lineup.models().forEach(model -> users.merge(model, 1, Integer::sum));
    return lineup;
  }

  private void release(Lineup lineup) {
    List<ServingModel> free;
    synchronized (this) {
      lineup.models().forEach(model -> users.merge(model, -1, Integer::sum));
      free = forgetUnused();
    }
    free.forEach(ServingModel::close);
  }

  private void replace(Optional<Lineup> next) {
    List<ServingModel> free;
    synchronized (this) {
      current = next;
      next.ifPresent(lineup -> lineup.models().forEach(model -> users.putIfAbsent(model, 0)));
      free = forgetUnused();
    }
    free.forEach(ServingModel::close);
  }

  private List<ServingModel> forgetUnused() {
    List<ServingModel> roles = current.map(Lineup::models).orElse(List.of());
    List<ServingModel> unused =
        users.keySet().stream()
            .filter(model -> users.get(model) == 0 && !roles.contains(model))
            .toList();
    unused.forEach(users::remove);
    return unused;
  }
}
