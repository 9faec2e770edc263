package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulateDriftTest {
  private StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void fewRunsThenAllTablesAndTheSameAgain() {
    assertThat(drift("--streams=2", "--labels=3000", "--runs=20", "--seed=3")).isZero();

    String first = out.toString();
    List<String> lines = first.lines().toList();
    assertThat(lines.get(0)).isEqualTo("False alarms per 100,000 labels");
    assertThat(lines.get(1)).matches("errors +adwin +page_hinkley +ddm");
    assertThat(lines.subList(2, 8)).allMatch(line -> line.matches("0\\.\\d+( +\\d+\\.\\d\\d){3}"));
    assertThat(lines.get(9))
        .isEqualTo(
            "Labels from the beginning of a rise to the alarm, after 2,000 labels without one");
    assertThat(lines.get(10)).matches("errors +detector +median +90% +missed +early +alarms");
    assertThat(lines.get(33))
        .isEqualTo("First alarms that are withdrawn after 500 labels, of 20 runs each");
    assertThat(lines.get(34)).matches("errors +detector +alarms +withdrawn");
    assertThat(lines).hasSize(11 + 7 * 3 + 3 + 11 * 3);
    assertThat(lines)
        .anyMatch(line -> line.matches("0.1 to 0.3 at once +adwin +1\\d\\d +\\d{3} +0.000 .*"))
        .anyMatch(line -> line.matches("0.1 to 0.3 at once +adwin +20 +0.000"))
        .anyMatch(line -> line.matches("0.1, 50 labels wrong +adwin +20 +(0.[6-9]|1.)\\d+"))
        .anyMatch(line -> line.matches("0.1 to 0.3 over 2,000 +ddm +[\\d,]+ .*"));

    out = new StringWriter();
    assertThat(drift("--streams=2", "--labels=3000", "--runs=20", "--seed=3")).isZero();
    assertThat(out.toString()).isEqualTo(first);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void deafDetectorThenItMissesAll() {
    assertThat(
            drift(
                "--detectors=page_hinkley",
                "--parameter=page_hinkley.threshold=100000",
                "--streams=1",
                "--labels=10",
                "--runs=2",
                "--settled=10"))
        .isZero();

    assertThat(out.toString())
        .containsPattern("0.1 to 0.3 at once +page_hinkley +>5,000 +>5,000 +1.000 +0.000 +0.00")
        .doesNotContain("adwin", "ddm");
  }

  @Test
  void badArgumentThenOneSentenceAndExitTwo() {
    assertThat(drift("--runs=0")).isEqualTo(2);
    assertThat(drift("--detectors=hddm")).isEqualTo(2);
    assertThat(drift("--parameter=adwin.delta=2")).isEqualTo(2);
    assertThat(drift("--parameter=delta=0.1")).isEqualTo(2);
    assertThat(drift("--parameter=adwin.lambda=0.1")).isEqualTo(2);

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .containsExactly(
            "Invalid value 0 for option --runs: must be at least 1",
            "Drift detector is hddm, must be one of adwin, page_hinkley, ddm",
            "delta of adwin is 2.0, must be above 0 and below 1",
            "Invalid value delta for option --parameter: must begin with one of adwin,"
                + " page_hinkley, ddm and a dot",
            "adwin has no parameter lambda, only clock, delta, max_buckets, min_part, rises_only");
  }

  private int drift(String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "simulate";
    arguments[1] = "drift";
    System.arraycopy(options, 0, arguments, 2, options.length);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
