package dev.verdict.cli.replay;

import dev.verdict.contract.Decision;
import dev.verdict.contract.RegistryAlias;
import dev.verdict.registry.RegistryChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which version was judged by the retrain policy, and when a challenger or canary was on trial, by
 * the decisions that moved the registry's aliases.
 *
 * <p>During a canary the policy goes on judging the version before; only a promotion or a
 * confirmation makes another the champion. The registry keeps the last record of an alias alone, so
 * it is believed only of the time before the first decision that names a champion.
 */
final class ServingHistory {
  private static final Set<String> MOVES =
      Set.of("challenge", "reject", "canary", "promote", "confirm", "pin", "rollback");

  /** A version became the one that is judged. */
  record Judged(String version, Instant at) {}

  /** What moved an alias. */
  private sealed interface Move {
    Instant at();

    /** The registry's own record of the champion. */
    record Alias(RegistryAlias value, Instant at) implements Move {}

    /** A decision. */
    record Decided(Decision value) implements Move {
      @Override
      public Instant at() {
        return value.decidedAt();
      }
    }
  }

  /** A stretch of time with its begin and without its end. */
  private record Trial(Instant from, Instant to) {}

  private final List<Move> moves = new ArrayList<>();

  void alias(RegistryAlias alias, Instant at) {
    moves.add(new Move.Alias(alias, at));
  }

  /** Decisions that move no alias, and those that name no version, are passed over. */
  void decision(Decision decision) {
    if (MOVES.contains(decision.decision()) && decision.modelVersion() != null) {
      moves.add(new Move.Decided(decision));
    }
  }

  /** The versions that were judged, each from when on, oldest first. */
  List<Judged> judged() {
    return course().judged;
  }

  /** Whether a challenger or a canary was on trial at a time. */
  Predicate<Instant> onTrial() {
    List<Trial> trials = course().trials(Instant.MAX);
    return at ->
        trials.stream().anyMatch(each -> !at.isBefore(each.from()) && at.isBefore(each.to()));
  }

  private Course course() {
    Course course = new Course();
    moves.stream().sorted(Comparator.comparing(Move::at)).forEach(course::take);
    return course;
  }

  /** One way through the moves, in order. */
  private static final class Course {
    private final List<Judged> judged = new ArrayList<>();
    private final List<Trial> trials = new ArrayList<>();
    private Optional<String> champion = Optional.empty();
    private Optional<String> challenger = Optional.empty();
    private Optional<String> canary = Optional.empty();
    private Optional<Instant> trialSince = Optional.empty();

    void take(Move move) {
      if (move instanceof Move.Alias alias) {
        ofRegistry(alias);
      } else if (move instanceof Move.Decided decided) {
        decided(decided.value());
      }
      boolean onTrial = canary.isPresent() || challenger.isPresent();
      if (onTrial && trialSince.isEmpty()) {
        trialSince = Optional.of(move.at());
      } else if (!onTrial && trialSince.isPresent()) {
        trials.add(new Trial(trialSince.get(), move.at()));
        trialSince = Optional.empty();
      }
    }

    private void ofRegistry(Move.Alias alias) {
      boolean ofCanary =
          alias.value().decision().filter(each -> each.decision().equals("canary")).isPresent();
      if (champion.isEmpty() && !ofCanary) {
        judge(alias.value().version(), alias.at());
      }
    }

    private void decided(Decision decision) {
      String version = decision.modelVersion();
      switch (decision.decision()) {
        case "challenge" -> challenger = Optional.of(version);
        case "reject" -> challenger = challenger.filter(each -> !each.equals(version));
        case "canary" -> {
          canary = Optional.of(version);
          challenger = Optional.empty();
        }
        case "promote", "confirm", "pin" -> serves(version, decision.decidedAt());
        case "rollback" -> rolledBack(version, decision);
        default -> {
          // Of a retraining or an explanation, or it moves no version.
        }
      }
    }

    /** An operator names the version that is to serve again, a trial the one that failed. */
    private void rolledBack(String version, Decision decision) {
      canary = Optional.empty();
      if (decision.rule().equals(RegistryChange.RULE)) {
        serves(version, decision.decidedAt());
      }
    }

    private void serves(String version, Instant at) {
      canary = Optional.empty();
      challenger = challenger.filter(each -> !each.equals(version));
      judge(version, at);
    }

    private void judge(String version, Instant at) {
      if (!champion.equals(Optional.of(version))) {
        champion = Optional.of(version);
        judged.add(new Judged(version, at));
      }
    }

    List<Trial> trials(Instant end) {
      List<Trial> all = new ArrayList<>(trials);
      trialSince.ifPresent(since -> all.add(new Trial(since, end)));
      return all;
    }
  }
}
