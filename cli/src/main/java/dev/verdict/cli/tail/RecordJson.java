package dev.verdict.cli.tail;

import dev.verdict.contract.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A record as one line of JSON, whole. */
final class RecordJson {
  private RecordJson() {}

  /**
   * Its place, time, key, value and headers. A value that is no JSON is {@code value_text}, bytes
   * that are no UTF-8 are {@code key_base64} and so on; a tombstone's value is null.
   */
  static String of(ConsumerRecord<byte[], byte[]> record) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("topic", record.topic());
    fields.put("partition", record.partition());
    fields.put("offset", record.offset());
    fields.put("time", Instant.ofEpochMilli(record.timestamp()));
    put(fields, "key", "key", Optional.ofNullable(record.key()));
    if (record.value() == null) {
      fields.put("value", null);
    } else {
      try {
        fields.put("value", Json.read(record.value(), Object.class));
      } catch (IOException e) {
        put(fields, "value_text", "value", Optional.of(record.value()));
      }
    }
    Map<String, Object> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      put(headers, header.key(), header.key(), Optional.ofNullable(header.value()));
    }
    if (!headers.isEmpty()) {
      fields.put("headers", headers);
    }
    return new String(Json.write(fields), StandardCharsets.UTF_8);
  }

  private static void put(
      Map<String, Object> fields, String name, String base, Optional<byte[]> bytes) {
    if (bytes.isEmpty()) {
      fields.put(name, null);
      return;
    }
    try {
      fields.put(
          name,
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.get())).toString());
    } catch (CharacterCodingException e) {
      fields.put(base + "_base64", Base64.getEncoder().encodeToString(bytes.get()));
    }
  }
}
