package dev.verdict.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The token ids of words met before. What BERT's tokenizer makes of a text is what it makes of the
 * pieces between spaces, one after another: it cleans and folds each character by itself or with
 * the marks that follow it, and splits at white space before anything else (Devlin et al., {@code
 * BasicTokenizer} in https://github.com/google-research/bert/blob/master/tokenization.py). Words
 * recur (Zipf), so nearly all of a text is looked up, and a text is read no further than the model
 * reads it.
 *
 * <p>Safe for several threads.
 */
final class WordIds {
  /** Some 10 MB; when they are full, the words of now take the place of all. */
  private static final int MOST_WORDS = 65_536;

  private static final int LONGEST_WORD = 64;
  private static final long[] NOT_YET = {};

  private final Function<List<String>, List<long[]>> library;
  private final int most;
  private final Map<String, long[]> known = new ConcurrentHashMap<>();

  /**
   * The ids of a text.
   *
   * @param ids at most as many as were asked for
   * @param more whether the text has more
   */
  @SuppressWarnings("ArrayRecordComponent") // Becomes a TokenizedText at once, compared nowhere.
  record Ids(long[] ids, boolean more) {}

  /**
   * @param library gives the ids of words, without special tokens
   * @param most ids of a text
   */
  WordIds(Function<List<String>, List<long[]>> library, int most) {
    this.library = library;
    this.most = most;
  }

  /** The ids of each text. */
  List<Ids> of(List<String> texts) {
    List<Gathered> gathered = new ArrayList<>(texts.size());
    Map<String, long[]> missing = new LinkedHashMap<>();
    for (String text : texts) {
      gathered.add(new Gathered(text, missing));
    }
    learn(missing);
    return gathered.stream().map(each -> each.finish(missing)).toList();
  }

  private void learn(Map<String, long[]> missing) {
    if (missing.isEmpty()) {
      return;
    }
    List<String> words = List.copyOf(missing.keySet());
    List<long[]> ids = library.apply(words);
    if (known.size() + words.size() > MOST_WORDS) {
      known.clear();
    }
    for (int i = 0; i < words.size(); i++) {
      missing.put(words.get(i), ids.get(i));
      if (words.get(i).length() <= LONGEST_WORD) {
        known.put(words.get(i), ids.get(i));
      }
    }
  }

  /** The words of one text, as far as its ids are wanted. */
  private final class Gathered {
    private final List<Object> words = new ArrayList<>();

    /**
     * @param missing takes in the words that are not known
     */
    Gathered(String text, Map<String, long[]> missing) {
      int ids = 0;
      int start = 0;
      // Unknown words may have no ids at all, such as control characters, so they do not count.
      while (start < text.length() && ids <= most) {
        int end = start;
        while (end < text.length() && !isSpace(text.charAt(end))) {
          end++;
        }
        if (end > start) {
          String word = text.substring(start, end);
          long[] found = known.get(word);
          if (found == null) {
            missing.putIfAbsent(word, NOT_YET);
            words.add(word);
          } else {
            words.add(found);
            ids += found.length;
          }
        }
        start = end + 1;
      }
    }

    Ids finish(Map<String, long[]> learned) {
      long[] ids = new long[most];
      int count = 0;
      for (Object word : words) {
        long[] next = word instanceof long[] found ? found : learned.get((String) word);
        int taken = Math.min(next.length, most - count);
        System.arraycopy(next, 0, ids, count, taken);
        count += taken;
        if (taken < next.length) {
          return new Ids(ids, true);
        }
      }
      return new Ids(count == most ? ids : Arrays.copyOf(ids, count), false);
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
}
