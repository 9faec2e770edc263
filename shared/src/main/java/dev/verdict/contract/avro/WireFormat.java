package dev.verdict.contract.avro;

import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import java.nio.ByteBuffer;

/**
 * The five bytes before the Avro data: a zero, and the id of the writer's schema as a big-endian
 * integer of four.
 */
final class WireFormat {
  static final int HEADER_BYTES = 5;
  private static final byte MAGIC = 0;

  private WireFormat() {}

  /** The header of values of that schema. */
  static byte[] header(int schemaId) {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array();
  }

  /** The id of the writer's schema. */
  static int schemaId(byte[] value) throws RejectedException {
    if (value.length < HEADER_BYTES) {
      throw notAvro("it has %d bytes, fewer than the 5 before the data".formatted(value.length));
    }
    if (value[0] != MAGIC) {
      throw notAvro("it begins with byte %d, must be 0".formatted(value[0] & 0xff));
    }
    return ByteBuffer.wrap(value).getInt(1);
  }

  /** The rejection of a value that is not of this format. */
  static RejectedException notAvro(String why) {
    return new RejectedException(
        Stage.DECODE, Reason.NOT_AVRO, "value is not Avro of a schema registry: " + why);
  }
}
