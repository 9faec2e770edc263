package dev.verdict.benchmarks.rival;

import ai.djl.engine.Engine;
import dev.verdict.cli.bench.InferenceRival;
import dev.verdict.cli.bench.RivalModel;
import java.nio.file.Path;

/**
 * The common way: one review a call of DJL's {@code Predictor}, as it stands in a {@code
 * mapValues}.
 */
public final class OneReviewPredictor implements InferenceRival {
  @Override
  public String id() {
    return "predictor";
  }

  @Override
  public String title() {
    return "one review a call of DJL " + Engine.getDjlVersion() + "'s Predictor";
  }

  @Override
  public boolean isInt8() {
    return false;
  }

  /** The number of threads is the process's, which Verdict has set. */
  @Override
  public RivalModel open(Path checkpoint, int maxLength, int threads) throws Exception {
    return PredictorModel.open(checkpoint, maxLength);
  }
}
