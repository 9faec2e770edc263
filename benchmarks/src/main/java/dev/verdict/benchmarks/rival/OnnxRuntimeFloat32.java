package dev.verdict.benchmarks.rival;

import ai.onnxruntime.OrtEnvironment;
import dev.verdict.cli.bench.InferenceRival;
import dev.verdict.cli.bench.RivalModel;
import java.nio.file.Path;

/** ONNX Runtime for Java in float32. */
public final class OnnxRuntimeFloat32 implements InferenceRival {
  @Override
  public String id() {
    return "onnxruntime_float32";
  }

  @Override
  public String title() {
    return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion() + ", float32";
  }

  @Override
  public boolean isInt8() {
    return false;
  }

  @Override
  public RivalModel open(Path checkpoint, int maxLength, int threads) throws Exception {
    return OnnxRuntimeModel.open(checkpoint, threads, false);
  }
}
