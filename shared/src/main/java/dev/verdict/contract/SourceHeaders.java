package dev.verdict.contract;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The place of the review in the headers of its prediction, so that anyone can check that each
 * record of {@code reviews} has exactly one, repeated ids included.
 */
public final class SourceHeaders {
  public static final String PARTITION = "verdict.review.partition";
  public static final String OFFSET = "verdict.review.offset";

  private SourceHeaders() {}

  /** The place of a review's record; a repeated id has several. */
  public record Place(int partition, long offset) {}

  /** Adds the place of the review. */
  public static void add(Headers headers, int partition, long offset) {
    headers.add(PARTITION, String.valueOf(partition).getBytes(StandardCharsets.UTF_8));
    headers.add(OFFSET, String.valueOf(offset).getBytes(StandardCharsets.UTF_8));
  }

  /** The place of the review; none where a record was written before there were these headers. */
  public static Optional<Place> of(Headers headers) {
    Header partition = headers.lastHeader(PARTITION);
    Header offset = headers.lastHeader(OFFSET);
    if (partition == null || offset == null) {
      return Optional.empty();
    }
    return Optional.of(new Place(Integer.parseInt(text(partition)), Long.parseLong(text(offset))));
  }

  private static String text(Header header) {
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
