package dev.verdict.streams.replay;

import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are meant.
 *
 * @param reasons any, where it is empty
 * @param stages any, where it is empty
 * @param topic that the record was read from
 * @param from first time of the record
 * @param to time before which the record's is
 */
public record DeadLetterFilter(
    Set<Reason> reasons,
    Set<Stage> stages,
    Optional<String> topic,
    Optional<Instant> from,
    Optional<Instant> to) {
  public DeadLetterFilter {
    reasons = Set.copyOf(reasons);
    stages = Set.copyOf(stages);
  }

  /** Whether the letter is meant. */
  public boolean accepts(DeadLetter letter) {
    return (reasons.isEmpty()
            || reasons.stream().anyMatch(each -> each.wireName().equals(letter.reason())))
        && (stages.isEmpty()
            || stages.stream().anyMatch(each -> each.wireName().equals(letter.stage())))
        && topic
            .map(name -> letter.origin().map(RecordPlace::topic).equals(Optional.of(name)))
            .orElse(true)
        && from.map(time -> !letter.time().isBefore(time)).orElse(true)
        && to.map(time -> letter.time().isBefore(time)).orElse(true);
  }
}
