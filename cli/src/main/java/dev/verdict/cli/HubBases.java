package dev.verdict.cli;

import dev.verdict.hub.HubModels;
import dev.verdict.hub.HubReference;
import dev.verdict.hub.HubSettings;
import dev.verdict.trainer.training.BaseFetcher;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Base models from the Hugging Face Hub, by Hugging Face's own variables and cache. */
public final class HubBases {
  private static final Logger LOG = LoggerFactory.getLogger(HubBases.class);

  private HubBases() {}

  /** By this process's environment. */
  public static BaseFetcher create() {
    HubModels hub =
        new HubModels(HubSettings.from(System.getenv(), Path.of(System.getProperty("user.home"))));
    return reference -> fetch(hub, reference);
  }

  private static Path fetch(HubModels hub, String reference) throws IOException {
    try {
      return hub.fetch(
          HubReference.parse(reference),
          progress -> {
            if (progress.bytes() == progress.totalBytes()) {
              LOG.info("Fetched {} of {}: {} bytes", progress.file(), reference, progress.bytes());
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while fetching " + reference);
    }
  }
}
