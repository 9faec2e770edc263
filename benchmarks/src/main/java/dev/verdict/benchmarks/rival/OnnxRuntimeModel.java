package dev.verdict.benchmarks.rival;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.cli.bench.RivalModel;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A checkpoint in ONNX Runtime, with everything on that makes it fast on a CPU. */
final class OnnxRuntimeModel implements RivalModel.OfBatches {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Path folder;
  private final OrtSession session;

  private OnnxRuntimeModel(Path folder, OrtSession session) {
    this.folder = folder;
    this.session = session;
  }

  static OnnxRuntimeModel open(Path checkpoint, int threads, boolean int8)
      throws IOException, OrtException {
    Path folder = Files.createTempDirectory("verdict-onnx-");
    boolean opened = false;
    try (SessionOptions options = new SessionOptions()) {
      Path file = OnnxDistilBert.write(checkpoint, folder, int8);
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(threads);
      options.setMemoryPatternOptimization(true);
      options.setCPUArenaAllocator(true);
      OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
      opened = true;
      return new OnnxRuntimeModel(folder, session);
    } finally {
      if (!opened) {
        CheckpointFolder.deleteRecursively(folder);
      }
    }
  }

  @Override
  public float[][] classify(List<TokenizedText> batch) throws OrtException {
    int tokens = batch.stream().mapToInt(TokenizedText::length).max().orElseThrow();
    IntBuffer ids = integers(batch.size() * tokens);
    IntBuffer mask = integers(batch.size() * tokens);
    for (int row = 0; row < batch.size(); row++) {
      long[] text = batch.get(row).ids();
      for (int i = 0; i < text.length; i++) {
        ids.put(row * tokens + i, (int) text[i]);
        mask.put(row * tokens + i, 1);
      }
    }
    long[] shape = {batch.size(), tokens};
    try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids, shape);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask, shape);
        OrtSession.Result result =
            session.run(Map.of(OnnxDistilBert.IDS, idTensor, OnnxDistilBert.MASK, maskTensor))) {
      float[][] outputs = (float[][]) result.get(0).getValue();
      for (float[] row : outputs) {
        softmax(row);
      }
      return outputs;
    }
  }

  /** In native memory, which ONNX Runtime reads without a copy. */
  private static IntBuffer integers(int count) {
    return ByteBuffer.allocateDirect(count * Integer.BYTES)
        .order(ByteOrder.nativeOrder())
        .asIntBuffer();
  }

  private static void softmax(float[] row) {
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) Math.exp(row[i]);
      sum += row[i];
    }
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (row[i] / sum);
    }
  }

  @Override
  public void close() throws OrtException, IOException {
    session.close();
    CheckpointFolder.deleteRecursively(folder);
  }
}
