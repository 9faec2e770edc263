package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.drift.EstimationSimulation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  static Stream<CommandSpec> verbs() {
    return Stream.of(Main.commandLine().getCommandSpec()).flatMap(CommandLineTest::withChildren);
  }

  private static Stream<CommandSpec> withChildren(CommandSpec verb) {
    return Stream.concat(
        Stream.of(verb),
        verb.subcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .filter(child -> !(child.userObject() instanceof CommandLine.HelpCommand))
            .flatMap(CommandLineTest::withChildren));
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void verbThenItsHelpHasExamplesAndExitCodes(CommandSpec verb) {
    assertThat(verb.usageMessage().exitCodeList()).as(verb.qualifiedName()).isNotEmpty();
    assertThat(verb.usageMessage().footer())
        .as(verb.qualifiedName())
        .contains("Examples:")
        .anyMatch(line -> line.contains("verdict"));
  }

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
  void badArgumentOfAReplayThenItSaysWhatIsAcceptedAndExitsTwo() {
    assertThat(run("replay", "--output=again", "--from=yesterday")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "'yesterday' must be a time such as 2026-01-31T12:00:00Z, or how long ago such as 30m,"
                + " 2h, 7d or PT2H");
    assertThat(run("replay", "--output=again", "--from=1h", "--to=2h")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Invalid value 2h for option --to: must be later than --from (1h)");
    assertThat(run("replay", "--output=again", "--from-offsets=0-12")).isEqualTo(2);
    assertThat(err.toString()).contains("must be partition:offset pairs such as 0:1200,1:1180");
    assertThat(run("replay")).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required option: '--output=TOPIC'");
  }

  @Test
  void badArgumentOfDeadLettersThenExitTwo() {
    assertThat(run("dead-letters", "list", "--limit=0")).isEqualTo(2);
    assertThat(err.toString()).contains("Invalid value 0 for option --limit: must be 1 or more");
    assertThat(run("dead-letters", "replay", "--again=0")).isEqualTo(2);
    assertThat(err.toString()).contains("Invalid value 0 for option --again: must be 1 to 100");
    assertThat(run("dead-letters", "list", "--reason=boredom")).isEqualTo(2);
    assertThat(err.toString()).contains("boredom").contains("UNKNOWN_LABEL");
  }

  @Test
  void badArgumentOfAPolicyReplayThenOneSentenceAndExitTwo() {
    assertThat(run("policy", "replay", "--from=24h", "--set=retrain.f1.min=2")).isEqualTo(2);
    assertThat(err.toString().trim())
        .isEqualTo("Invalid value 2.0 for configuration retrain.f1.min: must be 0 to 1");
    assertThat(run("policy", "replay", "--from=24h", "--set=batch.max.rows=2")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Invalid value batch.max.rows for option --set: must be one of retrain.window,");
    assertThat(run("policy", "replay", "--from=1h", "--to=2h")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Invalid value 2h for option --to: must be later than --from (1h)");
    assertThat(run("policy", "replay", "--from=1h", "--run-length=0")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Invalid value 0 for option --run-length: must be 1 to 604800");
  }

  @Test
  void helpOfTheReplaysThenWithExamples() {
    for (List<String> verb :
        List.of(
            List.of("replay"),
            List.of("policy", "replay"),
            List.of("dead-letters", "list"),
            List.of("dead-letters", "replay"))) {
      List<String> arguments = new ArrayList<>(verb);
      arguments.add("--help");
      assertThat(run(arguments.toArray(new String[0]))).isZero();
      assertThat(out.toString()).contains("Examples:\n  verdict " + String.join(" ", verb));
    }
  }

  @Test
  void configThenEverySettingWithItsValue() {
    assertThat(run("config", "-Dbatch.max.rows=8", "-Dkafka.ssl.key.password=secret")).isZero();
    assertThat(out.toString().lines())
        .contains("batch.max.rows=8", "model.max.length=128")
        .noneMatch(line -> line.contains("secret"));
  }

  @Test
  void configShownThenWhereEachValueComesFrom() throws Exception {
    Path file = folder.resolve("verdict.properties");
    Files.writeString(
        file, "batch.max.rows=8\nmodel.max.length=64\nkafka.ssl.key.password=secret\n");
    assertThat(run("config", "show", "-c", file.toString(), "-Dbatch.max.rows=16")).isZero();
    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "batch.max.rows 16 command line",
            "model.max.length 64 file " + file,
            "kafka.ssl.key.password [hidden] file " + file,
            "model.name reviews default");
    assertThat(out.toString()).doesNotContain("secret");

    StringWriter before = new StringWriter().append(out.toString());
    assertThat(run("config", "show", "--changed", "--json", "-Dbatch.max.rows=16")).isZero();
    assertThat(out.toString().substring(before.toString().length()))
        .contains("\"batch.max.rows\"")
        .contains("\"source\" : \"command line\"")
        .doesNotContain("model.name");
  }

  @Test
  void configDocumentedThenTheSameInBothWaysOfAsking() {
    assertThat(run("config", "doc")).isZero();
    String doc = out.toString();
    assertThat(doc).startsWith("**Kafka**");
    assertThat(run("config", "--markdown")).isZero();
    assertThat(out.toString()).isEqualTo(doc + doc);
  }

  @Test
  void completionThenAScriptOfEveryVerb() {
    assertThat(run("completion")).isZero();
    assertThat(out.toString())
        .startsWith("#!/usr/bin/env bash")
        .contains("complete -F _complete_verdict")
        .contains("training-runs");
    Main.commandLine()
        .getSubcommands()
        .keySet()
        .forEach(verb -> assertThat(out.toString()).contains(verb));
  }

  @Test
  void helpOfTheOperatorsVerbsThenWithExitCodesAndExamples() {
    for (List<String> verb :
        List.of(
            List.of("produce"),
            List.of("tail"),
            List.of("models"),
            List.of("retrain"),
            List.of("topics", "create"),
            List.of("topics", "check"),
            List.of("doctor"),
            List.of("acls"),
            List.of("config", "show"),
            List.of("config", "doc"),
            List.of("completion"))) {
      StringWriter help = new StringWriter();
      List<String> arguments = new ArrayList<>(verb);
      arguments.add("--help");
      assertThat(
              Main.commandLine()
                  .setOut(new PrintWriter(help, true))
                  .execute(arguments.toArray(new String[0])))
          .isZero();
      assertThat(help.toString())
          .as(String.join(" ", verb))
          .contains("Exit codes:\n")
          .contains("Examples:\n")
          .contains("verdict " + String.join(" ", verb));
    }
  }

  @Test
  void badArgumentOfTheOperatorsVerbsThenExitTwo() {
    assertThat(run("produce", "--rate=0", "--generate=-1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Invalid value -1 for option --generate: must be 1 or more")
        .contains("Invalid value 0.0 for option --rate: must be more than 0");
    assertThat(run("produce", "--generate=5", "file")).isEqualTo(2);
    assertThat(err.toString()).contains("--generate and FILE exclude each other");
    assertThat(run("produce", "no-such-file.txt")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "Invalid value no-such-file.txt for parameter FILE: must be a file that can be read");
    assertThat(run("tail", "weather")).isEqualTo(2);
    assertThat(err.toString()).contains("'weather' must be one of predictions, evaluations,");
    assertThat(run("tail", "predictions", "--from=yesterday")).isEqualTo(2);
    assertThat(err.toString()).contains("7d or PT2H, or beginning");
    assertThat(run("tail", "predictions", "-n=5", "--from=1h")).isEqualTo(2);
    assertThat(err.toString()).contains("Options -n and --from exclude each other");
    assertThat(run("retrain", "--reason=r", "--timeout=5")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Invalid value 5 for option --timeout: must be 1 or more, and with --wait");
    assertThat(run("retrain")).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required option: '--reason=TEXT'");
  }

  @Test
  void estimationSimulatedThenALineOfEachScenarioAndTheSameAgain() {
    assertThat(run("simulate", "estimation", "--labels=200", "--windows=3")).isZero();
    String first = out.toString();
    assertThat(first.lines())
        .hasSize(1 + EstimationSimulation.scenarios().size())
        .anyMatch(line -> line.startsWith("20% mean another class"));
    assertThat(run("simulate", "estimation", "--labels=200", "--windows=3")).isZero();
    assertThat(out.toString()).isEqualTo(first + first);

    assertThat(run("simulate", "estimation", "--labels=0")).isEqualTo(2);
    assertThat(err.toString()).contains("Invalid value 0 for option --labels: must be at least 1");
  }

  private int run(String... arguments) {
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}
