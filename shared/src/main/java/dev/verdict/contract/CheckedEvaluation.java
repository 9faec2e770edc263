package dev.verdict.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A published evaluation that was counted again.
 *
 * @param key of its record
 * @param labels published
 * @param macroF1 published
 * @param recomputed macro F1 counted again, empty where it could not be
 * @param differences figures that are not what was counted again
 * @param reason why it could not be verified
 */
public record CheckedEvaluation(
    String key,
    Outcome outcome,
    long labels,
    double macroF1,
    OptionalDouble recomputed,
    List<Difference> differences,
    Optional<String> reason) {

  /** What came of it. */
  public enum Outcome {
    @JsonProperty("agrees")
    AGREES,
    @JsonProperty("differs")
    DIFFERS,
    @JsonProperty("not_verifiable")
    NOT_VERIFIABLE;

    /** As people read it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * A figure that differs.
   *
   * @param figure by its name in the evaluation
   */
  public record Difference(String figure, String published, String recomputed) {}
}
