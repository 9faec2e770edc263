package dev.verdict.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are read back by a parser that shares nothing with the writer. */
class TensorBoardEventsTest {
  private static final Instant STARTED = Instant.parse("2026-01-02T03:04:05.500Z");

  @TempDir private Path root;

  @Test
  void checksumOfTheParserThenAsInRfc3720() {
    byte[] ones = new byte[32];
    byte[] rising = new byte[32];
    byte[] falling = new byte[32];
    for (int i = 0; i < 32; i++) {
      ones[i] = (byte) 0xff;
      rising[i] = (byte) i;
      falling[i] = (byte) (31 - i);
    }
    assertThat(crc(new byte[32])).isEqualTo(0x8a9136aa);
    assertThat(crc(ones)).isEqualTo(0x62a8ab43);
    assertThat(crc(rising)).isEqualTo(0x46dd794e);
    assertThat(crc(falling)).isEqualTo(0x113fdb5c);
  }

  @Test
  void checksumOfTheWriterThenThatOfTheParserMasked() {
    assertThat(TensorBoardEvents.maskedCrc(new byte[32])).isEqualTo(masked(0x8a9136aa));
  }

  @Test
  void newFileThenBeginsWithTheVersion() throws IOException {
    new TensorBoardEvents(root.resolve("run"), STARTED).close();

    Path file = onlyFile(root.resolve("run"));
    assertThat(file.getFileName().toString())
        .matches("events\\.out\\.tfevents\\.1767323045\\.verdict\\.\\d+\\.0");
    List<Map<Integer, Object>> events = events(file);
    assertThat(events).hasSize(1);
    assertThat(events.get(0)).containsEntry(1, 1767323045.5);
    assertThat(text(events.get(0).get(3))).isEqualTo("brain.Event:2");
  }

  @Test
  void scalarsThenInTheFileAtOnceAndAsGiven() throws IOException {
    try (TensorBoardEvents writer = new TensorBoardEvents(root, STARTED)) {
      writer.scalar("loss/train", 100, 0.693147, STARTED.plusSeconds(1));
      writer.scalar("macro_f1", 300_000_000_000L, -2, STARTED.plusSeconds(2));

      List<Map<Integer, Object>> events = events(onlyFile(root));
      assertThat(events).hasSize(3);
      assertThat(events.get(1)).containsEntry(1, 1767323046.5).containsEntry(2, 100L);
      Map<Integer, Object> value = value(events.get(1));
      assertThat(text(value.get(1))).isEqualTo("loss/train");
      assertThat((Float) value.get(2)).isCloseTo(0.693147f, within(1e-6f));
      assertThat(events.get(2)).containsEntry(2, 300_000_000_000L);
      assertThat(value(events.get(2))).containsEntry(2, -2f);
    }
  }

  @Test
  void twoRunsOfOneSecondThenTwoFiles() throws IOException {
    new TensorBoardEvents(root, STARTED).close();
    new TensorBoardEvents(root, STARTED).close();

    try (Stream<Path> files = Files.list(root)) {
      assertThat(files).hasSize(2);
    }
  }

  private static Map<Integer, Object> value(Map<Integer, Object> event) {
    return fields((byte[]) fields((byte[]) event.get(5)).get(1));
  }

  private static String text(Object bytes) {
    return new String((byte[]) bytes, StandardCharsets.UTF_8);
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  /** The records of a TFRecord file, every checksum compared. */
  private static List<Map<Integer, Object>> events(Path file) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Map<Integer, Object>> events = new ArrayList<>();
    while (content.hasRemaining()) {
      byte[] length = new byte[8];
      content.get(length);
      assertThat(content.getInt()).isEqualTo(masked(crc(length)));
      byte[] event =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      content.get(event);
      assertThat(content.getInt()).isEqualTo(masked(crc(event)));
      events.add(fields(event));
    }
    return events;
  }

  /** A protobuf message without repeated fields, by field number. */
  private static Map<Integer, Object> fields(byte[] message) {
    ByteBuffer content = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, Object> fields = new HashMap<>();
    while (content.hasRemaining()) {
      long key = varint(content);
      Object value =
          switch ((int) (key & 7)) {
            case 0 -> varint(content);
            case 1 -> content.getDouble();
            case 2 -> {
              byte[] bytes = new byte[(int) varint(content)];
              content.get(bytes);
              yield bytes;
            }
            case 5 -> content.getFloat();
            default -> throw new AssertionError("Wire type of key " + key);
          };
      assertThat(fields.put((int) (key >>> 3), value)).isNull();
    }
    return fields;
  }

  private static long varint(ByteBuffer content) {
    long value = 0;
    int shift = 0;
    byte next;
    do {
      next = content.get();
      value |= (next & 0x7FL) << shift;
      shift += 7;
    } while (next < 0);
    return value;
  }

  private static int masked(int crc) {
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  /** CRC-32C bit by bit: polynomial 0x1EDC6F41, reflected. */
  private static int crc(byte[] content) {
    int crc = -1;
    for (byte value : content) {
      crc ^= value & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
      }
    }
    return ~crc;
  }
}
