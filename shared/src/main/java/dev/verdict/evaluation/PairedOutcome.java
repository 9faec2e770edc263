package dev.verdict.evaluation;

/**
 * Two answers to one review, met by its label.
 *
 * @param actual the label's class
 * @param champion the class the champion answered
 * @param challenger the class the challenger answered
 */
public record PairedOutcome(String actual, String champion, String challenger) {

  /** Whether both answered the same. */
  public boolean agrees() {
    return champion.equals(challenger);
  }
}
