package dev.verdict.trainer.training;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Tells whether two versions were trained on the same examples. */
final class DataFingerprint {
  private DataFingerprint() {}

  /**
   * SHA-256, in hex, over id, label and text of the examples sorted by these; each field is its
   * length in UTF-8 bytes (big-endian, 4 bytes) and the bytes.
   */
  static String of(Stream<Example> examples) {
    return inOrder(
        examples.sorted(
            Comparator.comparing(Example::id)
                .thenComparing(Example::label)
                .thenComparing(Example::text)));
  }

  /** As above, over the examples as they come. */
  static String inOrder(Stream<Example> examples) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Example example : examples.toList()) {
        for (String field : List.of(example.id(), example.label(), example.text())) {
          byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
          digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
          digest.update(bytes);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
