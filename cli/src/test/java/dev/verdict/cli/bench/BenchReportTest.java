package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.config.SettingsException;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchReportTest {
  private final BenchReport report =
      new BenchReport("inference", 7, "verdict 0.1.0", Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir private Path folder;

  @Test
  void ratioThenOfTheMedians() {
    addPeakAndForward();

    assertThat(report.ratios())
        .containsExactly(new Ratio("of_peak", "forward", "peak", 0.75, Goal.atLeast(0.85)));
  }

  @Test
  void printedThenEachFigureBesideItsLimit() {
    addPeakAndForward();
    report.row("gap", "base, swap", "ms", Figures.of(40, 60, 45), Goal.atMost(50));

    assertThat(report.table().lines())
        .containsExactly(
            "measured       median       lowest to highest  beside        goal",
            "base, peak     200 GFLOP/s  190 to 210",
            "base, forward  150 GFLOP/s  100 to 160         0.75 of peak  at least 0.85: missed",
            "base, swap     45.0 ms      40.0 to 60.0                     at most 50.0: reached");
  }

  @Test
  void twoLimitsThenALineForEach() {
    addPeakAndForward();
    report.ratio("again", "forward", "peak", Goal.HIGHER);

    assertThat(report.table().lines().skip(2))
        .containsExactly(
            "base, forward  150 GFLOP/s  100 to 160         0.75 of peak  at least 0.85: missed",
            "                                               0.75 of peak");
  }

  @Test
  void idTwiceOrUnknownThenRefused() {
    addPeakAndForward();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.row("peak", "peak", "GFLOP/s", Figures.of(1)))
        .withMessage("Row peak is already in the report");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.ratio("of_peak", "forward", "peak", Goal.HIGHER))
        .withMessage("Ratio of_peak is already in the report");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.ratio("other", "forward", "limit", Goal.HIGHER))
        .withMessage("Row limit is not in the report");
  }

  @Test
  void writtenThenReadAgainAsItWas() throws IOException {
    addPeakAndForward();
    report.setting("reviews", 256);
    report.note("No rivals.");
    Path file = folder.resolve("report.json");

    report.file().write(file);

    ReportFile read = ReportFile.read(file);
    assertThat(read.ratios()).isEqualTo(report.ratios());
    assertThat(read.rows()).isEqualTo(report.file().rows());
    JsonNode json = Json.readTree(Files.readAllBytes(file));
    assertThat(json.path("started_at").asText()).isEqualTo("2026-01-01T00:00:00.000Z");
    assertThat(json.path("seed").asLong()).isEqualTo(7);
    assertThat(json.path("settings").path("reviews").asInt()).isEqualTo(256);
    assertThat(json.path("machine").path("cores").asInt()).isPositive();
    assertThat(json.path("versions").fieldNames())
        .toIterable()
        .containsExactly("djl", "java", "kafka", "pytorch", "verdict");
    assertThat(json.path("rows").path(1).path("values")).hasSize(3);
    assertThat(json.path("ratios").path(0).path("goal").path("better").asText())
        .isEqualTo("higher");
  }

  @Test
  void noReportThenSaidByTheNameOfTheFile() throws IOException {
    for (String text : List.of("{}", "no JSON", "null")) {
      Path file = Files.writeString(folder.resolve("other.json"), text);

      assertThatExceptionOfType(SettingsException.class)
          .isThrownBy(() -> ReportFile.read(file))
          .withMessageStartingWith(file + " is no report of a bench: ");
    }
  }

  private void addPeakAndForward() {
    report.row("peak", "base, peak", "GFLOP/s", Figures.of(190, 200, 210));
    report.row("forward", "base, forward", "GFLOP/s", Figures.of(150, 100, 160));
    report.ratio("of_peak", "forward", "peak", Goal.atLeast(0.85));
  }
}
