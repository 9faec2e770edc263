package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.cli.offline.TinyModel;
import dev.verdict.contract.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfflineCommandsTest {
  private static final String DATA =
      """
      stars,text,split
      good,so good,train
      bad,a bad kettle,test
      good,a good kettle,test
      good,"bad, and bad",test
      good,so good,test
      """;

  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();
  private Path folder;
  private Path model;
  private Path data;

  @BeforeAll
  void writeModel(@TempDir Path root) throws IOException {
    folder = root;
    model = TinyModel.write(root.resolve("v000007-0a1b2c3d"));
    data = Files.writeString(root.resolve("reviews.csv"), DATA);
  }

  @BeforeEach
  void clear() {
    out = new StringWriter();
    err = new StringWriter();
  }

  @Test
  void classifyAFileThenTheFieldsOfPredictions() throws IOException {
    Path file = Files.writeString(folder.resolve("in.jsonl"), "{\"id\":\"x\",\"text\":\"so bad\"}");

    assertThat(run("classify", "--model", model.toString(), "--json", file.toString())).isZero();

    JsonNode line = Json.readTree(out.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(line.fieldNames())
        .toIterable()
        .containsExactly(
            "id", "label", "probability", "probabilities", "model_version", "truncated");
    assertThat(line.path("label").asText()).isEqualTo("bad");
    assertThat(line.path("model_version").asText()).isEqualTo("v000007-0a1b2c3d");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void classifyBlankLinesThenTheStatusSaysSoAtTheEnd() throws IOException {
    Path file = Files.writeString(folder.resolve("in.txt"), "so bad\n\nso good\n");

    assertThat(run("classify", "--model", model.toString(), file.toString())).isEqualTo(1);

    assertThat(out.toString().lines()).hasSize(3);
    assertThat(err.toString().trim()).isEqualTo("1 of 3 lines could not be used");
  }

  @Test
  void classifyWithWhatIsNoModelOrFileThenOneSentenceAndExitTwo() {
    assertThat(run("classify", "--model", data.toString())).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("reviews.csv for option --model: must be the folder of a checkpoint");
    clear();
    assertThat(run("classify", "--model", folder.toString())).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains("holds no config.json");
    clear();
    assertThat(run("classify", "--model", model.toString(), "none.txt")).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains("none.txt");
    clear();
    assertThat(run("classify", "--model", model.toString(), "--max-length=3")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("model.max.length")
        .contains("8 to 512");
  }

  @Test
  void evaluateThenTheTestPartInATable() {
    assertThat(evaluate()).isZero();

    assertThat(out.toString().lines())
        .contains(
            "model         " + model,
            "data          " + data + ", split test, 4 reviews",
            "macro F1      0.7333",
            "accuracy      0.7500",
            "weighted F1   0.7667",
            "class  precision  recall      F1  support",
            "bad       0.5000  1.0000  0.6667        1",
            "good      1.0000  0.6667  0.8000        3",
            "actual \\ predicted  bad  good",
            "bad                   1     0",
            "good                  1     2");
  }

  @Test
  void evaluateAsJsonThenTheFieldsOfMetricsAndMore() throws IOException {
    assertThat(evaluate("--json", "--split=all")).isZero();

    JsonNode report = Json.readTree(out.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(report.path("examples").asInt()).isEqualTo(5);
    assertThat(report.path("accuracy").asDouble()).isEqualTo(0.8);
    assertThat(report.path("confusion_matrix").toString()).isEqualTo("[[1,0],[1,3]]");
    assertThat(report.path("log_loss").asDouble()).isPositive();
    assertThat(report.path("reviews_per_second").asDouble()).isPositive();
    assertThat(report.path("model_version").asText()).isEqualTo("v000007-0a1b2c3d");
    assertThat(report.has("split")).isFalse();
  }

  @Test
  void evaluateWithALabelOfAnotherModelThenItsLineAndTheClasses() throws IOException {
    Path other = Files.writeString(folder.resolve("other.csv"), "text,label\nx,good\ny,mixed\n");

    assertThat(run("evaluate", "--model", model.toString(), "--data", other.toString()))
        .isEqualTo(2);
    assertThat(err.toString().trim())
        .isEqualTo(
            other + " line 3: label is mixed, must be one of the model's classes: bad, good");
    clear();
    assertThat(run("evaluate", "-m", model.toString(), "--data", other.toString(), "--split=test"))
        .isEqualTo(2);
    assertThat(err.toString().trim()).isEqualTo(other + ": no row has the split test");
    clear();
    assertThat(run("evaluate", "-m", model.toString())).isEqualTo(2);
    assertThat(err.toString().trim()).isEqualTo("Missing required option: '--data=FILE'");
  }

  @Test
  void verifyASealedCheckpointThenOkUntilSomethingDiffers() throws IOException {
    Path sealed = sealed("sealed", List.of(List.of(1, 0), List.of(1, 2)), 0.7333333333333334);
    assertThat(run("verify", sealed.toString())).isZero();
    assertThat(out.toString().lines()).containsExactly("Every file is as MANIFEST.json says", "OK");

    clear();
    assertThat(verifyScores(sealed)).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "Every file is as MANIFEST.json says",
            "split test, 4 reviews gives the confusion matrix of metrics.json again: macro F1"
                + " 0.7333",
            "OK");

    Files.writeString(sealed.resolve("config.json"), "{}");
    Files.delete(sealed.resolve("tokenizer_config.json"));
    Files.writeString(sealed.resolve("extra.txt"), "x");
    clear();
    assertThat(run("verify", sealed.toString())).isEqualTo(1);
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("config.json differs: it has 2 bytes, must have "),
            line -> assertThat(line).isEqualTo("tokenizer_config.json is missing"),
            line -> assertThat(line).isEqualTo("extra.txt is not in its MANIFEST.json"),
            line -> assertThat(line).isEqualTo("3 differences"));
    clear();
    assertThat(run("classify", "--model", sealed.toString(), data.toString())).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .endsWith("extra.txt is not in its MANIFEST.json");

    Files.delete(sealed.resolve("MANIFEST.json"));
    clear();
    assertThat(run("verify", sealed.toString())).isEqualTo(1);
    assertThat(out.toString()).startsWith("MANIFEST.json is missing");
  }

  @Test
  void verifyOtherScoresThenEachDifference() throws IOException {
    Path sealed = sealed("other-scores", List.of(List.of(1, 0), List.of(0, 3)), 1);

    assertThat(verifyScores(sealed)).isEqualTo(1);

    assertThat(out.toString().lines())
        .containsExactly(
            "Every file is as MANIFEST.json says",
            "good predicted as bad: 1, metrics.json says 0",
            "good predicted as good: 2, metrics.json says 3",
            "macro F1: 0.733333, metrics.json says 1.000000",
            "3 differences");
  }

  @Test
  void verifyAFolderThatWasNeverSealedThenSaid() {
    assertThat(run("verify", model.toString())).isZero();
    assertThat(out.toString().lines())
        .containsExactly("There is no MANIFEST.json: nothing says what the files should be", "OK");
    clear();
    assertThat(run("verify", "no-such-folder")).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains("no-such-folder");
  }

  @Test
  void helpThenWithExamples() {
    for (String verb : List.of("classify", "evaluate", "verify")) {
      clear();
      assertThat(run(verb, "--help")).isZero();
      assertThat(out.toString()).contains("Examples:\n  verdict " + verb);
    }
  }

  private Path sealed(String name, List<List<Integer>> matrix, double macroF1) throws IOException {
    Path staged = TinyModel.write(folder.resolve(name + "-staged"));
    Files.write(staged.resolve("training.json"), Json.write(Map.of("max_length", 32)));
    Map<String, Object> heldOut =
        Map.of(
            "examples",
            4,
            "macro_f1",
            macroF1,
            "classes",
            TinyModel.LABELS,
            "confusion_matrix",
            matrix);
    Files.write(staged.resolve("metrics.json"), Json.write(Map.of("held_out", heldOut)));
    CheckpointFolder.moveTo(staged, folder.resolve(name));
    return folder.resolve(name);
  }

  private int verifyScores(Path sealed) {
    return run("verify", sealed.toString(), "--data", data.toString(), "--label-column=stars");
  }

  private int evaluate(String... more) {
    String[] arguments = new String[6 + more.length];
    List<String> first =
        List.of(
            "evaluate",
            "--model",
            model.toString(),
            "--data",
            data.toString(),
            "--label-column=stars");
    for (int i = 0; i < first.size(); i++) {
      arguments[i] = first.get(i);
    }
    System.arraycopy(more, 0, arguments, 6, more.length);
    return run(arguments);
  }

  private int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
