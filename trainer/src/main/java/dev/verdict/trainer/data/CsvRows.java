package dev.verdict.trainer.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows of separated values by RFC 4180: a header, quotes around fields that hold separators, line
 * breaks or doubled quotes. Rows of nothing but blanks are skipped.
 */
public final class CsvRows implements AutoCloseable {
  private final String file;
  private final CsvParser parser;
  private final List<String> header;
  private long line;

  /**
   * Reads the header.
   *
   * @param separator a comma or a tab
   */
  public CsvRows(String file, Utf8Lines lines, char separator) {
    this.file = file;
    try {
      parser = CsvFactory.builder().build().createParser(lines.reader());
      parser.enable(CsvParser.Feature.WRAP_AS_ARRAY);
      parser.setSchema(CsvSchema.emptySchema().withColumnSeparator(separator));
      // The array of all rows.
      parser.nextToken();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    header =
        values()
            .orElseThrow(() -> new DataException(file + " is empty, must begin with a header row"))
            .stream()
            .map(String::strip)
            .toList();
  }

  /**
   * Checks the header.
   *
   * @param option by which the column can be named otherwise
   */
  public void require(String column, String option) {
    long count = header.stream().filter(column::equals).count();
    if (count != 1) {
      throw new DataException(
          "%s line %d: %s, its columns are %s; %s names another"
              .formatted(
                  file,
                  line,
                  count == 0 ? "has no column " + column : "has column " + column + " twice",
                  String.join(", ", header),
                  option));
    }
  }

  /** The next row; empty at the end. */
  public Optional<Fields> next() {
    return values().map(this::fields);
  }

  /** On which the row begins that was given last, from 1. */
  public long line() {
    return line;
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Fields fields(List<String> values) {
    if (values.size() > header.size()) {
      throw new DataException(
          "%s line %d: has %d fields, must have %d as the header; text with a separator needs quotes"
              .formatted(file, line, values.size(), header.size()));
    }
    return new Fields() {
      @Override
      public Optional<String> text(String name) {
        int column = header.indexOf(name);
        return column < 0 || column >= values.size()
            ? Optional.empty()
            : Optional.of(values.get(column));
      }

      @Override
      public Optional<String> textOrNumber(String name) {
        return text(name);
      }
    };
  }

  private Optional<List<String>> values() {
    try {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_ARRAY) {
          line = parser.currentLocation().getLineNr();
          List<String> values = new ArrayList<>();
          while (parser.nextToken() == JsonToken.VALUE_STRING) {
            values.add(parser.getText());
          }
          if (!values.stream().allMatch(String::isBlank)) {
            return Optional.of(values);
          }
        }
      }
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new DataException(
          e.getOriginalMessage().startsWith("Missing closing quote")
              ? "%s line %d: a quote is opened and never closed".formatted(file, line)
              : "%s line %d: %s"
                  .formatted(
                      file,
                      Math.max(line, e.getLocation().getLineNr()),
                      e.getOriginalMessage().lines().findFirst().orElse("not valid CSV")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
