package dev.verdict.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Headers;

/** Makes hostile records of {@code reviews} and {@code labels}, the same for the same seed. */
final class RecordMutator {
  private static final List<String> PIECES =
      List.of(
          "good",
          " ",
          "\\ud800",
          "\\udc00\\ud800",
          "\\u0000",
          "\uFEFF",
          "\u202Eevil\u202C",
          "\u0645\u0631\u062D\u0628\u0627",
          "\uD83D\uDE00",
          "\uD83D\uDC68\u200D\uD83D\uDC69",
          "e\u0301\u0301\u0301",
          "\u200B",
          "\uFFFE",
          "\uFFFF",
          "\\n",
          "\\\"",
          "\u4E2D\u6587",
          "\uDBFF\uDFFF",
          "[CLS]",
          "[PAD]",
          "[UNK]",
          "##ing",
          "\u0130",
          "\u1E9E",
          "\\u2028");

  private static final List<byte[]> BAD_UTF8 =
      List.of(
          bytes(0xC0, 0x80),
          bytes(0xED, 0xA0, 0x80),
          bytes(0xF8, 0x88, 0x80, 0x80, 0x80),
          bytes(0xFF),
          bytes(0xE2, 0x82),
          bytes(0xF4, 0x90, 0x80, 0x80),
          bytes(0xEF, 0xBB, 0xBF),
          bytes(0));

  private static final List<String> LITERALS =
      List.of("", " ", "null", "true", "42", "\"text\"", "[]", "{}", "[{}]", "{", "nul", "{}{}");

  private static final List<String> TIMES =
      List.of(
          "\"2026-01-01T00:00:00Z\"",
          "\"+999999999-12-31T23:59:59Z\"",
          "\"1969-12-31T23:59:59Z\"",
          "\"-1000000000-01-01T00:00:00Z\"",
          "0",
          "-1",
          "1e400",
          "\"\"",
          "null",
          "\"yesterday\"",
          "\"2026-02-30T00:00:00Z\"",
          "\"2026-01-01T00:00:00+18:00\"",
          "{}",
          "\"9999-12-31T23:59:59.999Z\"");

  private final Random random;
  private final int maxTextBytes;

  RecordMutator(long seed, int maxTextBytes) {
    this.random = new Random(seed);
    this.maxTextBytes = maxTextBytes;
  }

  /** A value that is mostly of the shape {@code {"<field>": ...}}; empty for a tombstone. */
  Optional<byte[]> value(String field, String usual) {
    int kind = random.nextInt(100);
    if (kind < 40) {
      return json(field, quote(usual));
    } else if (kind < 45) {
      return Optional.of(randomBytes(random.nextInt(400)));
    } else if (kind < 60) {
      return json(field, quote(usual)).map(this::mutated);
    } else if (kind < 72) {
      return json(field, quote(unicode()));
    } else if (kind < 76) {
      byte[] bad = pick(BAD_UTF8);
      return json(field, quote(usual + "@")).map(value -> replace(value, (byte) '@', bad));
    } else if (kind < 77) {
      return json(field, quote("x ".repeat(maxTextBytes / 2 - 1) + "y".repeat(random.nextInt(5))));
    } else if (kind < 79) {
      return json("deep", nested(usual));
    } else if (kind < 83) {
      return json(field, number());
    } else if (kind < 86) {
      return Optional.of(
          "{\"%s\":%s,\"%s\":%s}"
              .formatted(field, quote(usual), field, quote("again"))
              .getBytes(UTF_8));
    } else if (kind < 90) {
      return Optional.of(
          "{\"%s\":%s,\"timestamp\":%s,\"labeled_at\":%s,\"attributes\":%s}"
              .formatted(field, quote(usual), pick(TIMES), pick(TIMES), attributes())
              .getBytes(UTF_8));
    } else if (kind < 95) {
      return Optional.of(pick(LITERALS).getBytes(UTF_8));
    } else if (random.nextInt(20) == 0) {
      // Close to the largest record that the topic takes.
      return json(field, quote("z".repeat(900_000 + random.nextInt(90_000))));
    }
    return Optional.empty();
  }

