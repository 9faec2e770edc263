package dev.verdict.drift;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link StateBytes} wrote; every fault is an {@link IllegalArgumentException}. */
final class StateInput {
  private final ByteBuffer bytes;
  private final String what;

  /**
   * @param what the bytes are, for messages
   * @param layout their first number must be
   */
  StateInput(byte[] bytes, String what, long layout) {
    this.bytes = ByteBuffer.wrap(bytes);
    this.what = what;
    long found = number();
    if (found != layout) {
      throw new IllegalArgumentException(
          "%s has layout %d, must be %d".formatted(what, found, layout));
    }
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = next();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw damaged();
  }

  /** A number from 0 up to, but without, a limit. */
  int below(int limit) {
    long value = number();
    if (value < 0 || value >= limit) {
      throw damaged();
    }
    return (int) value;
  }

  String text() {
    return new String(block(), StandardCharsets.UTF_8);
  }

  byte[] block() {
    long length = number();
    if (length < 0 || length > bytes.remaining()) {
      throw damaged();
    }
    byte[] block = new byte[(int) length];
    bytes.get(block);
    return block;
  }

  /** Nothing may be left. */
  void end() {
    if (bytes.hasRemaining()) {
      throw damaged();
    }
  }

  IllegalArgumentException damaged() {
    return new IllegalArgumentException(
        "%s is damaged at byte %d of %d".formatted(what, bytes.position(), bytes.limit()));
  }

  private byte next() {
    try {
      return bytes.get();
    } catch (BufferUnderflowException e) {
      throw damaged();
    }
  }
}
