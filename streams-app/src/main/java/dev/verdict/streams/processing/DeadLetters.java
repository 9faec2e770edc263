package dev.verdict.streams.processing;

import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.ReplayHeader;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Makes dead letters that can always be written: a record that was compressed on its way may be
 * larger than any that is accepted uncompressed. Its bytes are then left where they are, in the
 * source topic at the offset in the headers.
 *
 * @param maxBytes largest dead letter
 */
record DeadLetters(int maxBytes) {
  private static final int REASON_BYTES = 16 * 1024;

  /** The record as a dead letter, its reason in the headers. */
  Record<byte[], byte[]> of(
      Record<byte[], byte[]> record, RecordMetadata place, RejectedException fault, long now) {
    long bytes = size(record);
    boolean fits = bytes + REASON_BYTES <= maxBytes;
    Record<byte[], byte[]> letter = fits ? record : empty(record, bytes);
    DeadLetterHeaders.add(
        letter.headers(),
        place.topic(),
        place.partition(),
        place.offset(),
        record.timestamp(),
        fault);
    return letter.withTimestamp(Math.min(record.timestamp(), now));
  }

  private static Record<byte[], byte[]> empty(Record<byte[], byte[]> record, long bytes) {
    Record<byte[], byte[]> letter = new Record<>(new byte[0], new byte[0], record.timestamp());
    int replays = ReplayHeader.count(record.headers());
    if (replays > 0) {
      ReplayHeader.put(letter.headers(), replays);
    }
    letter
        .headers()
        .add(DeadLetterHeaders.DROPPED, String.valueOf(bytes).getBytes(StandardCharsets.UTF_8));
    return letter;
  }

  private static long size(Record<byte[], byte[]> record) {
    long bytes = record.key() == null ? 0 : record.key().length;
    bytes += record.value() == null ? 0 : record.value().length;
    for (Header header : record.headers()) {
      bytes += header.key().length() + 16L + (header.value() == null ? 0 : header.value().length);
    }
    return bytes;
  }
}
