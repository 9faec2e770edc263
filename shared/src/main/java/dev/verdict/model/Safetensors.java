package dev.verdict.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The safetensors format: https://github.com/huggingface/safetensors#format. */
@SuppressWarnings("DoNotCallSuggester")
public final class Safetensors {
  private Safetensors() {}

  /** Writes tensors as F32, with the header's metadata {@code format: pt}. */
  public static void write(Path file, List<NamedTensor> tensors) throws IOException {
    throw new UnsupportedOperationException(file + " " + tensors);
  }
}
