package dev.verdict.hub;

import dev.verdict.hub.HubClient.Pause;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches base models from the Hugging Face Hub into its cache, so that a model is downloaded once
 * on a machine, whichever library asked for it.
 *
 * <p>A model is {@code config.json}, {@code model.safetensors} and {@code tokenizer.json} or {@code
 * vocab.txt}; {@code tokenizer_config.json} is taken along. Sizes and hashes are checked. A broken
 * download goes on where it stopped, also in a later run.
 */
public final class HubModels {

  private static final Logger LOG = LoggerFactory.getLogger(HubModels.class);

  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String VOCABULARY = "vocab.txt";
  private static final List<String> OPTIONAL =
      List.of(TOKENIZER, "tokenizer_config.json", VOCABULARY);

  private final HubSettings settings;
  private final HubClient client;

  public HubModels(HubSettings settings) {
    this(settings, duration -> Thread.sleep(duration.toMillis()));
  }

  HubModels(HubSettings settings, Pause pause) {
    this.settings = settings;
    client = new HubClient(settings, pause);
  }

  /**
   * Fetches what the cache lacks of a model. When the Hub does not answer, or with {@code
   * HF_HUB_OFFLINE}, what the cache has of that revision is used.
   *
   * @param progress told of every block of a download
   * @return the folder with the files; do not write to it
   * @throws HubException if the model cannot be had; the message is for the user
   * @throws IOException if the cache cannot be written
   */
  public synchronized Path fetch(HubReference reference, Consumer<Progress> progress)
      throws IOException, InterruptedException {
    HubCache cache = new HubCache(settings.cache(), reference);
    if (settings.offline()) {
      return cached(cache, reference)
          .orElseThrow(
              () ->
                  new HubException(
                      "%s is not in %s, and HF_HUB_OFFLINE is set: unset it to download the model."
                          .formatted(reference, settings.cache())));
    }
    RemoteFile config;
    try {
      config = require(reference, reference.revision(), CONFIG);
    } catch (HubUnreachableException e) {
      Path snapshot = cached(cache, reference).orElseThrow(() -> e);
      LOG.warn("The Hub does not answer, {} is taken from {}", reference, snapshot);
      return snapshot;
    }
    return fetch(reference, cache, config, progress);
  }

  private Path fetch(
      HubReference reference, HubCache cache, RemoteFile config, Consumer<Progress> progress)
      throws IOException, InterruptedException {
    // From here on the commit is asked for: a branch may move between two files.
    String commit = config.commit();
    RemoteFile weights = weights(reference, commit);
    store(reference, cache, config, progress);
    boolean tokenizer = false;
    for (String name : OPTIONAL) {
      Optional<RemoteFile> file = client.describe(reference, commit, name);
      if (file.isPresent()) {
        store(reference, cache, file.get(), progress);
        tokenizer |= name.equals(TOKENIZER) || name.equals(VOCABULARY);
      }
    }
    if (!tokenizer) {
      throw new HubException(
          "%s has neither %s nor %s: choose a model with a tokenizer."
              .formatted(reference, TOKENIZER, VOCABULARY));
    }
    store(reference, cache, weights, progress);
    cache.remember(reference.revision(), commit);
    LOG.info("Model {} is at commit {} in the cache", reference, commit);
    return cache.snapshotOf(commit);
  }

  private RemoteFile weights(HubReference reference, String commit)
      throws IOException, InterruptedException {
    Optional<RemoteFile> weights = client.describe(reference, commit, WEIGHTS);
    if (weights.isPresent()) {
      return weights.get();
    }
    if (client.describe(reference, commit, WEIGHTS + ".index.json").isPresent()) {
      throw new HubException(
          "%s has its weights in several files: only models with a single %s can be used."
              .formatted(reference, WEIGHTS));
    }
    if (client.describe(reference, commit, "pytorch_model.bin").isPresent()) {
      throw new HubException(
          "%s has only pytorch_model.bin: convert it to %s (https://huggingface.co/docs/safetensors/convert-weights) or choose another revision."
              .formatted(reference, WEIGHTS));
    }
    throw new HubException(
        "%s has no %s: choose a model with PyTorch weights.".formatted(reference, WEIGHTS));
  }

  private RemoteFile require(HubReference reference, String revision, String name)
      throws IOException, InterruptedException {
    return client
        .describe(reference, revision, name)
        .orElseThrow(
            () -> new HubException("%s has no %s: it is no model.".formatted(reference, name)));
  }

  private void store(
      HubReference reference, HubCache cache, RemoteFile file, Consumer<Progress> progress)
      throws IOException, InterruptedException {
    Path blob = cache.blob(file.etag());
    if (!Files.exists(blob)) {
      try (FileChannel lock = cache.lock(file.etag())) {
        if (lock.isOpen() && !Files.exists(blob)) {
          download(reference, cache, file, progress);
        }
      }
    }
    cache.link(file);
  }

  private void download(
      HubReference reference, HubCache cache, RemoteFile file, Consumer<Progress> progress)
      throws IOException, InterruptedException {
    Path incomplete = cache.incompleteBlob(file.etag());
    client.download(reference, file, incomplete, progress);
    boolean whole =
        Files.size(incomplete) == file.size() && ContentHash.matches(incomplete, file.etag());
    if (!whole) {
      Files.delete(incomplete);
      throw new HubException(
          "%s of %s came with another content than the Hub announced: what came is deleted, try again."
              .formatted(file.name(), reference));
    }
    Files.move(incomplete, cache.blob(file.etag()), StandardCopyOption.ATOMIC_MOVE);
    LOG.info("Downloaded {} of {}, {} bytes", file.name(), reference, file.size());
  }

  private static Optional<Path> cached(HubCache cache, HubReference reference) throws IOException {
    return cache
        .snapshot(reference.revision())
        .filter(folder -> Files.exists(folder.resolve(CONFIG)))
        .filter(folder -> Files.exists(folder.resolve(WEIGHTS)))
        .filter(
            folder ->
                Files.exists(folder.resolve(TOKENIZER))
                    || Files.exists(folder.resolve(VOCABULARY)));
  }
}
