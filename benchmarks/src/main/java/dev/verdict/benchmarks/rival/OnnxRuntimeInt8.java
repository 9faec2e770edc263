package dev.verdict.benchmarks.rival;

import ai.onnxruntime.OrtEnvironment;
import dev.verdict.cli.bench.InferenceRival;
import dev.verdict.cli.bench.RivalModel;
import java.nio.file.Path;

/** ONNX Runtime for Java with weights of 8 bits, quantized dynamically, per channel. */
public final class OnnxRuntimeInt8 implements InferenceRival {
  @Override
  public String id() {
    return "onnxruntime_int8";
  }

  @Override
  public String title() {
    return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion() + ", dynamic int8";
  }

  @Override
  public boolean isInt8() {
    return true;
  }

  @Override
  public RivalModel open(Path checkpoint, int maxLength, int threads) throws Exception {
    return OnnxRuntimeModel.open(checkpoint, threads, true);
  }
}
