package dev.verdict.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Byte-pair encoding's loop over the distinct words of a corpus: merges the most frequent pair of
 * neighbouring symbols, ties in the order of the symbols' text. Only the words that hold the merged
 * pair are visited.
 */
final class PairMerger {
  private final List<List<String>> words = new ArrayList<>();
  private final List<Integer> wordCounts = new ArrayList<>();
  private final Map<Pair, Integer> pairCounts = new HashMap<>();
  private final Map<Pair, Set<Integer>> wordsByPair = new HashMap<>();
  // Holds stale candidates: one counts only while its count is still the pair's.
  private final PriorityQueue<Candidate> queue =
      new PriorityQueue<>(
          Comparator.comparingInt(Candidate::count)
              .reversed()
              .thenComparing(candidate -> candidate.pair().left())
              .thenComparing(candidate -> candidate.pair().right()));
  private boolean filled;

  /** Adds a distinct word as its symbols; all words come before the first merge. */
  void add(List<String> symbols, int count) {
    int word = words.size();
    words.add(new ArrayList<>(symbols));
    wordCounts.add(count);
    for (int i = 0; i + 1 < symbols.size(); i++) {
      Pair pair = new Pair(symbols.get(i), symbols.get(i + 1));
      pairCounts.merge(pair, count, Integer::sum);
      wordsByPair.computeIfAbsent(pair, p -> new LinkedHashSet<>()).add(word);
    }
  }

  /**
   * Merges the most frequent pair everywhere.
   *
   * @param minCount a pair seen less often is not merged
   * @return the merged symbol, or an empty string when no pair is left
   */
  String mergeNext(int minCount) {
    if (!filled) {
      pairCounts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
      filled = true;
    }
    while (!queue.isEmpty()) {
      Candidate best = queue.poll();
      if (best.count() < minCount) {
        return "";
      }
      if (pairCounts.getOrDefault(best.pair(), 0) == best.count()) {
        merge(best.pair());
        return best.pair().merged();
      }
    }
    return "";
  }

  private void merge(Pair pair) {
    String merged = pair.merged();
    Map<Pair, Integer> changes = new HashMap<>();
    for (int word : wordsByPair.remove(pair)) {
      List<String> symbols = words.get(word);
      int count = wordCounts.get(word);
      for (int i = 0; i + 1 < symbols.size(); i++) {
        changes.merge(new Pair(symbols.get(i), symbols.get(i + 1)), -count, Integer::sum);
      }
      for (int i = 0; i + 1 < symbols.size(); i++) {
        if (symbols.get(i).equals(pair.left()) && symbols.get(i + 1).equals(pair.right())) {
          symbols.set(i, merged);
          symbols.remove(i + 1);
        }
      }
      for (int i = 0; i + 1 < symbols.size(); i++) {
        Pair neighbours = new Pair(symbols.get(i), symbols.get(i + 1));
        changes.merge(neighbours, count, Integer::sum);
        wordsByPair.computeIfAbsent(neighbours, p -> new LinkedHashSet<>()).add(word);
      }
    }
    changes.forEach(
        (changed, change) -> {
          if (change != 0) {
            int count = pairCounts.merge(changed, change, Integer::sum);
            if (count > 0) {
              queue.add(new Candidate(changed, count));
            }
          }
        });
    pairCounts.remove(pair);
  }

  private record Pair(String left, String right) {
    String merged() {
      return left + right.substring(WordPieceTrainer.CONTINUATION.length());
    }
  }

  private record Candidate(Pair pair, int count) {}
}
