package dev.verdict.cli.produce;

import dev.verdict.contract.Review;
import dev.verdict.trainer.data.CsvRows;
import dev.verdict.trainer.data.DataColumns;
import dev.verdict.trainer.data.Fields;
import dev.verdict.trainer.data.Utf8Lines;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A review a row of CSV or TSV with a header; {@code id} and {@code timestamp} are optional. */
final class TableReviews implements ReviewInput {
  private final String name;
  private final CsvRows rows;
  private final DataColumns columns;
  private final List<String> attributes;

  /**
   * Reads the header.
   *
   * @param name of the input, for messages
   * @param in closed with this
   * @param separator a comma or a tab
   * @param attributes columns that become attributes of the review
   */
  TableReviews(
      String name, InputStream in, char separator, DataColumns columns, List<String> attributes) {
    this.name = name;
    this.rows = new CsvRows(name, new Utf8Lines(name, in), separator);
    this.columns = columns;
    this.attributes = List.copyOf(attributes);
    rows.require(columns.text(), "--text-column");
    attributes.forEach(column -> rows.require(column, "--attribute"));
  }

  @Override
  public Optional<InputReview> next() {
    return rows.next().map(this::review);
  }

  @Override
  public void close() {
    rows.close();
  }

  private InputReview review(Fields fields) {
    String place = name + " line " + rows.line();
    Optional<String> time = value(fields, "timestamp");
    Optional<Instant> timestamp;
    try {
      timestamp = time.map(text -> OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return InputReview.faulty(
          place,
          "timestamp must be a time in ISO-8601 with its offset, such as 2026-01-31T12:00:00Z");
    }
    Map<String, String> segments = new LinkedHashMap<>();
    attributes.forEach(
        column -> value(fields, column).ifPresent(value -> segments.put(column, value)));
    return InputReview.of(
        place,
        new WrittenReview(
            value(fields, "id"),
            new Review(fields.text(columns.text()).orElse(""), timestamp, segments),
            value(fields, columns.label())));
  }

  private static Optional<String> value(Fields fields, String column) {
    return fields.text(column).map(String::strip).filter(text -> !text.isEmpty());
  }
}
