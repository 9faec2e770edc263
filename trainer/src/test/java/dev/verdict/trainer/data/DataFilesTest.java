package dev.verdict.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataFilesTest {
  private static final String GOOD = "{\"text\":\"fine\",\"label\":\"good\"}\n";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"r.jsonl", "r.ndjson", "r.json", "R.JSONL"})
  void jsonLinesThenEveryFieldAndTheRestIgnored(String name) throws IOException {
    List<DataRow> rows =
        read(
            name,
            """
            {"id":"a","text":"Größe: 40 \\u2192 gut 👍","label":"good","split":"train","stars":5}

            {"id":7,"text":"bad","label":0.5,"split":"Dev"}\r
            {"text":"so so","label":"mixed","split":"test","id":null}
            """);

    String file = folder.resolve(name).toString();
    assertThat(rows)
        .containsExactly(
            new DataRow(
                file, 1, "a", "Größe: 40 → gut 👍", Optional.of("good"), Optional.of(Part.TRAIN)),
            new DataRow(file, 3, "7", "bad", Optional.of("0.5"), Optional.of(Part.VALIDATION)),
            new DataRow(
                file, 4, name + ":4", "so so", Optional.of("mixed"), Optional.of(Part.TEST)));
  }

  @Test
  void csvThenQuotesLineBreaksAndLineNumbersAsInTheFile() throws IOException {
    List<DataRow> rows =
        read(
            "r.csv",
            """
            \uFEFFlabel , id,text,stars\r
            good,1,"a, ""b""\r
            c",5\r
            \r
            ,,,
             3 ,,plain "quoted" text\r
            bad,,"

            three lines",1""");

    assertThat(rows).extracting(DataRow::line).containsExactly(2L, 6L, 7L);
    assertThat(rows).extracting(DataRow::id).containsExactly("1", "r.csv:6", "r.csv:7");
    assertThat(rows)
        .extracting(DataRow::text)
        .containsExactly("a, \"b\"\r\nc", "plain \"quoted\" text", "\n\nthree lines");
    assertThat(rows)
        .extracting(row -> row.label().orElseThrow())
        .containsExactly("good", "3", "bad");
  }

  @Test
  void tabsAndOtherColumnNamesThenRead() throws IOException {
    Path file = write("r.tsv", "v1\tv2\nham\tone, two\n".getBytes(StandardCharsets.UTF_8));

    List<DataRow> rows = DataFiles.labelled(new DataColumns("v2", "v1")).read(List.of(file, file));

    assertThat(rows).extracting(DataRow::text).containsExactly("one, two", "one, two");
    assertThat(rows.get(0).label()).contains("ham");
  }

  @Test
  void labelNotNeededThenRowsWithoutOne() throws IOException {
    Path file = write("r.csv", "text\nsome words\n".getBytes(StandardCharsets.UTF_8));

    assertThat(DataFiles.unlabelled(DataColumns.DEFAULT).read(List.of(file)))
        .singleElement()
        .extracting(DataRow::label)
        .isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\":\"x\"}|field label is missing, must be a class name",
        "{\"text\":\"x\",\"label\":\" \"}|field label is missing, must be a class name",
        "{\"label\":\"good\"}|field text is missing, must be the text to classify",
        "{\"text\":\" \",\"label\":\"good\"}|field text is blank, must be the text to classify",
        "{\"text\":5,\"label\":\"good\"}|field text is 5, must be a string",
        "{\"text\":\"x\",\"label\":true}|field label is true, must be a string or a number",
        "{\"text\":\"x\",\"label\":[1]}|field label is an array, must be a string or a number",
        "{\"text\":\"x\",\"label\":\"a\",\"id\":{}}|field id is an object, must be a string or a number",
        "{\"text\":\"x\",\"label\":\"a\",\"split\":\"tset\"}|field split is tset, must be train, validation or test",
        "[1]|not a JSON object, must be one such as {\"text\": \"…\", \"label\": \"…\"}"
      })
  void badJsonLineThenFileLineAndField(String line, String message) {
    assertThatThrownBy(() -> read("r.jsonl", GOOD + "\n" + line + "\n" + GOOD))
        .isInstanceOf(DataException.class)
        .hasMessage(folder.resolve("r.jsonl") + " line 3: " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"text\":", "{\"text\":\"x\",\"text\":\"y\"}", "{} {}", "word"})
  void brokenJsonThenItsLine(String line) {
    assertThatThrownBy(() -> read("r.jsonl", GOOD + line))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(folder.resolve("r.jsonl") + " line 2: not valid JSON (")
        .hasMessageNotContaining(" at line ")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "good,\"open|line 3: a quote is opened and never closed",
        "good|line 3: field text is missing, must be the text to classify",
        "good,|line 3: field text is blank, must be the text to classify",
        ",words|line 3: field label is missing, must be a class name",
        "good,one, two|line 3: has 3 fields, must have 2 as the header; text with a separator needs quotes"
      },
      quoteCharacter = '~')
  void badCsvRowThenFileLineAndField(String row, String message) {
    assertThatThrownBy(() -> read("r.csv", "label,text\ngood,x\n" + row + "\nbad,y\n"))
        .isInstanceOf(DataException.class)
        .hasMessage(folder.resolve("r.csv") + " " + message);
  }

  @Test
  void moreAfterAClosedQuoteThenItsLine() {
    assertThatThrownBy(() -> read("r.csv", "label,text\ngood,\"x\"y\n"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(folder.resolve("r.csv") + " line 2: Unexpected character ('y'");
  }

  @Test
  void csvWithoutTheColumnThenItsColumnsAndTheOption() {
    assertThatThrownBy(() -> read("r.csv", "stars,review\n1,x\n"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            folder.resolve("r.csv")
                + " line 1: has no column text, its columns are stars, review; --text-column names"
                + " another");
    assertThatThrownBy(() -> read("r.csv", "text,label,label\nx,1,2\n"))
        .hasMessageContaining("has column label twice")
        .hasMessageEndingWith("--label-column names another");
  }

  @ParameterizedTest
  @ValueSource(strings = {"r.jsonl", "r.csv"})
  void notUtf8ThenTheVeryLine(String name) throws IOException {
    byte[] bytes =
        (name.endsWith("csv") ? "text,label\nfine,good\n" : GOOD + GOOD)
            .getBytes(StandardCharsets.UTF_8);
    byte[] latin = "caf\u00e9,good\n".getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[bytes.length + latin.length];
    System.arraycopy(bytes, 0, all, 0, bytes.length);
    System.arraycopy(latin, 0, all, bytes.length, latin.length);
    Path file = write(name, all);

    assertThatThrownBy(() -> DataFiles.labelled(DataColumns.DEFAULT).read(List.of(file)))
        .isInstanceOf(DataException.class)
        .hasMessage(file + " line 3: is not UTF-8, the file must be saved as UTF-8");
  }

  @Test
  void fileThatIsNoneThenWhy() {
    assertThatThrownBy(() -> read("r.txt", "x"))
        .hasMessage(
            folder.resolve("r.txt")
                + " is of an unknown kind, its name must end in .jsonl, .ndjson, .json, .csv or"
                + " .tsv");
    assertThatThrownBy(() -> read("r.jsonl", "\n \n"))
        .hasMessage(folder.resolve("r.jsonl") + " has no rows, must have at least one");
    assertThatThrownBy(() -> read("r.csv", ""))
        .hasMessage(folder.resolve("r.csv") + " is empty, must begin with a header row");
    Path missing = folder.resolve("none.csv");
    assertThatThrownBy(() -> DataFiles.labelled(DataColumns.DEFAULT).read(List.of(missing)))
        .isInstanceOf(DataException.class)
        .hasMessage(missing + " is not a file that can be read");
  }

  @Test
  void linesLongerThanAChunkThenWholeOrCut() throws IOException {
    String text = "a".repeat(100_000) + "\nbb\n\n" + "c".repeat(70_000);

    assertThat(lengths(text, 1 << 20)).containsExactly(100_001, 3, 1, 70_000);
    assertThat(lengths(text, 10)).containsExactly(11, 3, 1, 11);
    assertThat(lengths("", 10)).isEmpty();
  }

  private static List<Integer> lengths(String text, int maxBytes) throws IOException {
    ByteLines lines =
        new ByteLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), maxBytes);
    List<Integer> lengths = new ArrayList<>();
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      lengths.add(line.get().length);
    }
    return lengths;
  }

  private List<DataRow> read(String name, String content) throws IOException {
    return DataFiles.labelled(DataColumns.DEFAULT)
        .read(List.of(write(name, content.getBytes(StandardCharsets.UTF_8))));
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }
}
