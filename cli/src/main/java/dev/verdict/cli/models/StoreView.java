package dev.verdict.cli.models;

import dev.verdict.checkpoint.CheckpointManifest;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.StoreException;
import java.io.IOException;
import java.util.Optional;

/** What checkpoints say of their files; after its first failure the store is asked no more. */
final class StoreView {
  private final CheckpointStore store;
  private Optional<String> fault = Optional.empty();

  StoreView(CheckpointStore store) {
    this.store = store;
  }

  /** What the checkpoint's own manifest says; the files themselves are not looked at. */
  Optional<CheckpointManifest> files(String path) {
    try {
      return fault.isPresent() ? Optional.empty() : store.manifest(path);
    } catch (StoreException e) {
      fault = Optional.of(e.getMessage());
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Why the store was not asked any more. */
  Optional<String> fault() {
    return fault;
  }
}
