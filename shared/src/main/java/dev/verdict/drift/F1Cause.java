package dev.verdict.drift;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One reason why F1 is not what it was.
 *
 * @param strength 0 to 1, to order causes by: a share where the figure is one (of labels missing,
 *     of predictions by other versions, of the fall explained); 0.5 at a stability index of 0.25,
 *     and where F1 is twice as far below its estimate as its interval allows; 0 for {@link
 *     Kind#NONE}
 * @param figures what it was found from, by name, in the order to be read
 * @param sentence for people
 */
public record F1Cause(Kind kind, double strength, Map<String, Double> figures, String sentence) {

  /** What can be found. */
  public enum Kind {
    /** Too few labelled reviews to say anything of F1. */
    TOO_FEW_LABELS,
    /** Other model versions serve than before. */
    VERSION_CHANGE,
    /** Reviews or predictions look unlike the reference. */
    INPUT_DRIFT,
    /** The labels' classes come in another mix. */
    LABEL_MIX_SHIFT,
    /** The model errs more than its own probabilities foresee: reviews mean other classes now. */
    CONCEPT_DRIFT,
    /** One segment explains most of the fall. */
    SEGMENT,
    /** Nothing of these. */
    NONE;

    /** As in records and figures, such as {@code input_drift}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public F1Cause {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }
}
