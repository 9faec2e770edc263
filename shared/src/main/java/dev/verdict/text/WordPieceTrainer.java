package dev.verdict.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Learns an uncased WordPiece vocabulary from texts: every character seen (alone and as a
 * continuation), the frequent words whole, and pieces for the rest by merging the most frequent
 * pair of neighbours again and again (Sennrich et al., arXiv:1508.07909), as Hugging Face's own
 * trainer does. A word that is not whole in the vocabulary is read as its longest pieces, so no
 * word made of known characters is unknown; without pieces such a word is {@code [UNK]}.
 *
 * @param maxEntries most entries of the vocabulary, special tokens included
 * @param minWordCount a word seen less often is learned as pieces only: a whole word that the
 *     training texts hold once teaches nothing about the words still to come
 * @param wordShare share of the entries, after characters, that whole words may take; 0 to 1
 * @param pieces whether there are characters and pieces beside whole words
 */
public record WordPieceTrainer(int maxEntries, int minWordCount, double wordShare, boolean pieces) {
  /** Entries of a vocabulary where nothing else was asked for. */
  public static final int DEFAULT_MAX_ENTRIES = 12_000;

  /** The special tokens by id. */
  public static final List<String> SPECIAL_TOKENS =
      List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  static final String CONTINUATION = "##";

  private static final int MIN_ENTRIES = 64;
  private static final int MIN_PAIR_COUNT = 2;
  private static final int MAX_WORD_CHARACTERS = 100;
  // Rare scripts and emoji must not crowd out the words.
  private static final double MAX_CHARACTER_SHARE = 0.25;

  public WordPieceTrainer {
    if (maxEntries < MIN_ENTRIES) {
      throw new IllegalArgumentException(
          "Vocabulary of " + maxEntries + " entries asked for, must be at least " + MIN_ENTRIES);
    }
    if (minWordCount < 1) {
      throw new IllegalArgumentException(
          "Least count of a whole word is " + minWordCount + ", must be at least 1");
    }
    if (!(wordShare >= 0 && wordShare <= 1)) {
      throw new IllegalArgumentException(
          "Share of whole words is " + wordShare + ", must be 0 to 1");
    }
  }

  /** A trainer with the defaults that did best on a few thousand reviews. */
  public WordPieceTrainer(int maxEntries) {
    this(maxEntries, 2, 0.75, true);
  }

  /** A trainer of whole words alone: what texts hold but once is learned as unknown. */
  public static WordPieceTrainer ofWords(int maxEntries) {
    return new WordPieceTrainer(maxEntries, 2, 1, false);
  }

  /**
   * Learns the vocabulary. The same texts in any order give the same vocabulary.
   *
   * @return the entries, each at the index that is its id; {@link #SPECIAL_TOKENS} come first
   */
  public List<String> train(Iterable<String> texts) {
    TreeMap<String, Integer> counts = countWords(texts);
    LinkedHashSet<String> vocabulary = new LinkedHashSet<>(SPECIAL_TOKENS);
    if (pieces) {
      addCharacters(counts, vocabulary);
    }
    List<Map.Entry<String, Integer>> byCount = new ArrayList<>(counts.entrySet());
    byCount.sort(
        Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()));
    int wordLimit = vocabulary.size() + (int) ((maxEntries - vocabulary.size()) * wordShare);
    addWords(byCount, wordLimit, vocabulary);
    if (pieces) {
      addPieces(counts, vocabulary);
    }
    // Where there was little to merge, further words take the room.
    addWords(byCount, maxEntries, vocabulary);
    return List.copyOf(vocabulary);
  }

  private static TreeMap<String, Integer> countWords(Iterable<String> texts) {
    Map<String, Integer> counts = new HashMap<>();
    for (String text : texts) {
      for (String word : BertWords.of(text)) {
        if (word.length() <= MAX_WORD_CHARACTERS) {
          counts.merge(word, 1, Integer::sum);
        }
      }
    }
    return new TreeMap<>(counts);
  }

  /** Each character as the start of a word and as its continuation, the most frequent first. */
  private void addCharacters(Map<String, Integer> counts, LinkedHashSet<String> vocabulary) {
    TreeMap<String, Integer> characters = new TreeMap<>();
    counts.forEach(
        (word, count) ->
            word.codePoints()
                .forEach(c -> characters.merge(Character.toString(c), count, Integer::sum)));
    int limit = (int) (maxEntries * MAX_CHARACTER_SHARE / 2);
    List<String> kept =
        characters.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(limit)
            .map(Map.Entry::getKey)
            .toList();
    // Sorted, so that letters of close frequency do not move the ids of all others.
    TreeSet<String> sorted = new TreeSet<>(kept);
    vocabulary.addAll(sorted);
    sorted.forEach(character -> vocabulary.add(CONTINUATION + character));
  }

  private void addWords(
      List<Map.Entry<String, Integer>> byCount, int limit, LinkedHashSet<String> vocabulary) {
    for (Map.Entry<String, Integer> word : byCount) {
      if (vocabulary.size() >= limit || word.getValue() < minWordCount) {
        return;
      }
      vocabulary.add(word.getKey());
    }
  }

  private void addPieces(Map<String, Integer> counts, LinkedHashSet<String> vocabulary) {
    PairMerger merger = new PairMerger();
    counts.forEach(
        (word, count) -> {
          if (!vocabulary.contains(word)) {
            merger.add(symbols(word), count);
          }
        });
    while (vocabulary.size() < maxEntries) {
      String merged = merger.mergeNext(MIN_PAIR_COUNT);
      if (merged.isEmpty()) {
        return;
      }
      vocabulary.add(merged);
    }
  }

  private static List<String> symbols(String word) {
    List<String> symbols = new ArrayList<>();
    word.codePoints()
        .forEach(
            c ->
                symbols.add(
                    symbols.isEmpty()
                        ? Character.toString(c)
                        : CONTINUATION + Character.toString(c)));
    return symbols;
  }
}
