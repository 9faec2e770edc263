package dev.verdict.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The segments that scores are kept for: a value of an attribute, such as {@code line=kitchen}. Of
 * each attribute the first values that occur have a segment of their own, all others share {@value
 * #OTHER}: an attribute with a value for each review must not fill the memory.
 */
public final class Segments {
  /** The value that stands for all that came too late to have a segment. */
  public static final String OTHER = "other";

  private final List<String> attributes;
  private final int valuesKept;
  private final Map<String, List<String>> known = new LinkedHashMap<>();

  /**
   * @param attributes whose values are segments
   * @param valuesKept segments of each attribute, at most, beside {@value #OTHER}
   * @param known values by attribute, from {@link #known()}
   */
  public Segments(List<String> attributes, int valuesKept, Map<String, List<String>> known) {
    this.attributes = List.copyOf(attributes);
    this.valuesKept = valuesKept;
    known.forEach((attribute, values) -> this.known.put(attribute, new ArrayList<>(values)));
  }

  /** The segments of a review with these attributes; none of an attribute that it lacks. */
  public List<String> of(Map<String, String> review) {
    List<String> segments = new ArrayList<>();
    for (String attribute : attributes) {
      String value = review.get(attribute);
      if (value != null) {
        segments.add(attribute + "=" + kept(attribute, value));
      }
    }
    return segments;
  }

  private String kept(String attribute, String value) {
    List<String> values = known.computeIfAbsent(attribute, key -> new ArrayList<>());
    if (!values.contains(value) && values.size() < valuesKept) {
      values.add(value);
    }
    return values.contains(value) ? value : OTHER;
  }

  /** Values with a segment by attribute, in the order in which they first occurred. */
  public Map<String, List<String>> known() {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    known.forEach((attribute, values) -> copy.put(attribute, List.copyOf(values)));
    return copy;
  }
}
