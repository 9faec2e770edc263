package dev.verdict.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final List<String> TWO = List.of("negative", "positive");

  @TempDir private Path folder;

  @Test
  void wholeReportThenEverySectionAndNothingFromElsewhere() {
    String page = new HtmlReport(ExampleReport.of(TWO, 25, true)).text();

    assertThat(page)
        .contains("<h1>reviews</h1>", "Passed the gate", "challenger 0.8123 beats champion")
        .contains(
            "<h2>Training</h2>",
            "<h2>Held-out reviews</h2>",
            "<h2>Calibration</h2>",
            "<h2>Surest wrong answers</h2>",
            "<h2>How it was made</h2>")
        .contains("<td>learning rate</td><td class=\"text\">5e-5</td>", "ab".repeat(32))
        .contains("<td>offsets, partition 1</td><td class=\"number\">7 to 2044</td>")
        .doesNotContain("<script", "http://", "https://", "src=", "@import", "NaN");
  }

  @Test
  void textsOfReviewsThenShownAsTheyAre() {
    String page = new HtmlReport(ExampleReport.of(TWO, 3, false)).text();

    assertThat(page)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt; Works | *fine* &amp; cheap # once `more`")
        .contains("Stopped by the gate");
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "2, 1", "3, 25", "10, 1000"})
  void anyClassesAndCurveThenEveryPictureIsWellFormed(int classes, int validations)
      throws Exception {
    List<String> names =
        IntStream.range(0, classes)
            .mapToObj(i -> "<a long name of class & \"number\" " + i)
            .toList();

    String page = new HtmlReport(ExampleReport.of(names, validations, true)).text();

    String body = page.substring(page.indexOf("<main>"), page.indexOf("</body>"));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(body.replace("<br>", "<br/>"))));
    assertThat(body).doesNotContain("NaN", "Infinity");
  }

  @Test
  void writtenThenReadableAsAFile() throws IOException {
    Path file = folder.resolve("report.html");
    Files.writeString(file, new HtmlReport(ExampleReport.of(TWO, 25, true)).text());

    assertThat(Files.size(file)).isLessThan(100_000);
  }
}
