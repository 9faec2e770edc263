package dev.verdict.contract;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of a distributed trace, as W3C's <a href="https://www.w3.org/TR/trace-context/">Trace
 * Context</a> and <a href="https://www.w3.org/TR/baggage/">Baggage</a> name them, and what else of
 * a review's headers goes on to its prediction.
 */
public final class TraceHeaders {
  /** What the names of Verdict's own headers begin with; others are not to use it. */
  public static final String RESERVED = "verdict.";

  /** In a prediction: the bytes of the review's headers that were left out of it. */
  public static final String DROPPED = "verdict.dropped.headers.bytes";

  /** Bytes that each may have: of the first what it always has, of the others what W3C asks for. */
  private static final Map<String, Integer> LONGEST =
      new TreeMap<>(Map.of("traceparent", 128, "tracestate", 512, "baggage", 8192));

  private TraceHeaders() {}

  /** Those of the trace alone, the last of each name; one that is too long is left out. */
  public static Headers of(Headers headers) {
    Headers trace = new RecordHeaders();
    LONGEST.forEach(
        (name, bytes) -> {
          Header last = headers.lastHeader(name);
          if (last != null && last.value() != null && last.value().length <= bytes) {
            trace.add(last);
          }
        });
    return trace;
  }

  /**
   * All but Verdict's own, which say something of the review's record alone; where they are too
   * many those of the trace, and how many bytes there were.
   *
   * @param maxBytes of names and values together
   */
  public static Headers passed(Headers headers, int maxBytes) {
    Headers passed = new RecordHeaders();
    long bytes = 0;
    for (Header header : headers) {
      if (!own(header.key())) {
        passed.add(header);
        bytes += bytes(header);
      }
    }
    if (bytes <= maxBytes) {
      return passed;
    }
    Headers trace = of(passed);
    for (Header kept : trace) {
      bytes -= bytes(kept);
    }
    trace.add(DROPPED, String.valueOf(bytes).getBytes(StandardCharsets.US_ASCII));
    return trace;
  }

  /** The names that Verdict gives a meaning, those of dead letters with them. */
  private static boolean own(String name) {
    return List.of(RESERVED, DeadLetterHeaders.PREFIX).stream().anyMatch(name::startsWith);
  }

  private static long bytes(Header header) {
    return header.key().getBytes(StandardCharsets.UTF_8).length
        + (header.value() == null ? 0L : header.value().length);
  }
}
