package dev.verdict.trainer.training;

import java.io.IOException;
import java.nio.file.Path;

/** Brings a published base model onto this machine. */
@FunctionalInterface
public interface BaseFetcher {

  /**
   * The model's folder, fetched or from the cache.
   *
   * @param reference {@code hf://owner/name[@revision]}
   * @throws IOException saying in one line what could not be fetched and why
   */
  Path fetch(String reference) throws IOException;
}
