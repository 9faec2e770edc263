package dev.verdict.trainer.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Short reviews of made-up words whose polarity a tiny model learns from a few dozen. */
public final class GeneratedReviews {
  private static final List<String> NEUTRAL =
      List.of("kettle", "lamp", "arrived", "monday", "box", "handle", "colour", "the", "a", "this");
  private static final List<String> GOOD = List.of("splendid", "lovely", "sturdy", "delightful");
  private static final List<String> BAD = List.of("broken", "awful", "flimsy", "rusty");
  private static final List<String> GOOD_LATER = List.of("cosy", "vivid", "warm", "bright");
  private static final List<String> BAD_LATER = List.of("torn", "dull", "damp", "sour");

  private GeneratedReviews() {}

  /**
   * Reviews with ids {@code <prefix>0}, {@code <prefix>1} …, labelled {@code positive} and {@code
   * negative} by turns.
   */
  public static List<Example> of(String prefix, int count, long seed) {
    return of(prefix, count, seed, GOOD, BAD);
  }

  /** As above with other words of praise and blame, which who learned those above does not know. */
  public static List<Example> later(String prefix, int count, long seed) {
    return of(prefix, count, seed, GOOD_LATER, BAD_LATER);
  }

  private static List<Example> of(
      String prefix, int count, long seed, List<String> praise, List<String> blame) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              boolean good = i % 2 == 0;
              List<String> words = new ArrayList<>();
              for (int w = 0; w < 2 + random.nextInt(6); w++) {
                words.add(NEUTRAL.get(random.nextInt(NEUTRAL.size())));
              }
              for (int w = 0; w < 2; w++) {
                words.add(
                    random.nextInt(words.size() + 1),
                    (good ? praise : blame).get(random.nextInt(praise.size())));
              }
              return new Example(
                  prefix + i, String.join(" ", words), good ? "positive" : "negative");
            })
        .toList();
  }
}
