package dev.verdict.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of named tensors in the safetensors format: eight bytes of header length, a JSON header,
 * the values; see https://github.com/huggingface/safetensors#format. The header is checked when the
 * file is opened: no tensor may lie outside the file or claim another size than its shape has, so
 * nothing is allocated on the word of a damaged or hostile file.
 */
public final class Safetensors implements Closeable {
  private static final String METADATA = "__metadata__";
  private static final int LENGTH_BYTES = 8;
  // The format's own bound.
  private static final long MAX_HEADER_BYTES = 100_000_000;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int HEADER_ALIGNMENT = 8;

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private Safetensors(
      Path file,
      FileChannel channel,
      long dataStart,
      Map<String, Entry> entries,
      Map<String, String> metadata) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    this.entries = entries;
    this.metadata = metadata;
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws IOException when the file is missing or not a valid safetensors file
   */
  public static Safetensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return read(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Safetensors read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw invalid(file, "is only " + size + " bytes long");
    }
    ByteBuffer prefix = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, prefix, 0);
    long headerLength = prefix.flip().getLong();
    if (headerLength < 2 || headerLength > Math.min(MAX_HEADER_BYTES, size - LENGTH_BYTES)) {
      throw invalid(
          file,
          "claims a header of "
              + Long.toUnsignedString(headerLength)
              + " bytes in a file of "
              + size);
    }
    ByteBuffer json = ByteBuffer.allocate((int) headerLength);
    readFully(channel, json, LENGTH_BYTES);
    JsonNode header;
    try {
      header = new ObjectMapper().readTree(json.array());
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + " is no safetensors file: its header is not JSON: " + e.getOriginalMessage(), e);
    }
    if (header == null || !header.isObject()) {
      throw invalid(file, "has a header that is not a JSON object");
    }
    long dataStart = LENGTH_BYTES + headerLength;
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals(METADATA)) {
        entries.put(
            field.getKey(), Entry.parse(file, field.getKey(), field.getValue(), size - dataStart));
      }
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    header
        .path(METADATA)
        .properties()
        .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
    return new Safetensors(file, channel, dataStart, entries, metadata);
  }

  /** The texts that the header holds beside the tensors. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /** The names of the tensors, in the order of the header. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /**
   * The dimensions of a tensor.
   *
   * @throws IOException when the file has no such tensor
   */
  public long[] shape(String name) throws IOException {
    return entry(name).shape().clone();
  }

  /**
   * Reads one tensor as float32.
   *
   * @throws IOException when the file has no such tensor, or it is not F32, F16 or BF16
   */
  public NamedTensor read(String name) throws IOException {
    Entry entry = entry(name);
    int width = entry.bytesPerValue();
    if (width == 0) {
      throw invalid(file, "holds " + name + " as " + entry.type() + ", must be F32, F16 or BF16");
    }
    long count = (entry.end() - entry.start()) / width;
    if (count > Integer.MAX_VALUE - 8) {
      throw invalid(file, "holds " + name + " of " + count + " values, which is too many");
    }
    float[] values = new float[(int) count];
    ByteBuffer chunk =
        ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, entry.end() - entry.start()))
            .order(ByteOrder.LITTLE_ENDIAN);
    long position = dataStart + entry.start();
    int next = 0;
    while (next < values.length) {
      chunk.clear();
      chunk.limit((int) Math.min(chunk.capacity(), (long) (values.length - next) * width));
      readFully(channel, chunk, position);
      position += chunk.position();
      chunk.flip();
      next = decode(entry.type(), chunk, values, next);
    }
    return new NamedTensor(name, entry.shape().clone(), values);
  }

  private static int decode(String type, ByteBuffer chunk, float[] values, int from) {
    int next = from;
    switch (type) {
      case "F32" -> {
        int count = chunk.remaining() / Float.BYTES;
        chunk.asFloatBuffer().get(values, next, count);
        next += count;
      }
      case "BF16" -> {
        while (chunk.hasRemaining()) {
          values[next++] = Float.intBitsToFloat(chunk.getShort() << 16);
        }
      }
      default -> {
        while (chunk.hasRemaining()) {
          values[next++] = halfToFloat(chunk.getShort());
        }
      }
    }
    return next;
  }

  /** IEEE 754 binary16; the JDK has a method for it from version 20 on. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0) {
      float subnormal = fraction * 0x1p-24f;
      return sign == 0 ? subnormal : -subnormal;
    }
    int bits =
        exponent == 0x1F ? 0x7F80_0000 | fraction << 13 : (exponent + 112) << 23 | fraction << 13;
    return Float.intBitsToFloat(sign | bits);
  }

  /** Writes tensors as F32, one after the other, with the header's metadata {@code format: pt}. */
  public static void write(Path target, List<NamedTensor> tensors) throws IOException {
    write(target, tensors, Map.of("format", "pt"));
  }

  /** Writes tensors as F32 with texts of the writer's own in the header. */
  public static void write(Path target, List<NamedTensor> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    ObjectNode texts = header.putObject(METADATA);
    metadata.forEach(texts::put);
    long offset = 0;
    for (NamedTensor tensor : tensors) {
      long end = offset + tensor.size() * Float.BYTES;
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", "F32");
      ArrayNode shape = entry.putArray("shape");
      for (long dimension : tensor.shape()) {
        shape.add(dimension);
      }
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = new ObjectMapper().writeValueAsBytes(header);
    // Spaces at the end keep the values aligned.
    int padding = Math.floorMod(-json.length, HEADER_ALIGNMENT);
    ByteBuffer start =
        ByteBuffer.allocate(LENGTH_BYTES + json.length + padding).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(json.length + padding).put(json);
    start.put(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII)).flip();
    try (FileChannel out =
        FileChannel.open(
            target,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeFully(out, start);
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (NamedTensor tensor : tensors) {
        float[] values = tensor.data();
        int next = 0;
        while (next < values.length) {
          int count = Math.min(CHUNK_BYTES / Float.BYTES, values.length - next);
          chunk.clear().limit(count * Float.BYTES);
          chunk.asFloatBuffer().put(values, next, count);
          writeFully(out, chunk);
          next += count;
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private Entry entry(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IOException(file + " holds no tensor " + name);
    }
    return entry;
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new EOFException("The file ended while it was read");
      }
      at += count;
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  private static IOException invalid(Path file, String fault) {
    return new IOException(file + " is no safetensors file that can be used: it " + fault);
  }

  @SuppressWarnings("ArrayRecordComponent") // Private, compared nowhere.
  private record Entry(String type, long[] shape, long start, long end) {

    static Entry parse(Path file, String name, JsonNode node, long dataBytes) throws IOException {
      JsonNode offsets = node.path("data_offsets");
      JsonNode dimensions = node.path("shape");
      boolean wellFormed =
          node.path("dtype").isTextual()
              && dimensions.isArray()
              && offsets.isArray()
              && offsets.size() == 2
              && offsets.path(0).canConvertToLong()
              && offsets.path(1).canConvertToLong();
      if (!wellFormed) {
        throw invalid(file, "describes " + name + " without dtype, shape or data_offsets");
      }
      long start = offsets.path(0).longValue();
      long end = offsets.path(1).longValue();
      if (start < 0 || end < start || end > dataBytes) {
        throw invalid(
            file, "places " + name + " at bytes " + start + " to " + end + " of " + dataBytes);
      }
      long[] shape = new long[dimensions.size()];
      Entry entry = new Entry(node.path("dtype").textValue(), shape, start, end);
      long count = 1;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = dimensions.path(i).longValue();
        if (!dimensions.path(i).canConvertToLong() || shape[i] < 0) {
          throw invalid(file, "gives " + name + " the shape " + dimensions);
        }
        // Bounded by the bytes that are there, so the product cannot overflow.
        if (shape[i] > 0 && count > dataBytes / shape[i]) {
          throw invalid(
              file, "gives " + name + " the shape " + dimensions + ", which is too large");
        }
        count *= shape[i];
      }
      int width = entry.bytesPerValue();
      if (width > 0 && count * width != end - start) {
        throw invalid(
            file,
            "gives "
                + name
                + " the shape "
                + dimensions
                + " of "
                + entry.type()
                + " in "
                + (end - start)
                + " bytes");
      }
      return entry;
    }

    /** 0 for a type that is not read. */
    int bytesPerValue() {
      return switch (type) {
        case "F32" -> Float.BYTES;
        case "F16", "BF16" -> Short.BYTES;
        default -> 0;
      };
    }
  }
}
