package dev.verdict.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordPieceTrainerTest {
  private static final List<String> TEXTS =
      List.of(
          "The battery lasts long, really long!",
          "the BATTERY died",
          "A café battery? no.",
          "long lasting",
          "the longest charging, the slowest charger");

  private final WordPieceTrainer trainer = new WordPieceTrainer(500);

  @Test
  void anyTextsThenSpecialTokensFirstAndNoEntryTwice() {
    List<String> vocabulary = trainer.train(TEXTS);
    assertThat(vocabulary).startsWith("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    assertThat(new HashSet<>(vocabulary)).hasSameSizeAs(vocabulary);
  }

  @Test
  void frequentWordsThenWholeAndRareOnesInPieces() {
    List<String> vocabulary = trainer.train(TEXTS);
    assertThat(vocabulary).contains("the", "battery", "long", ",");
    assertThat(vocabulary).doesNotContain("died", "café", "cafe", "The");
    assertThat(vocabulary).contains("e", "##e", "d", "##d");
  }

  @Test
  void wordsAloneThenRareOnesAreUnknown(@TempDir Path folder) throws IOException {
    List<String> vocabulary = WordPieceTrainer.ofWords(500).train(TEXTS);
    assertThat(vocabulary).contains("the", "battery", "long").doesNotContain("died", "d", "##d");
    TokenizerFiles.write(folder, vocabulary, 64);
    try (ReviewTokenizer tokenizer = ReviewTokenizer.open(folder, 64)) {
      assertThat(tokenizer.encode(List.of("the battery died")).get(0).ids())
          .containsExactly(2, vocabulary.indexOf("the"), vocabulary.indexOf("battery"), 1, 3);
    }
  }

  @Test
  void rareWordsShareABeginningThenItIsAPiece() {
    assertThat(trainer.train(TEXTS)).contains("charg");
  }

  @Test
  void sameTextsInAnyOrderThenSameVocabulary() {
    List<String> texts = randomTexts(400);
    List<String> shuffled = new ArrayList<>(texts);
    Collections.shuffle(shuffled, new Random(3));
    assertThat(trainer.train(shuffled)).isEqualTo(trainer.train(texts));
  }

  @Test
  void moreThanFitsThenNoMoreThanTheMaximum() {
    assertThat(new WordPieceTrainer(100).train(randomTexts(400))).hasSize(100);
  }

  @Test
  void manyRareCharactersThenWordsKeepTheirRoom() {
    List<String> texts = new ArrayList<>(TEXTS);
    for (int c = 0x4E00; c < 0x5200; c++) {
      texts.add(Character.toString(c));
    }
    List<String> vocabulary = new WordPieceTrainer(200).train(texts);
    assertThat(vocabulary).hasSizeLessThanOrEqualTo(200).contains("battery", "the", "long");
  }

  @Test
  void noTextsThenSpecialTokensAlone() {
    assertThat(trainer.train(List.of())).isEqualTo(WordPieceTrainer.SPECIAL_TOKENS);
  }

  @Test
  void unseenWordOfSeenCharactersThenPiecesNotUnknown(@TempDir Path folder) throws IOException {
    List<String> vocabulary = trainer.train(TEXTS);
    TokenizerFiles.write(folder, vocabulary, 512);
    try (ReviewTokenizer tokenizer = ReviewTokenizer.open(folder, 64)) {
      TokenizedText text = tokenizer.encode(List.of("Chargery, théstery! 中")).get(0);
      List<String> pieces = new ArrayList<>();
      for (long id : text.ids()) {
        pieces.add(vocabulary.get((int) id));
      }
      assertThat(pieces.subList(0, pieces.size() - 2)).doesNotContain("[UNK]");
      assertThat(pieces).endsWith("[UNK]", "[SEP]");
    }
  }

  @Test
  void trainingTextsThenNoneIsUnknownToTheTokenizer(@TempDir Path folder) throws IOException {
    List<String> texts =
        List.of(
            "Ünïcödé “quotes” — dashes… £5/€6",
            "don't e-mail me@example.com #1",
            "日本語 テスト 한국어",
            "😀 ok 👍🏽");
    List<String> vocabulary = trainer.train(texts);
    TokenizerFiles.write(folder, vocabulary, 512);
    try (ReviewTokenizer tokenizer = ReviewTokenizer.open(folder, 128)) {
      for (TokenizedText text : tokenizer.encode(texts)) {
        assertThat(text.ids()).doesNotContain(vocabulary.indexOf("[UNK]"));
      }
    }
  }

  @Test
  void impossibleSettingsThenErrorSaysWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WordPieceTrainer(10))
        .withMessageContaining("10 entries")
        .withMessageContaining("at least 64");
    assertThatIllegalArgumentException().isThrownBy(() -> new WordPieceTrainer(500, 0, 0.5, true));
    assertThatIllegalArgumentException().isThrownBy(() -> new WordPieceTrainer(500, 1, 1.5, true));
  }

  private static List<String> randomTexts(int count) {
    Random random = new Random(1);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < 8; word++) {
        int letters = 1 + random.nextInt(5);
        for (int letter = 0; letter < letters; letter++) {
          text.append((char) ('a' + random.nextInt(8)));
        }
        text.append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
