package dev.verdict.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a text into the words that an uncased BERT tokenizer sees: control characters dropped,
 * accents stripped, lower case, cut at white space, around each punctuation mark and around each
 * Chinese character. Hugging Face's {@code BertNormalizer} and {@code BertPreTokenizer} do the same
 * at run time; here it serves to learn a vocabulary.
 */
final class BertWords {
  private BertWords() {}

  static List<String> of(String text) {
    String decomposed =
        Normalizer.normalize(ReviewTokenizer.replaceUnpairedSurrogates(text), Normalizer.Form.NFD);
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    decomposed
        .codePoints()
        .forEach(
            c -> {
              if (isSpace(c)) {
                flush(word, words);
              } else if (isDropped(c)) {
                return;
              } else if (isPunctuation(c) || isChinese(c)) {
                flush(word, words);
                words.add(Character.toString(c));
              } else {
                word.appendCodePoint(Character.toLowerCase(c));
              }
            });
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private static boolean isSpace(int c) {
    return c == '\t' || c == '\n' || c == '\r' || Character.isSpaceChar(c);
  }

  private static boolean isDropped(int c) {
    if (c == 0xFFFD) {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.NON_SPACING_MARK ->
          true;
      default -> false;
    };
  }

  private static boolean isPunctuation(int c) {
    boolean asciiSymbol =
        (c >= '!' && c <= '/')
            || (c >= ':' && c <= '@')
            || (c >= '[' && c <= '`')
            || (c >= '{' && c <= '~');
    if (asciiSymbol) {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  // The blocks of BERT's own tokenizer: https://github.com/google-research/bert, tokenization.py.
  private static boolean isChinese(int c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2B73F)
        || (c >= 0x2B740 && c <= 0x2B81F)
        || (c >= 0x2B820 && c <= 0x2CEAF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x2F800 && c <= 0x2FA1F);
  }
}
