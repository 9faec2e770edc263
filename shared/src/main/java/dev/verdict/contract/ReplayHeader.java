package dev.verdict.contract;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/**
 * Counts in a record's headers how often it was written back to its topic from the dead letters, so
 * that a record that is rejected each time does not go round for ever.
 */
public final class ReplayHeader {
  public static final String NAME = "verdict.replayed";

  private ReplayHeader() {}

  /** How often the record was replayed; without end for a count that Verdict has not written. */
  public static int count(Headers headers) {
    return DeadLetterHeaders.value(headers, NAME).map(ReplayHeader::parse).orElse(0);
  }

  /** Says that the record was replayed so often. */
  public static void put(Headers headers, int count) {
    headers.remove(NAME);
    headers.add(NAME, String.valueOf(count).getBytes(StandardCharsets.UTF_8));
  }

  private static int parse(String text) {
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
  }
}
