package dev.verdict.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewTokenizerTest {
  private static final int MAX_LENGTH = 12;
  private static final List<String> VOCABULARY =
      List.of(
          "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cafe", "was", "great", "!", "un",
          "##kind", "##ly", "中", "a", "##a");

  @TempDir private Path folder;

  private ReviewTokenizer open(int maxLength) throws IOException {
    TokenizerFiles.write(folder, VOCABULARY, 512);
    return ReviewTokenizer.open(folder, maxLength);
  }

  private static List<String> words(TokenizedText text) {
    List<String> words = new ArrayList<>();
    for (long id : text.ids()) {
      words.add(VOCABULARY.get((int) id));
    }
    return words;
  }

  @Test
  void sentenceThenLowerCaseWithoutAccentsInPieces() throws IOException {
    try (ReviewTokenizer tokenizer = open(MAX_LENGTH)) {
      TokenizedText text = tokenizer.encode(List.of("The CAFÉ was unkindly GREAT!")).get(0);
      assertThat(words(text))
          .containsExactly(
              "[CLS]", "the", "cafe", "was", "un", "##kind", "##ly", "great", "!", "[SEP]");
      assertThat(text.truncated()).isFalse();
      assertThat(text.length()).isEqualTo(10);
      assertThat(tokenizer.padId()).isZero();
      assertThat(tokenizer.vocabularySize()).isEqualTo(VOCABULARY.size());
    }
  }

  /** What people write, and what nobody should: the library encodes whole texts as we do words. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyTextThenEncodedAsTheLibraryDoes(long seed) throws IOException {
    List<String> pieces =
        List.of(
            " ",
            "  ",
            "\n",
            "\t",
            "\r\n",
            "\u00a0",
            "\u2003",
            "\u3000",
            "\u0000",
            "\u200d",
            "\u0301",
            "e\u0301",
            "\u0327\u0301",
            "The",
            "CAF\u00c9",
            "was",
            "unkindly",
            "a",
            "aa",
            "[SEP]",
            "[MASK]",
            "[sep]",
            "[",
            "]",
            "!",
            "!!",
            "\u4e2d",
            "\u4e2d\u4e2d",
            "\u039f\u03a3",
            "\u0130",
            "\ufb01",
            "\ud83d\ude00",
            "\ufffd",
            "\u0e01\u0e33",
            "-",
            "'s",
            "x".repeat(120),
            "a".repeat(99));
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(20); length > 0; length--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      texts.add(text.toString());
    }
    try (ReviewTokenizer tokenizer = open(MAX_LENGTH)) {
      assertThat(tokenizer.encode(texts)).isEqualTo(tokenizer.encodeWhole(texts));
      assertThat(tokenizer.encode(texts)).isEqualTo(tokenizer.encodeWhole(texts));
    }
  }

  @Test
  void wordsOutsideTheVocabularyThenCounted() throws IOException {
    try (ReviewTokenizer tokenizer = open(6)) {
      List<TokenizedText> texts =
          tokenizer.encode(List.of("the cafe", "the xyz was xyz", "xyz xyz xyz xyz xyz", ""));

      assertThat(texts).extracting(TokenizedText::unknown).containsExactly(0, 2, 4, 0);
      assertThat(texts).extracting(TokenizedText::contentLength).containsExactly(2, 4, 4, 0);
    }
  }

  @Test
  void severalTextsThenResultsInTheirOrderWithoutPadding() throws IOException {
    try (ReviewTokenizer tokenizer = open(MAX_LENGTH)) {
      List<TokenizedText> texts = tokenizer.encode(List.of("great", "", "the cafe was", "中中"));
      assertThat(texts).extracting(TokenizedText::length).containsExactly(3, 2, 5, 4);
      assertThat(words(texts.get(3))).containsExactly("[CLS]", "中", "中", "[SEP]");
      assertThat(tokenizer.encode(List.of())).isEmpty();
    }
  }

  @Test
  void longerThanMaximumThenCutWithSpecialTokensKept() throws IOException {
    try (ReviewTokenizer tokenizer = open(4)) {
      List<TokenizedText> texts = tokenizer.encode(List.of("the cafe", "the cafe was great"));
      assertThat(words(texts.get(0))).containsExactly("[CLS]", "the", "cafe", "[SEP]");
      assertThat(texts.get(0).truncated()).isFalse();
      assertThat(words(texts.get(1))).containsExactly("[CLS]", "the", "cafe", "[SEP]");
      assertThat(texts.get(1).truncated()).isTrue();
    }
  }

  static List<String> hostileTexts() {
    return List.of(
        "",
        " \t\n ",
        "\0",
        "great\0great",
        "\uD83D",
        "\uDE00 great",
        "great \uDE00\uD83D great",
        "\uD83D\uDE00",
        "👩‍👩‍👧‍👦 great 🇩🇪",
        "\uFFFD\uFFFE\uFFFF",
        "a\u0301\u0302\u0303",
        "[SEP] [CLS] [PAD]",
        "a".repeat(65_536),
        "great ".repeat(10_922),
        " ".repeat(65_536),
        "\uD83D".repeat(32_768),
        "中".repeat(21_845),
        "\0".repeat(65_536));
  }

  @ParameterizedTest
  @MethodSource("hostileTexts")
  void anyStringThenTokensWithinTheMaximum(String hostile) throws IOException {
    try (ReviewTokenizer tokenizer = open(MAX_LENGTH)) {
      List<TokenizedText> texts = tokenizer.encode(List.of("great", hostile, "great"));
      assertThat(texts).hasSize(3);
      assertThat(words(texts.get(0))).containsExactly("[CLS]", "great", "[SEP]");
      assertThat(words(texts.get(2))).containsExactly("[CLS]", "great", "[SEP]");
      assertThat(texts.get(1).length()).isBetween(2, MAX_LENGTH);
      assertThat(words(texts.get(1))).startsWith("[CLS]").endsWith("[SEP]");
    }
  }

  @Test
  void unpairedSurrogateThenReadAsReplacementCharacter() {
    assertThat(ReviewTokenizer.replaceUnpairedSurrogates("a\uD83Db\uDE00c\uD83D\uDE00\uD83D"))
        .isEqualTo("a\uFFFDb\uFFFDc\uD83D\uDE00\uFFFD");
  }

  @Test
  void severalThreadsThenEachGetsItsOwnResults() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (ReviewTokenizer tokenizer = open(MAX_LENGTH)) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int words = thread + 1;
        results.add(
            threads.submit(
                () -> {
                  boolean right = true;
                  for (int i = 0; i < 200; i++) {
                    TokenizedText text = tokenizer.encode(List.of("great ".repeat(words))).get(0);
                    right &= text.length() == words + 2;
                  }
                  return right;
                }));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void noTokenizerFileThenErrorNamesIt() {
    assertThatIOException()
        .isThrownBy(() -> ReviewTokenizer.open(folder, MAX_LENGTH))
        .withMessageContaining("holds no tokenizer.json");
  }

  @Test
  void fileThatIsNoTokenizerThenError() throws IOException {
    for (String content : List.of("not json", "{}", "{\"model\": {\"vocab\": {\"[PAD]\": 0}}}")) {
      Files.writeString(folder.resolve("tokenizer.json"), content);
      assertThatIOException()
          .isThrownBy(() -> ReviewTokenizer.open(folder, MAX_LENGTH))
          .withMessageContaining("tokenizer.json");
    }
  }

  @Test
  void maximumWithoutRoomForATokenThenError() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReviewTokenizer.open(folder, 2))
        .withMessage("Maximum length is 2 tokens, must be at least 3");
  }

  @Test
  void closedThenError() throws IOException {
    ReviewTokenizer tokenizer = open(MAX_LENGTH);
    tokenizer.close();
    tokenizer.close();
    assertThatIllegalStateException().isThrownBy(() -> tokenizer.encode(List.of("great")));
  }
}
