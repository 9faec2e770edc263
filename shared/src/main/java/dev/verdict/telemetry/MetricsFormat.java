package dev.verdict.telemetry;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How metrics are written. Prometheus asks for OpenMetrics first, and only there exemplars have a
 * place; the samples have the same names in both. Protobuf is not offered.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/content_negotiation/">Prometheus: content
 *     negotiation</a>
 */
enum MetricsFormat {
  TEXT("text/plain", "text/plain; version=0.0.4; charset=utf-8"),
  OPEN_METRICS(
      "application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8");

  private final String mediaType;
  private final String contentType;

  MetricsFormat(String mediaType, String contentType) {
    this.mediaType = mediaType;
    this.contentType = contentType;
  }

  /**
   * OpenMetrics if it is asked for by name and text is not preferred.
   *
   * @param accept values of the header {@code Accept}, by RFC 9110; empty if it was not sent
   */
  static MetricsFormat of(List<String> accept) {
    double open = OPEN_METRICS.quality(accept);
    return open > 0 && open >= TEXT.quality(accept) ? OPEN_METRICS : TEXT;
  }

  /** The value of {@code Content-Type}. */
  String contentType() {
    return contentType;
  }

  /** The highest of those that name this format, or 0. */
  private double quality(List<String> accept) {
    return accept.stream()
        .flatMap(line -> Arrays.stream(line.toLowerCase(Locale.ROOT).split(",")))
        .map(range -> Arrays.stream(range.split(";")).map(String::strip).toList())
        .filter(range -> range.get(0).equals(mediaType))
        .mapToDouble(MetricsFormat::weight)
        .max()
        .orElse(0);
  }

  private static double weight(Iterable<String> range) {
    for (String parameter : range) {
      if (parameter.startsWith("q=")) {
        return number(parameter.substring(2));
      }
    }
    return 1;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
