package dev.verdict.cli.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Writes one review of a given sentiment from a lexicon: clauses with an opinion, most of them of
 * that sentiment, between clauses without one, until a length drawn from a log-normal distribution
 * is reached (median 25 words, 95th percentile about 70, as in real review corpora).
 */
final class ReviewWriter {

  /*
   * The lengths are of the target; the clause that reaches it goes over by a few words. The shares
   * are tuned so that a bag-of-words model trained on 2,000 reviews of one domain has a macro F1
   * near 0.92 there and near 0.6 in the other, and 0.85 to 0.9 there after 600 to 1,000 of it.
   */

  private static final double MEDIAN_WORDS = 22.5;
  private static final double LOG_SPREAD = 0.63;
  private static final int MAX_WORDS = 200;

  /** Of the clauses after the first opinion, how many carry one at all. */
  private static final int OPINION_PERCENT = 82;

  /** Of those, how many carry the review's own sentiment. */
  private static final int OWN_SENTIMENT_PERCENT = 97;

  private static final int MIXED_PERCENT = 5;
  private static final int NEGATED_PERCENT = 4;
  private static final int GENERAL_PERCENT = 30;
  private static final int SHIFTING_PERCENT = 18;
  private static final int TYPO_PER_MILLE = 12;

  private static final List<String> INTENSIFIERS =
      Opinions.list(
          "very, really, so, extremely, quite, pretty, incredibly, surprisingly, rather, truly, super, a bit");
  private static final List<String> NEGATIONS =
      Opinions.list(
          "not, not at all, hardly, far from, anything but, never, not really, by no means");
  private static final List<String> LINKS =
      Opinions.list("is, feels, seems, turned out, looks, proved, has been, was");
  private static final List<String> PLURAL_LINKS =
      Opinions.list("are, feel, seem, turned out, look, proved, have been, were");
  private static final List<String> CONTRASTS =
      Opinions.list("but, however, yet, although, still, even though, then again");
  private static final List<String> OPENERS =
      Opinions.list(
          """
          honestly, overall, to be fair, in my experience, after a month, so far, frankly, as far as I can tell,
          all in all, to my mind, from day one, in daily use, for us, I must say, in short""");
  private static final List<String> TIMES =
      Opinions.list(
          """
          last week, in March, a year ago, two months ago, before Christmas, on Black Friday, in the summer,
          over the holidays, just yesterday, three weeks ago""");
  private static final List<String> PEOPLE =
      Opinions.list(
          """
          my wife, my husband, my sister, a friend, my mother, my son, myself, our daughter, my brother in law,
          a colleague, my roommate, the grandchildren""");
  private static final List<String> SHOPS =
      Opinions.list(
          "online, at the outlet, from the brand store, second hand, on sale, with a coupon");

  private final Lexicon lexicon;
  private final Random random;

  ReviewWriter(Lexicon lexicon, Random random) {
    this.lexicon = lexicon;
    this.random = random;
  }

  String write(Sentiment sentiment) {
    double drawn = MEDIAN_WORDS * StrictMath.exp(LOG_SPREAD * random.nextGaussian());
    int target = (int) Math.min(MAX_WORDS, Math.max(3, drawn));
    List<String> sentences = new ArrayList<>();
    int words = add(sentences, decisive(sentiment));
    while (words < target) {
      words += add(sentences, another(sentiment));
    }
    // The decisive clause is not always the first.
    sentences.add(random.nextInt(sentences.size()), sentences.remove(0));
    return punctuate(sentences);
  }

  private static int add(List<String> sentences, String sentence) {
    sentences.add(sentence);
    return sentence.split(" ").length;
  }

  private String another(Sentiment sentiment) {
    if (!chance(OPINION_PERCENT)) {
      return remark();
    }
    return chance(OWN_SENTIMENT_PERCENT)
        ? decisive(sentiment)
        : opinion(sentiment.others().get(random.nextInt(2)));
  }

