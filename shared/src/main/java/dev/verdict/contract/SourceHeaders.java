package dev.verdict.contract;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/**
 * The place of the review in the headers of its prediction, so that anyone can check that each
 * record of {@code reviews} has exactly one, repeated ids included.
 */
public final class SourceHeaders {
  public static final String PARTITION = "verdict.review.partition";
  public static final String OFFSET = "verdict.review.offset";

  private SourceHeaders() {}

  /** Adds the place of the review. */
  public static void add(Headers headers, int partition, long offset) {
    headers.add(PARTITION, String.valueOf(partition).getBytes(StandardCharsets.UTF_8));
    headers.add(OFFSET, String.valueOf(offset).getBytes(StandardCharsets.UTF_8));
  }
}
