package dev.verdict.drift;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes numbers in few bytes: seven bits each, the highest bit says that more follow. */
final class StateBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  StateBytes number(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return this;
  }

  StateBytes text(String value) {
    return block(value.getBytes(StandardCharsets.UTF_8));
  }

  StateBytes block(byte[] value) {
    number(value.length);
    bytes.writeBytes(value);
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
