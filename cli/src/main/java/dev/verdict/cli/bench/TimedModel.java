package dev.verdict.cli.bench;

import dev.verdict.contract.ModelManifest;
import dev.verdict.drift.ReferenceProfile;
import dev.verdict.streams.inference.ServingModel;
import dev.verdict.text.TokenizedText;
import java.util.List;
import java.util.Optional;

/** A model whose batches are told of, with their times. */
record TimedModel(ServingModel model, Watch watch) implements ServingModel {
  /** Is told of each batch, by the thread that runs it. */
  @FunctionalInterface
  interface Watch {
    /**
     * A batch was run.
     *
     * @param startNanos of {@link System#nanoTime}
     * @param endNanos of the same
     */
    void ran(long startNanos, long endNanos, int rows);
  }

  @Override
  public ModelManifest manifest() {
    return model.manifest();
  }

  @Override
  public Optional<ReferenceProfile> driftReference() {
    return model.driftReference();
  }

  @Override
  public int tokensAtOnce() {
    return model.tokensAtOnce();
  }

  @Override
  public List<TokenizedText> encode(List<String> texts) {
    return model.encode(texts);
  }

  @Override
  public float[][] classify(List<TokenizedText> batch) {
    long start = System.nanoTime();
    float[][] rows = model.classify(batch);
    watch.ran(start, System.nanoTime(), batch.size());
    return rows;
  }

  @Override
  public void close() {
    model.close();
  }
}
