package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistilBertConfigTest {
  private static final String MINIMAL =
      """
      {"model_type": "distilbert", "activation": "gelu", "vocab_size": 100, "dim": 8,
       "hidden_dim": 16, "n_heads": 2, "n_layers": 1, "max_position_embeddings": 32,
       "something_new": {"a": 1}}
      """;

  @TempDir private Path folder;

  private DistilBertConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return DistilBertConfig.read(folder);
  }

  @Test
  void writtenThenReadBack() throws IOException {
    DistilBertConfig config = Preset.TINY.config(500, List.of("schlecht", "gut", "\"so\" là"));
    config.write(folder);
    assertThat(DistilBertConfig.read(folder)).isEqualTo(config);
  }

  @Test
  void fieldsLeftOutThenHuggingFacesDefaults() throws IOException {
    DistilBertConfig config = read(MINIMAL);
    assertThat(config.labels()).containsExactly("LABEL_0", "LABEL_1");
    assertThat(config.dropout()).isEqualTo(0.1);
    assertThat(config.headDropout()).isEqualTo(0.2);
    assertThat(config.padTokenId()).isZero();
    assertThat(config.sinusoidalPositions()).isFalse();
  }

  @Test
  void labelsThenInTheOrderOfTheirIds() throws IOException {
    String json =
        MINIMAL.replace(
            "\"dim\"", "\"id2label\": {\"2\": \"c\", \"0\": \"a\", \"1\": \"b\"}, \"dim\"");
    assertThat(read(json).labels()).containsExactly("a", "b", "c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"model_type\": \"distilbert\" | \"model_type\": \"bert\" | model_type is bert",
        "\"model_type\": \"distilbert\", | ~~ | model_type is missing",
        "\"gelu\" | \"relu\" | activation is relu, must be gelu",
        "\"vocab_size\": 100, | ~~ | vocab_size is missing",
        "\"dim\": 8 | \"dim\": \"8\" | dim is \"8\", must be a whole number",
        "\"dim\": 8 | \"dim\": 7 | dim is 7, must be a multiple of n_heads 2",
        "\"n_layers\": 1 | \"n_layers\": 0 | n_layers is 0, must be at least 1",
        "\"dim\" | \"dropout\": 1.0, \"dim\" | dropout is 1.0",
        "\"dim\" | \"pad_token_id\": 100, \"dim\" | pad_token_id is 100",
        "\"dim\" | \"id2label\": {\"1\": \"a\", \"2\": \"b\"}, \"dim\" | no name for class 0",
        "\"dim\" | \"id2label\": {\"0\": \"a\", \"1\": \"a\"}, \"dim\" | must differ",
        "\"dim\" | \"num_labels\": 1, \"dim\" | at least two"
      })
  void fieldMissingOrNotSupportedThenErrorNamesIt(String from, String to, String message) {
    assertThat(MINIMAL).contains(from);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> read(MINIMAL.replace(from, to)))
        .withMessageContaining("config.json: ")
        .withMessageContaining(message);
  }

  @Test
  void noFileOrNoJsonThenError() {
    assertThatIOException()
        .isThrownBy(() -> DistilBertConfig.read(folder))
        .withMessageContaining("holds no config.json");
    assertThatIOException()
        .isThrownBy(() -> read("{"))
        .withMessageContaining("config.json is not JSON");
  }

  @Test
  void presetsThenTheSizesOfTheDesign() {
    DistilBertConfig base = Preset.named("base").config(30_522, List.of("a", "b"));
    assertThat(base.layers()).isEqualTo(6);
    assertThat(base.width()).isEqualTo(768);
    assertThat(base.heads()).isEqualTo(12);
    assertThat(base.hiddenWidth()).isEqualTo(3072);
    // distilbert-base-uncased has 66,955,010 weights with a head of two classes.
    assertThat(
            DistilBertParameters.of(base).stream()
                .mapToLong(DistilBertParameters.Parameter::size)
                .sum())
        .isEqualTo(66_955_010);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preset.named("huge"))
        .withMessage("Model preset is huge, must be tiny, mini, small or base");
  }

  @Test
  void sizeOfModelThenItsOperations() {
    DistilBertConfig one =
        new DistilBertConfig(100, 32, false, 1, 1, 4, 8, 0, 0, 0, 0.02, 0, List.of("a", "b"));
    // Keys and values of 3 tokens, then query, attention, output and feed-forward of the first.
    long layer = 2 * (2 * 3 * 16 + 2 * 16 + 2 * 3 * 4 + 2 * 4 * 8);
    long head = 2 * (16 + 4 * 2);
    assertThat(FlopCount.forward(one, 1, 3)).isEqualTo(layer + head);
    assertThat(FlopCount.forward(one, 5, 3)).isEqualTo(5 * (layer + head));
    assertThat(FlopCount.trainingStep(one, 5, 3)).isEqualTo(15 * (layer + head));
    assertThat(FlopCount.forward(one, new int[] {3, 3})).isEqualTo(2 * (layer + head));
  }
}