  /** A sentence whose last word is the review's own sentiment. */
  private String decisive(Sentiment sentiment) {
    if (!chance(MIXED_PERCENT)) {
      return opinion(sentiment);
    }
    if (sentiment == Sentiment.NEUTRAL) {
      Sentiment first = chance(50) ? Sentiment.POSITIVE : Sentiment.NEGATIVE;
      return opinion(first) + " " + pick(CONTRASTS) + " " + opinion(first.opposite());
    }
    return opinion(sentiment.opposite()) + " " + pick(CONTRASTS) + " " + opinion(sentiment);
  }

  private String opinion(Sentiment sentiment) {
    String clause = clause(sentiment);
    return chance(20) ? pick(OPENERS) + " " + clause : clause;
  }

  private String clause(Sentiment sentiment) {
    if (sentiment != Sentiment.NEUTRAL && chance(SHIFTING_PERCENT)) {
      return quality(pick(lexicon.shifting().get(sentiment)));
    }
    if (sentiment != Sentiment.NEUTRAL && chance(NEGATED_PERCENT)) {
      return subject() + pick(NEGATIONS) + " " + pick(words(sentiment.opposite()).qualities());
    }
    Opinions words = words(sentiment);
    return switch (random.nextInt(5)) {
      case 0, 1 -> quality(pick(words.qualities()));
      case 2, 3 -> (chance(70) ? "it" : "this one") + " " + pick(words.deeds());
      default -> pick(words.verdicts());
    };
  }

  private Opinions words(Sentiment sentiment) {
    return (chance(GENERAL_PERCENT) ? Lexicon.GENERAL : lexicon.opinions()).get(sentiment);
  }

  private String quality(String adjective) {
    return subject() + (chance(45) ? pick(INTENSIFIERS) + " " : "") + adjective;
  }

  /** Subject and link, with a space after it. */
  private String subject() {
    String noun = chance(65) ? pick(lexicon.aspects()) : pick(lexicon.products());
    boolean plural = noun.endsWith("s") && !noun.endsWith("ss");
    return "the " + noun + " " + pick(plural ? PLURAL_LINKS : LINKS) + " ";
  }

  private String remark() {
    return switch (random.nextInt(6)) {
      case 0 -> "I bought the " + pick(lexicon.products()) + " " + pick(TIMES) + " " + pick(SHOPS);
      case 1 -> "I got the " + pick(lexicon.products()) + " for " + pick(PEOPLE);
      case 2 -> "we use it for " + pick(lexicon.pursuits()) + " and " + pick(lexicon.pursuits());
      case 3 -> pick(PEOPLE) + " asked about the " + pick(lexicon.aspects()) + " " + pick(TIMES);
      default -> pick(lexicon.remarks());
    };
  }

  private String punctuate(List<String> sentences) {
    boolean capitals = chance(88);
    StringBuilder text = new StringBuilder();
    for (String sentence : sentences) {
      String typed = mistype(sentence);
      text.append(text.isEmpty() ? "" : " ")
          .append(capitals ? typed.substring(0, 1).toUpperCase(Locale.ROOT) : typed.charAt(0))
          .append(typed, 1, typed.length())
          .append(chance(10) ? "!" : ".");
    }
    return text.toString();
  }

  private String mistype(String sentence) {
    String[] words = sentence.split(" ");
    for (int i = 0; i < words.length; i++) {
      if (words[i].length() > 3 && random.nextInt(1000) < TYPO_PER_MILLE) {
        words[i] = mistypeWord(words[i]);
      }
    }
    return String.join(" ", words);
  }

  private String mistypeWord(String word) {
    int at = 1 + random.nextInt(word.length() - 2);
    String before = word.substring(0, at);
    String after = word.substring(at + 1);
    char letter = word.charAt(at);
    return switch (random.nextInt(3)) {
      case 0 -> before + after;
      case 1 -> before + letter + letter + after;
      default -> before + after.charAt(0) + letter + after.substring(1);
    };
  }

  private String pick(List<String> options) {
    return options.get(random.nextInt(options.size()));
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
