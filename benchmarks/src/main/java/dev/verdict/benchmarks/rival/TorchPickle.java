package dev.verdict.benchmarks.rival;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A module's state in Python's pickle format, protocol 2, as libtorch reads it: opcodes are those
 * of <a href="https://github.com/python/cpython/blob/v3.12.0/Lib/pickletools.py">pickletools</a>.
 */
final class TorchPickle {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  TorchPickle() {
    opcodes("\u0080\u0002");
  }

  /** An object of a class; its attributes follow as names and values. */
  TorchPickle beginObject(String module, String name) {
    return global(module, name).opcodes(")\u0081}(");
  }

  TorchPickle endObject() {
    return opcodes("ub");
  }

  /** A list of tensors, which follow. */
  TorchPickle beginTensors() {
    return global("torch.jit._pickle", "build_tensorlist").opcodes("(](");
  }

  TorchPickle endTensors() {
    return opcodes("etR");
  }

  /**
   * A float32 tensor in row-major order.
   *
   * @param key of its values in the archive
   */
  TorchPickle tensor(String key, long[] shape) {
    long size = 1;
    for (long dimension : shape) {
      size *= dimension;
    }
    global("torch._utils", "_rebuild_tensor_v2").opcodes("((");
    text("storage").global("torch", "FloatStorage").text(key).text("cpu").integer(size);
    opcodes("tQ").integer(0).opcodes("(");
    for (long dimension : shape) {
      integer(dimension);
    }
    opcodes("t(");
    long stride = size;
    for (long dimension : shape) {
      stride /= dimension;
      integer(stride);
    }
    return opcodes("t").no().global("collections", "OrderedDict").opcodes(")RtR");
  }

  TorchPickle text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    opcodes("X").fourBytes(utf8.length);
    bytes.writeBytes(utf8);
    return this;
  }

  TorchPickle no() {
    return opcodes("\u0089");
  }

  TorchPickle none() {
    return opcodes("N");
  }

  TorchPickle emptyTuple() {
    return opcodes(")");
  }

  byte[] toByteArray() {
    opcodes(".");
    return bytes.toByteArray();
  }

  private TorchPickle global(String module, String name) {
    return opcodes("c" + module + "\n" + name + "\n");
  }

  private TorchPickle integer(long value) {
    return opcodes("J").fourBytes(Math.toIntExact(value));
  }

  private TorchPickle fourBytes(int value) {
    bytes.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  private TorchPickle opcodes(String codes) {
    bytes.writeBytes(codes.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }
}
