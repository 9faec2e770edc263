package dev.verdict.cli.replay;

import dev.verdict.cli.PrintableText;
import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.Json;
import dev.verdict.streams.replay.DeadLetter;
import dev.verdict.streams.replay.RecordPlace;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;

/** A dead letter as a line for people, or whole as JSON. Nothing in it can steer a terminal. */
public final class LetterText {
  private static final int EXCERPT = 80;
  private static final int MESSAGE = 160;

  private LetterText() {}

  /**
   * One line for people.
   *
   * @param readable its value as JSON, where it is in another form
   */
  public static String line(DeadLetter letter, Optional<byte[]> readable) {
    return "%s  %d@%d  %s  %s  %s  %s"
        .formatted(
            letter.time(),
            letter.record().partition(),
            letter.record().offset(),
            origin(letter),
            kind(letter),
            PrintableText.of(letter.message(), MESSAGE),
            excerpt(letter, readable));
  }

  /** The letter as one sentence names it. */
  static String name(DeadLetter letter) {
    return "%d@%d (%s)"
        .formatted(letter.record().partition(), letter.record().offset(), origin(letter));
  }

  /** Stage and reason. */
  public static String kind(DeadLetter letter) {
    return PrintableText.of(letter.stage(), EXCERPT)
        + "  "
        + PrintableText.of(letter.reason(), EXCERPT);
  }

  static String json(DeadLetter letter, Optional<byte[]> readable) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", letter.time());
    fields.put("partition", letter.record().partition());
    fields.put("offset", letter.record().offset());
    letter.origin().ifPresent(place -> fields.put("source", source(place)));
    fields.put("stage", letter.stage());
    fields.put("reason", letter.reason());
    fields.put("message", letter.message());
    fields.put("exception", letter.exception());
    fields.put("replayed", letter.replays());
    letter.droppedBytes().ifPresent(bytes -> fields.put("dropped_bytes", bytes));
    put(fields, "key", Optional.ofNullable(letter.record().key()));
    put(fields, "value", Optional.ofNullable(letter.record().value()));
    readable.ifPresent(json -> put(fields, "decoded", Optional.of(json)));
    List<Map<String, Object>> headers = new ArrayList<>();
    for (Header header : letter.record().headers()) {
      if (!header.key().startsWith(DeadLetterHeaders.PREFIX)) {
        Map<String, Object> each = new LinkedHashMap<>();
        each.put("name", header.key());
        put(each, "value", Optional.ofNullable(header.value()));
        headers.add(each);
      }
    }
    fields.put("headers", headers);
    return new String(Json.write(fields), StandardCharsets.UTF_8);
  }

  private static Map<String, Object> source(RecordPlace place) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("topic", place.topic());
    fields.put("partition", place.partition());
    fields.put("offset", place.offset());
    return fields;
  }

  /** As text, or under another name as Base64 where it is none; nothing of what is absent. */
  private static void put(Map<String, Object> fields, String name, Optional<byte[]> bytes) {
    if (bytes.isEmpty()) {
      return;
    }
    try {
      fields.put(
          name,
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.get())).toString());
    } catch (CharacterCodingException e) {
      fields.put(name + "_base64", Base64.getEncoder().encodeToString(bytes.get()));
    }
  }

  private static String origin(DeadLetter letter) {
    return letter.origin().map(place -> PrintableText.of(place.toString(), MESSAGE)).orElse("?");
  }

  private static String excerpt(DeadLetter letter, Optional<byte[]> readable) {
    if (letter.droppedBytes().isPresent()) {
      return "(%s bytes, in its topic alone)"
          .formatted(PrintableText.of(letter.droppedBytes().get(), 20));
    }
    byte[] value = readable.orElse(letter.record().value());
    return value == null
        ? "(none)"
        : PrintableText.of(
            // No more than can be shown: a character has four bytes at most.
            new String(value, 0, Math.min(value.length, 4 * EXCERPT + 4), StandardCharsets.UTF_8),
            EXCERPT);
  }
}
