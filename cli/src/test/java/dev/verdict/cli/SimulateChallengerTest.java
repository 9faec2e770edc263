package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SimulateChallengerTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }

  @Test
  void challengerThenALineForEachWithSharesThatSumToOne() {
    assertThat(
            run(
                "simulate",
                "challenger",
                "--trials=4",
                "--labels=300",
                "--min-labels=100",
                "--differences=0.1"))
        .isZero();

    assertThat(out.toString().lines().skip(1))
        .hasSize(19)
        .allSatisfy(
            line -> {
              String[] figures = line.substring(32).strip().split(" +", -1);
              assertThat(
                      Double.parseDouble(figures[2])
                          + Double.parseDouble(figures[3])
                          + Double.parseDouble(figures[4]))
                  .isBetween(0.999, 1.001);
            });
  }

  @Test
  void differenceOfNoneThenRefused() {
    assertThat(run("simulate", "challenger", "--differences=0")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Invalid value 0.0 for option --differences: must be -0.1 to 0.1 and not 0");
  }
}