  /** The usual key, or one that is null (empty), empty, too long or no UTF-8. */
  Optional<byte[]> key(String usual) {
    return switch (random.nextInt(40)) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(new byte[0]);
      case 2 ->
          Optional.of(
              ("k".repeat(1023 + random.nextInt(4) - usual.length()) + usual).getBytes(UTF_8));
      case 3 -> Optional.of("k".repeat(50_000).getBytes(UTF_8));
      case 4 -> Optional.of(replace((usual + "@").getBytes(UTF_8), (byte) '@', pick(BAD_UTF8)));
      case 5 -> Optional.of((usual + "\uD83D\uDE00\u202E\0").getBytes(UTF_8));
      default -> Optional.of(usual.getBytes(UTF_8));
    };
  }

  /** Adds headers that are many, large, null, or named as those that Verdict adds. */
  void addHeaders(Headers headers) {
    switch (random.nextInt(30)) {
      case 0 -> headers.add("verdict.review.partition", "999".getBytes(UTF_8));
      case 1 -> headers.add("__streams.errors.offset", "no number".getBytes(UTF_8));
      case 2 -> headers.add("", new byte[0]).add("null", null);
      case 3 -> IntStream.range(0, 200).forEach(i -> headers.add("h" + i, randomBytes(500)));
      case 4 -> headers.add("\uD83D\uDE00".repeat(500), randomBytes(10_000));
      default -> {}
    }
  }

  /** A record timestamp that brokers take. */
  long timestamp(long now) {
    return switch (random.nextInt(20)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> now + 1_800_000;
      case 3 -> now - 40L * 365 * 24 * 3_600_000;
      default -> now;
    };
  }

  private Optional<byte[]> json(String field, String value) {
    return Optional.of("{\"%s\":%s}".formatted(field, value).getBytes(UTF_8));
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }

  private String unicode() {
    return IntStream.range(0, random.nextInt(40))
        .mapToObj(i -> pick(PIECES))
        .collect(Collectors.joining());
  }

  private String nested(String usual) {
    int depth = random.nextInt(4) == 0 ? 10_000 : 1 + random.nextInt(1200);
    boolean objects = random.nextBoolean();
    return (objects ? "{\"a\":" : "[").repeat(depth)
        + quote(usual)
        + (random.nextInt(8) == 0 ? "" : (objects ? "}" : "]").repeat(depth));
  }

  private String number() {
    return switch (random.nextInt(6)) {
      case 0 -> "1e999999999";
      case 1 -> "-0.0";
      case 2 -> "9".repeat(5000);
      case 3 -> "NaN";
      case 4 -> "0." + "1".repeat(2000);
      default -> String.valueOf(random.nextLong());
    };
  }

  private String attributes() {
    return IntStream.range(0, random.nextInt(100))
        .mapToObj(i -> quote("a" + i) + ":" + (random.nextInt(50) == 0 ? "null" : quote("v" + i)))
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** A few bytes changed, taken out, put in or doubled. */
  private byte[] mutated(byte[] value) {
    byte[] changed = value;
    for (int i = random.nextInt(4); i >= 0 && changed.length > 0; i--) {
      int at = random.nextInt(changed.length);
      ByteArrayOutputStream next = new ByteArrayOutputStream();
      next.write(changed, 0, at);
      switch (random.nextInt(4)) {
        case 0 -> next.write(random.nextInt(256));
        case 1 -> next.write(changed, at, changed.length - at);
        case 2 -> next.writeBytes("{}[],:\"\\u09e".substring(random.nextInt(11)).getBytes(UTF_8));
        default -> {}
      }
      if (at + 1 < changed.length) {
        next.write(changed, at + 1, changed.length - at - 1);
      }
      changed = next.toByteArray();
    }
    return changed;
  }

  private byte[] randomBytes(int length) {
    byte[] value = new byte[length];
    random.nextBytes(value);
    return value;
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static byte[] replace(byte[] value, byte mark, byte[] replacement) {
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    for (byte each : value) {
      result.writeBytes(each == mark ? replacement : new byte[] {each});
    }
    return result.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
