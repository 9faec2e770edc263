package dev.verdict.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names under which one partition counts the predictions that it serves of each segment: every
 * prediction under one name for each attribute, so that what is counted of an attribute sums to all
 * predictions, and it can be told whether it does.
 *
 * <p>Which values have scores of their own is decided where the labels come together, and is not
 * known here. So a partition counts the first values that occur, as many as can have scores, and
 * all others as {@link #more}: while there are such, nobody can say which segment they belong to.
 */
public final class ServedSegments {
  /** Neither is the beginning of a value that anybody can see. */
  private static final String NONE = "\u0000none";

  private static final String MORE = "\u0000more";

  private final List<String> attributes;
  private final int valuesKept;
  private final Map<String, Set<String>> known = new HashMap<>();

  /**
   * @param attributes whose values are segments
   * @param valuesKept of each attribute, at most
   */
  public ServedSegments(List<String> attributes, int valuesKept) {
    this.attributes = List.copyOf(attributes);
    this.valuesKept = valuesKept;
  }

  /** Whether it names a segment rather than a version. */
  public static boolean isSegment(String name) {
    return name.indexOf('=') >= 0;
  }

  /** The name of a value. */
  static String name(String attribute, String value) {
    return attribute + "=" + value;
  }

  /** The name of reviews that lack the attribute. */
  static String none(String attribute) {
    return name(attribute, NONE);
  }

  /** The name of values that came when there were enough. */
  static String more(String attribute) {
    return name(attribute, MORE);
  }

  /** Goes on from a name under which was counted before. */
  public void counted(String name) {
    for (String attribute : attributes) {
      if (name.startsWith(attribute + "=")
          && !name.equals(none(attribute))
          && !name.equals(more(attribute))) {
        values(attribute).add(name.substring(attribute.length() + 1));
      }
    }
  }

  /**
   * The names under which a prediction counts, one for each attribute.
   *
   * @param review its attributes
   */
  public List<String> of(Map<String, String> review) {
    List<String> names = new ArrayList<>();
    for (String attribute : attributes) {
      String value = review.get(attribute);
      names.add(
          value == null
              ? none(attribute)
              : isKept(attribute, value) ? name(attribute, value) : more(attribute));
    }
    return names;
  }

  private boolean isKept(String attribute, String value) {
    Set<String> values = values(attribute);
    if (values.size() < valuesKept) {
      values.add(value);
    }
    return values.contains(value);
  }

  private Set<String> values(String attribute) {
    return known.computeIfAbsent(attribute, key -> new HashSet<>());
  }
}
