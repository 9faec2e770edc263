package dev.verdict.benchmarks.rival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.bench.BenchCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class InferenceRivalsTest {
  /** The bench refuses a rival that gives other logits. */
  @Test
  void benchedThenRivalsAgreeAndEachHasARow() {
    StringWriter out = new StringWriter();

    int status =
        new CommandLine(new BenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out, true))
            .execute(
                "inference", "--preset=tiny", "--repetitions=1", "--reviews=16", "--workload=mix");

    assertThat(status).isZero();
    assertThat(out.toString())
        .contains("tiny, mix of lengths, ONNX Runtime ", ", float32", ", dynamic int8")
        .contains("tiny, mix of lengths, one review a call of DJL ")
        .doesNotContain("No rivals");
  }
}
