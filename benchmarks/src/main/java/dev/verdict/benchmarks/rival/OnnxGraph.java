package dev.verdict.benchmarks.rival;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a model of ONNX: the graph into one file, its weights into another beside it. Fields and
 * their numbers are those of <a
 * href="https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto">onnx.proto</a>.
 */
final class OnnxGraph implements Closeable {
  /** Operators of ONNX Runtime itself. */
  static final String MICROSOFT = "com.microsoft";

  /** Operators of ONNX. */
  static final String ONNX = "";

  private static final int IR_VERSION = 8;
  private static final int ONNX_OPERATORS = 17;
  private static final int MICROSOFT_OPERATORS = 1;
  private static final String WEIGHTS = "weights.bin";
  private static final int CHUNK = 1 << 14;

  /** Types of elements, by their numbers in TensorProto.DataType. */
  enum Element {
    FLOAT(1),
    INT8(3),
    INT32(6);

    private final int code;

    Element(int code) {
      this.code = code;
    }
  }

  private final Path folder;
  private final OutputStream weights;
  private final ProtobufMessage graph = new ProtobufMessage().text(2, "distilbert");
  private long written;
  private int nodes;

  /** Begins a model in an existing folder. */
  OnnxGraph(Path folder) throws IOException {
    this.folder = folder;
    weights = new BufferedOutputStream(Files.newOutputStream(folder.resolve(WEIGHTS)), 1 << 20);
  }

  /** An attribute of a node. */
  static ProtobufMessage attribute(String name, long value) {
    return new ProtobufMessage().text(1, name).integer(3, value).integer(20, 2);
  }

  /** An attribute of a node. */
  static ProtobufMessage attribute(String name, float value) {
    return new ProtobufMessage().text(1, name).real(2, value).integer(20, 1);
  }

  /**
   * Adds a node.
   *
   * @param inputs names; an empty one for an optional input that is not given
   * @return the name of its first output
   */
  String node(
      String domain, String type, List<String> inputs, int outputs, ProtobufMessage... attributes) {
    String name = type + "_" + nodes++;
    ProtobufMessage node = new ProtobufMessage();
    inputs.forEach(input -> node.text(1, input));
    for (int i = 0; i < outputs; i++) {
      node.text(2, output(name, i));
    }
    node.text(3, name).text(4, type);
    for (ProtobufMessage attribute : attributes) {
      node.message(5, attribute);
    }
    node.text(7, domain);
    graph.message(1, node);
    return name;
  }

  /** The name of another output of a node. */
  static String output(String node, int index) {
    return index == 0 ? node : node + ":" + index;
  }

  /** Adds weights. */
  String floats(String name, float[] values, long... shape) throws IOException {
    begin(name, Element.FLOAT, (long) values.length * Float.BYTES, shape);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      chunk.asFloatBuffer().put(values, from, count);
      weights.write(chunk.array(), 0, count * Float.BYTES);
    }
    return name;
  }

  /** Adds weights of 8 bits. */
  String bytes(String name, byte[] values, long... shape) throws IOException {
    begin(name, Element.INT8, values.length, shape);
    weights.write(values);
    return name;
  }

  /** Adds an integer that is not of a node. */
  String scalar(String name, int value) throws IOException {
    begin(name, Element.INT32, Integer.BYTES);
    weights.write(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return name;
  }

  private void begin(String name, Element element, long length, long... shape) {
    ProtobufMessage tensor = new ProtobufMessage();
    for (long dimension : shape) {
      tensor.integer(1, dimension);
    }
    tensor
        .integer(2, element.code)
        .text(8, name)
        .message(13, new ProtobufMessage().text(1, "location").text(2, WEIGHTS))
        .message(13, new ProtobufMessage().text(1, "offset").text(2, Long.toString(written)))
        .message(13, new ProtobufMessage().text(1, "length").text(2, Long.toString(length)))
        .integer(14, 1);
    graph.message(5, tensor);
    written += length;
  }

  /** Declares an input. */
  void input(String name, Element element, Object... shape) {
    graph.message(11, value(name, element, shape));
  }

  /** Declares an output. */
  void output(String name, Element element, Object... shape) {
    graph.message(12, value(name, element, shape));
  }

  /**
   * @param shape numbers, and names of dimensions that may vary
   */
  private static ProtobufMessage value(String name, Element element, Object... shape) {
    ProtobufMessage dimensions = new ProtobufMessage();
    for (Object dimension : shape) {
      dimensions.message(
          1,
          dimension instanceof Integer size
              ? new ProtobufMessage().integer(1, size)
              : new ProtobufMessage().text(2, dimension.toString()));
    }
    ProtobufMessage tensor = new ProtobufMessage().integer(1, element.code).message(2, dimensions);
    return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
  }

  /**
   * Ends the model.
   *
   * @return its file
   */
  Path write() throws IOException {
    close();
    ProtobufMessage model =
        new ProtobufMessage()
            .integer(1, IR_VERSION)
            .text(2, "verdict")
            .message(7, graph)
            .message(8, operators(ONNX, ONNX_OPERATORS))
            .message(8, operators(MICROSOFT, MICROSOFT_OPERATORS));
    return Files.write(folder.resolve("model.onnx"), model.toByteArray());
  }

  private static ProtobufMessage operators(String domain, int version) {
    return new ProtobufMessage().text(1, domain).integer(2, version);
  }

  @Override
  public void close() throws IOException {
    weights.close();
  }
}
