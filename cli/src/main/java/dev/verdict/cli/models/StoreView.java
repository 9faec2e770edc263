package dev.verdict.cli.models;

import dev.verdict.checkpoint.CheckpointManifest;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.StoreException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What checkpoints say of their files; after its first failure the store is asked no more. */
final class StoreView {
  private static final Logger LOG = LoggerFactory.getLogger(StoreView.class);

  private final CheckpointStore store;
  private boolean failed;

  StoreView(CheckpointStore store) {
    this.store = store;
  }

  /** What the checkpoint's own manifest says; the files themselves are not looked at. */
  Optional<CheckpointManifest> files(String path) {
    try {
      return failed ? Optional.empty() : store.manifest(path);
    } catch (StoreException e) {
      failed = true;
      LOG.warn("Sizes are not known: {}", e.getMessage());
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
