package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void badSettingThenOneSentenceAndExitTwo() {
    assertThat(run("streams", "-Dbatch.max.rows=0")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("batch.max.rows")
        .contains("0")
        .contains("must be 1 to 4096");
  }

  @Test
  void unknownSettingThenItNamesTheClosestAndExitsTwo() {
    assertThat(run("trainer", "-Dbatch.max.row=8")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("batch.max.row")
        .contains("batch.max.rows");
  }

  @Test
  void badOptionOfUpThenExitTwo() {
    assertThat(run("up", "--rate", "0")).isEqualTo(2);
    assertThat(err.toString().trim())
        .isEqualTo("Invalid value 0.0 for option --rate: must be more than 0");
  }

  @Test
  void reviewsFileIsMissingThenOneSentenceAndExitTwo() {
    assertThat(run("up", "--reviews", "no-such-file.jsonl")).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains("no-such-file.jsonl");
  }

  @Test
  void configThenEverySettingWithItsValue() {
    assertThat(run("config", "-Dbatch.max.rows=8", "-Dkafka.sasl.jaas.config=secret")).isZero();
    assertThat(out.toString().lines())
        .contains("batch.max.rows=8", "model.max.length=128")
        .noneMatch(line -> line.contains("secret"));
  }

  private int run(String... arguments) {
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}
