package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stranger does with files alone: pretrain, train, reproduce, evaluate, verify. */
class TrainingCommandsTest {
  private static final List<String> GOOD = List.of("splendid", "lovely", "sturdy");
  private static final List<String> BAD = List.of("broken", "awful", "flimsy");
  private static final List<String> NEITHER = List.of("the", "kettle", "box", "handle", "this");
  private static final List<String> SHORT =
      List.of(
          "-Dmodel.max.length=16",
          "-Dvocabulary.size=200",
          "-Dtorch.threads=1",
          "-R",
          "epochs=6",
          "-R",
          "learning.rate=0.001",
          "-R",
          "warmup.steps=4");

  @TempDir private Path folder;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data = Files.write(folder.resolve("reviews.jsonl"), reviews(300, 1));
  }

  @Test
  void trainedThenTestedVerifiedAndReproducedBitForBit() throws IOException {
    Path model = folder.resolve("model");

    assertThat(train(model)).as("%s%s", out, err).isZero();
    assertThat(out.toString())
        .contains("180 reviews to train on, 60 to validate on, 60 to test on")
        .contains("macro F1", "validation loss", "on 60 test reviews");
    JsonNode metrics = Json.readTree(Files.readAllBytes(model.resolve("metrics.json")));
    assertThat(metrics.at("/held_out/macro_f1").asDouble()).isGreaterThan(0.9);
    assertThat(metrics.at("/calibration/temperature").asDouble()).isPositive();
    assertThat(Files.readString(model.resolve("report.html"))).contains("<svg", "Calibration");
    try (var files = Files.list(model)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.startsWith("events.out.tfevents"))
          .contains("MANIFEST.json", "calibration.json", "README.md");
    }
    assertThat(folder.resolve("model.partial")).doesNotExist();

    assertThat(run("verify", model.toString(), "--data", data.toString()))
        .as("%s%s", out, err)
        .isZero();
    assertThat(out.toString())
        .contains("split test, 60 reviews gives the confusion matrix of metrics.json again");

    assertThat(run("reproduce", model.toString(), "--data", data.toString()))
        .as("%s%s", out, err)
        .isZero();
    assertThat(out.toString()).contains("OK: model.safetensors is the same bit for bit");

    Path others = Files.write(folder.resolve("others.jsonl"), reviews(300, 2));
    assertThat(run("reproduce", model.toString(), "--data", others.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("the data differs: its fingerprint is");
  }

  @Test
  void pretrainedThenABaseForTraining() throws IOException {
    Path base = folder.resolve("base");

    assertThat(
            run(
                "pretrain",
                "--data",
                data.toString(),
                "--out",
                base.toString(),
                "-Dmodel.max.length=16",
                "-Dvocabulary.size=200",
                "-R",
                "epochs=2",
                "-R",
                "batch.tokens=256"))
        .as("%s%s", out, err)
        .isZero();
    assertThat(out.toString()).contains("300 texts from", "nats a masked word");

    Path model = folder.resolve("model");
    assertThat(train(model, "--base", base.toString(), "-R", "batch.rows=16"))
        .as("%s%s", out, err)
        .isZero();
    JsonNode training = Json.readTree(Files.readAllBytes(model.resolve("training.json")));
    assertThat(training.at("/source/recipe").asText()).isEqualTo("fine-tune");
    assertThat(training.at("/source/base").asText()).isEqualTo(base.toString());
  }

  @Test
  void folderIsThereThenRefusedBeforeAnythingIsRead() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));

    assertThat(train(model)).isEqualTo(2);
    assertThat(err.toString())
        .contains("for option --out: must be a folder that does not exist")
        .doesNotContain("\tat ");
  }

  @Test
  void unfinishedRunThenOneMustSayWhatBecomesOfIt() throws IOException {
    Path model = folder.resolve("model");
    Path partial = Files.createDirectory(folder.resolve("model.partial"));
    Files.writeString(partial.resolve("resume.safetensors"), "half a run");

    assertThat(train(model)).isEqualTo(2);
    assertThat(err.toString()).contains("holds an unfinished run: --resume goes on with it");

    // What cannot be gone on with is begun anew.
    assertThat(train(model, "--resume")).as("%s%s", out, err).isZero();
    assertThat(partial).doesNotExist();
  }

  @Test
  void dataThatCannotBeUsedThenTheLine() throws IOException {
    Files.writeString(data, "{\"text\":\"no label\"}\n");

    assertThat(train(folder.resolve("model"))).isEqualTo(2);
    assertThat(err.toString()).contains("reviews.jsonl line 1: field label is missing");
    assertThat(folder.resolve("model")).doesNotExist();
  }

  private int train(Path model, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "--data", data.toString()));
    arguments.addAll(List.of("--out", model.toString()));
    arguments.addAll(SHORT);
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private static List<String> reviews(int count, long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> words = i % 2 == 0 ? GOOD : BAD;
      String text =
          "%s %s %s %s"
              .formatted(
                  NEITHER.get(random.nextInt(5)),
                  words.get(random.nextInt(3)),
                  NEITHER.get(random.nextInt(5)),
                  words.get(random.nextInt(3)));
      lines.add(line(text, i % 2 == 0 ? "good" : "bad"));
    }
    return lines;
  }

  private static String line(String text, String label) {
    return new String(Json.write(Map.of("text", text, "label", label)), StandardCharsets.UTF_8);
  }
}
