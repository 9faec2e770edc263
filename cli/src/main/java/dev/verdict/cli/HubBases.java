package dev.verdict.cli;

import dev.verdict.hub.HubModels;
import dev.verdict.hub.HubReference;
import dev.verdict.trainer.training.BaseFetcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Base models from the Hugging Face Hub, by Hugging Face's own variables and cache. */
public final class HubBases {
  private static final Logger LOG = LoggerFactory.getLogger(HubBases.class);

  private HubBases() {}

  /** By this process's environment. */
  public static BaseFetcher create() {
    HubModels hub = new HubModels(System.getenv());
    return reference ->
        hub.fetch(HubReference.parse(reference), progress -> LOG.info("{}", progress));
  }
}
