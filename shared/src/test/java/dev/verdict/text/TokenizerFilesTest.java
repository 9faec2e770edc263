package dev.verdict.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFilesTest {
  @TempDir private Path folder;

  @Test
  void vocabularyThenFilesOfHuggingFace() throws IOException {
    List<String> vocabulary = new WordPieceTrainer(100).train(List.of("good, good \"bad\" bad"));
    TokenizerFiles.write(folder, vocabulary, 512);

    assertThat(Files.readAllLines(folder.resolve("vocab.txt"))).isEqualTo(vocabulary);
    JsonNode tokenizer = new ObjectMapper().readTree(folder.resolve("tokenizer.json").toFile());
    assertThat(tokenizer.at("/model/type").asText()).isEqualTo("WordPiece");
    assertThat(tokenizer.at("/model/vocab/good").asInt()).isEqualTo(vocabulary.indexOf("good"));
    assertThat(tokenizer.at("/normalizer/lowercase").asBoolean()).isTrue();
    assertThat(tokenizer.at("/post_processor/special_tokens/[SEP]/ids/0").asInt()).isEqualTo(3);
    JsonNode config = new ObjectMapper().readTree(folder.resolve("tokenizer_config.json").toFile());
    assertThat(config.path("tokenizer_class").asText()).isEqualTo("DistilBertTokenizer");
    assertThat(config.path("model_max_length").asInt()).isEqualTo(512);
  }

  @Test
  void copiedThenSameBytes(@TempDir Path other) throws IOException {
    TokenizerFiles.write(folder, WordPieceTrainer.SPECIAL_TOKENS, 512);
    TokenizerFiles.copy(folder, other);
    for (String name : TokenizerFiles.NAMES) {
      assertThat(other.resolve(name)).hasSameBinaryContentAs(folder.resolve(name));
    }
  }

  @Test
  void vocabularyWithoutSpecialTokensThenError() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenizerFiles.write(folder, List.of("good"), 512))
        .withMessageContaining("[PAD]");
  }
}
