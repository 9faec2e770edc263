package dev.verdict.trainer.report;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Writes the curves of one run as {@code tensorboard --logdir} reads them: a file of TFRecords,
 * each a protobuf {@code Event} (TensorFlow's {@code core/util/event.proto} and {@code
 * core/framework/summary.proto}). A record is its length, the masked CRC-32C of the length, the
 * event, and its masked CRC-32C, all little-endian. Every event is in the file when its call
 * returns, so a run that dies leaves its curves.
 */
public final class TensorBoardEvents implements Closeable {
  private static final String FILE_VERSION = "brain.Event:2";
  private static final int MASK_DELTA = 0xa282ead8;

  // Protobuf keys: field number << 3 | wire type.
  private static final int WALL_TIME = 1 << 3 | 1;
  private static final int STEP = 2 << 3;
  private static final int VERSION = 3 << 3 | 2;
  private static final int SUMMARY = 5 << 3 | 2;
  private static final int SUMMARY_VALUE = 1 << 3 | 2;
  private static final int TAG = 1 << 3 | 2;
  private static final int SIMPLE_VALUE = 2 << 3 | 5;

  private final FileChannel file;

  /**
   * Begins a new file.
   *
   * @param folder of this run alone, made if need be; TensorBoard shows its name
   * @param started names the file
   */
  public TensorBoardEvents(Path folder, Instant started) throws IOException {
    Files.createDirectories(folder);
    file = create(folder, started);
    try {
      Message event = new Message().number(WALL_TIME, seconds(started));
      event.bytes(VERSION, FILE_VERSION.getBytes(StandardCharsets.UTF_8));
      append(event);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** The last part tells apart runs of one process that start in the same second. */
  private static FileChannel create(Path folder, Instant started) throws IOException {
    for (int i = 0; ; i++) {
      Path path =
          folder.resolve(
              String.format(
                  Locale.ROOT,
                  "events.out.tfevents.%010d.verdict.%d.%d",
                  started.getEpochSecond(),
                  ProcessHandle.current().pid(),
                  i));
      if (!Files.exists(path)) {
        return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      }
    }
  }

  /**
   * Adds a point to a curve.
   *
   * @param tag name of the curve; what comes before a slash groups curves, as in {@code loss/train}
   */
  public void scalar(String tag, long step, double value, Instant time) throws IOException {
    Message point =
        new Message()
            .bytes(TAG, tag.getBytes(StandardCharsets.UTF_8))
            .number(SIMPLE_VALUE, (float) value);
    append(
        new Message()
            .number(WALL_TIME, seconds(time))
            .number(STEP, step)
            .bytes(SUMMARY, new Message().bytes(SUMMARY_VALUE, point.content()).content()));
  }

  private void append(Message event) throws IOException {
    byte[] content = event.content();
    ByteBuffer length =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(content.length);
    ByteBuffer framed =
        ByteBuffer.allocate(content.length + 16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(length.array())
            .putInt(maskedCrc(length.array()))
            .put(content)
            .putInt(maskedCrc(content))
            .flip();
    while (framed.hasRemaining()) {
      file.write(framed);
    }
  }

  /** TensorFlow masks checksums, since a checksum of data that holds checksums is weak. */
  static int maskedCrc(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    int value = (int) crc.getValue();
    return ((value >>> 15) | (value << 17)) + MASK_DELTA;
  }

  private static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / 1e9;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** A protobuf message in the making. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int key, double value) {
      varint(key);
      littleEndian(Double.doubleToRawLongBits(value), Double.BYTES);
      return this;
    }

    Message number(int key, float value) {
      varint(key);
      littleEndian(Float.floatToRawIntBits(value), Float.BYTES);
      return this;
    }

    Message number(int key, long value) {
      varint(key);
      varint(value);
      return this;
    }

    Message bytes(int key, byte[] value) {
      varint(key);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    byte[] content() {
      return bytes.toByteArray();
    }

    private void littleEndian(long bits, int count) {
      for (int i = 0; i < count; i++) {
        bytes.write((int) (bits >>> (8 * i)));
      }
    }

    private void varint(long value) {
      long left = value;
      while ((left & ~0x7FL) != 0) {
        bytes.write((int) ((left & 0x7F) | 0x80));
        left >>>= 7;
      }
      bytes.write((int) left);
    }
  }
}
