package dev.verdict.cli.doctor;

import dev.verdict.checkpoint.CheckpointSettings;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.CheckpointStore.Access;
import dev.verdict.checkpoint.StoreException;
import dev.verdict.checkpoint.StoreLocation;
import dev.verdict.config.SettingsDefinition;
import java.io.IOException;
import java.util.List;

/** Whether checkpoints can be read and written, with the credentials of this process. */
final class StoreChecks {
  private static final String STORE = "store";

  private StoreChecks() {}

  static List<Finding> of(CheckpointSettings settings) {
    if (settings.location() instanceof StoreLocation.Folder folder) {
      return List.of(DiskChecks.folder(SettingsDefinition.CHECKPOINTS_DIR, folder.path()));
    }
    try (CheckpointStore store = CheckpointStore.open(settings)) {
      return List.of(
          bucket(store),
          DiskChecks.folder(SettingsDefinition.CHECKPOINTS_CACHE_DIR, settings.cacheFolder()));
    }
  }

  private static Finding bucket(CheckpointStore store) {
    long start = System.nanoTime();
    try {
      store.check(Access.READ);
    } catch (IOException e) {
      return Finding.fail(
          STORE,
          e.getMessage(),
          "check checkpoints.dir, checkpoints.s3.endpoint and the credentials, see"
              + " docs/checkpoints.md");
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    try {
      store.check(Access.WRITE);
      return Finding.ok(
          STORE, "%s answers in %d ms, may be read and written".formatted(store, millis));
    } catch (StoreException e) {
      return e.kind() == StoreException.Kind.REFUSED
          ? Finding.warn(
              STORE,
              "%s answers in %d ms and may be read, but not written: %s"
                  .formatted(store, millis, e.getMessage()),
              "none if only verdict streams runs with these credentials; the trainer needs"
                  + " s3:PutObject")
          : Finding.fail(STORE, e.getMessage(), "ask again");
    } catch (IOException e) {
      return Finding.fail(STORE, e.getMessage(), "ask again");
    }
  }
}
