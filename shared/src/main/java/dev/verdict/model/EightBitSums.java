package dev.verdict.model;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Whether this processor adds up products of 8 bits exactly. An x86 without VNNI adds two of them
 * in 16 bits and cuts off what is more, so that there one of the factors has to do with 7 bits,
 * what PyTorch calls a reduced range
 * (https://docs.pytorch.org/docs/2.7/quantization.html#best-practices). The runtime does not say
 * which of its kernels runs, so the largest product there can be is computed and looked at.
 */
final class EightBitSums {
  // Rounded to 8 bits each one stays one, so a sum is the number of terms, or half of it when cut.
  private static final int TERMS = 64;

  private static final String SOURCE =
      """
      def smallest_sum(self: __torch__.Net,
          ones: Tensor) -> Tensor:
        scale = torch.div(torch.to(torch.select(ones, 1, 0), $FLOAT64), 127.)
        zero = torch.to(torch.zeros_like(scale), $INT64)
        rounded = torch.quantize_per_channel(ones, scale, zero, 0, $QINT8)
        packed = ops.quantized.linear_prepack(rounded, None)
        return torch.amin(ops.quantized.linear_dynamic(ones, packed, False), [0, 1])
      """;

  private EightBitSums() {}

  /**
   * Computes it, in some 10 ms.
   *
   * @throws ai.djl.engine.EngineException when the native runtime fails
   */
  static boolean areExact() throws IOException {
    byte[] archive = TorchScriptArchive.pack(ScalarTypes.in(SOURCE));
    try (PtNDManager scope = (PtNDManager) TorchRuntime.start().newBaseManager(Device.cpu());
        PtSymbolBlock block =
            JniUtils.loadModule(scope, new ByteArrayInputStream(archive), false, false);
        IValue ones = IValue.from((PtNDArray) scope.ones(new Shape(TERMS, TERMS)));
        IValue sum = IValueUtils.runMethod(block, "smallest_sum", ones)) {
      return sum.toTensor(scope).getFloat() > TERMS - 0.5f;
    }
  }
}
