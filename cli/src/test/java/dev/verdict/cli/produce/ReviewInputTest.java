package dev.verdict.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.cli.source.SyntheticReviews;
import dev.verdict.trainer.data.DataColumns;
import dev.verdict.trainer.data.DataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReviewInputTest {

  @Test
  void linesOfTextThenEachIsAReviewAndBlankOnesAreSkipped() throws IOException {
    List<InputReview> read =
        all(new LineReviews("in", stream("\uFEFFquiet kettle\r\n\n  \nloud one"), Format.AUTO));

    assertThat(read).extracting(ReviewInputTest::text).containsExactly("quiet kettle", "loud one");
    assertThat(read).extracting(InputReview::place).containsExactly("in line 1", "in line 4");
    assertThat(read.get(0).review().orElseThrow().id()).isEmpty();
    assertThat(read.get(0).review().orElseThrow().label()).isEmpty();
  }

  @Test
  void linesOfJsonThenEveryFieldIsTaken() throws IOException {
    List<InputReview> read =
        all(
            new LineReviews(
                "in",
                stream(
                    """
                    {"id": "a", "text": "good", "label": "positive", "timestamp": "2026-01-31T13:00:00+01:00", "attributes": {"line": "kettles"}, "stars": 5}
                    {"id": 7, "text": "bad"}
                    """),
                Format.AUTO));

    WrittenReview first = read.get(0).review().orElseThrow();
    assertThat(first.id()).contains("a");
    assertThat(first.label()).contains("positive");
    assertThat(first.review().timestamp()).contains(Instant.parse("2026-01-31T12:00:00Z"));
    assertThat(first.review().attributes()).isEqualTo(Map.of("line", "kettles"));
    WrittenReview second = read.get(1).review().orElseThrow();
    assertThat(second.id()).contains("7");
    assertThat(second.label()).isEmpty();
    assertThat(second.review().timestamp()).isEmpty();
  }

  @Test
  void linesThatCannotBeUsedThenEachSaysWhyAndTheNextIsRead() throws IOException {
    List<InputReview> read =
        all(
            new LineReviews(
                "in",
                stream(
                    """
                    {"text": 5}
                    {"label": "positive"}
                    {"id": {}, "text": "good"}
                    {"text": "good", "timestamp": "yesterday"}
                    {"text": "good"
                    null
                    {"text": "good"}
                    """),
                Format.JSON));

    assertThat(read).extracting(each -> each.review().isPresent()).endsWith(false, true).hasSize(7);
    assertThat(read.get(0).fault()).isEqualTo("text must be a JSON string");
    assertThat(read.get(1).fault()).isEqualTo("field text is missing, must be a string");
    assertThat(read.get(2).fault()).isEqualTo("field id must be a string or a whole number");
    assertThat(read.get(3).fault()).contains("timestamp must be a time in ISO-8601");
    assertThat(read.get(4).fault()).contains("Unexpected end-of-input");
    assertThat(read.get(6).place()).isEqualTo("in line 7");
  }

  @Test
  void bytesAreNoUtf8ThenTheLineSaysSo() throws IOException {
    List<InputReview> read =
        all(
            new LineReviews(
                "in",
                new ByteArrayInputStream(new byte[] {(byte) 0xff, '\n', 'a', '\n'}),
                Format.TEXT));

    assertThat(read.get(0).fault()).isEqualTo("the line is not UTF-8");
    assertThat(text(read.get(1))).isEqualTo("a");
  }

  @Test
  void rowsWithAHeaderThenColumnsByTheirNames() throws IOException {
    List<InputReview> read =
        all(
            new TableReviews(
                "r.csv",
                stream(
                    """
                    stars,body,id,timestamp,line
                    5,"quiet, and
                    fast",x-1,2026-01-31T12:00:00Z,kettles
                    1,loud,,,
                    2,odd,x-3,noon,
                    """),
                ',',
                new DataColumns("body", "stars"),
                List.of("line")));

    WrittenReview first = read.get(0).review().orElseThrow();
    assertThat(first.id()).contains("x-1");
    assertThat(first.label()).contains("5");
    assertThat(first.review().text()).isEqualTo("quiet, and\nfast");
    assertThat(first.review().timestamp()).contains(Instant.parse("2026-01-31T12:00:00Z"));
    assertThat(first.review().attributes()).isEqualTo(Map.of("line", "kettles"));
    WrittenReview second = read.get(1).review().orElseThrow();
    assertThat(second.id()).isEmpty();
    assertThat(second.review().attributes()).isEmpty();
    assertThat(read.get(2).review()).isEmpty();
    assertThat(read.get(2).fault()).contains("timestamp must be a time in ISO-8601");
  }

  @Test
  void columnIsNotThereThenOneSentenceThatNamesTheOption() {
    assertThatThrownBy(
            () -> new TableReviews("r.csv", stream("a,b\n"), ',', DataColumns.DEFAULT, List.of()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "r.csv line 1: has no column text, its columns are a, b; --text-column names another");
  }

  @Test
  void generatedThenWithIdLabelAndDomainOfTheirSource() throws IOException {
    List<InputReview> read = all(new GeneratedReviews(SyntheticReviews.stream(3, 2, 1)));

    assertThat(read).hasSize(3);
    assertThat(read)
        .extracting(each -> each.review().orElseThrow().review().attributes().get("domain"))
        .containsExactly("kitchen", "kitchen", "outdoor");
    assertThat(read)
        .allMatch(each -> each.review().orElseThrow().id().isPresent())
        .allMatch(each -> each.review().orElseThrow().label().isPresent());
  }

  @Test
  void nameOfAFileThenItsFormatUnlessOneIsGiven() {
    assertThat(Format.AUTO.of("a.CSV")).isEqualTo(Format.CSV);
    assertThat(Format.AUTO.of("a.tsv")).isEqualTo(Format.TSV);
    assertThat(Format.AUTO.of("a.ndjson")).isEqualTo(Format.JSON);
    assertThat(Format.AUTO.of("a.txt")).isEqualTo(Format.AUTO);
    assertThat(Format.TEXT.of("a.csv")).isEqualTo(Format.TEXT);
  }

  @Test
  void inputFailsThenWhoTakesItIsTold() throws InterruptedException {
    ReadAhead ahead =
        new ReadAhead(
            new ReviewInput() {
              @Override
              public Optional<InputReview> next() throws IOException {
                throw new IOException("the disk is gone");
              }

              @Override
              public void close() {}
            });

    assertThatThrownBy(() -> ahead.poll(10_000_000_000L)).hasMessageContaining("the disk is gone");
    assertThat(ahead.ended()).isTrue();
  }

  private static String text(InputReview input) {
    return input.review().orElseThrow().review().text();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<InputReview> all(ReviewInput input) throws IOException {
    List<InputReview> all = new ArrayList<>();
    for (Optional<InputReview> next = input.next(); next.isPresent(); next = input.next()) {
      all.add(next.get());
    }
    input.close();
    return all;
  }
}
