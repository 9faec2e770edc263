package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void inferenceThenEachPassBesideThePeakAndRivalsAreMissed() throws IOException {
    Path json = folder.resolve("inference.json");

    assertThat(
            run(
                List.of(
                    "inference",
                    "--preset=tiny",
                    "--repetitions=1",
                    "--reviews=8",
                    "--workload=sentences",
                    "--json=" + json)))
        .isZero();

    assertThat(out.toString())
        .contains("matrix product of 1024", "tiny, film review sentences, float32", "tokens/s")
        .contains("No rivals: the module benchmarks is not here");
    JsonNode report = Json.readTree(Files.readAllBytes(json));
    assertThat(report.path("bench").asText()).isEqualTo("inference");
    assertThat(report.path("ratios").findValuesAsText("id"))
        .contains("tiny_8x128_of_peak", "tiny_32x32_of_peak", "tiny_sentences_of_peak");
  }

  @Test
  void ownFileThenItsReviewsAreMeasured() throws IOException {
    Path data = folder.resolve("reviews.jsonl");
    Files.writeString(data, "{\"text\":\"A fine kettle.\"}\n".repeat(5));

    assertThat(run(List.of("inference", "--preset=tiny", "--repetitions=1", "--data=" + data)))
        .isZero();

    assertThat(out.toString()).contains("tiny, own reviews, float32");
  }

  @Test
  void trainingThenEachStepBesideThePeak() {
    assertThat(run(List.of("training", "--preset=tiny", "--repetitions=1", "--rows=2"))).isZero();

    assertThat(out.toString())
        .contains("tiny step, 2 x 128 tokens without padding", "tiny step, all padded to 512");
  }

  @Test
  void ratioFellThenOneSentenceAndStatusOne() throws IOException {
    Path before = folder.resolve("before.json");
    Files.write(
        before,
        """
        {"ratios":[{"id":"tiny_clothing_of_peak","subject":"a","limit":"b","value":1000,
                    "goal":{"better":"higher"}}]}
        """
            .getBytes(StandardCharsets.UTF_8));

    assertThat(run(List.of("--quick", "--preset=tiny", "--repetitions=1", "--against=" + before)))
        .isEqualTo(1);

    assertThat(err.toString())
        .startsWith("tiny_clothing_of_peak is ")
        .contains("it was 1000.000: worse by more than 25%")
        .hasLineCount(1);
  }

  @Test
  void neitherVerbNorQuickThenUsage() {
    assertThat(run(List.of())).isEqualTo(2);

    assertThat(err.toString()).startsWith("Missing required subcommand, or --quick");
  }

  private int run(List<String> arguments) {
    return new CommandLine(new BenchCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}
