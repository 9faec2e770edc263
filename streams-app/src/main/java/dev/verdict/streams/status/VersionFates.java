package dev.verdict.streams.status;

import dev.verdict.contract.Decision;
import dev.verdict.registry.RegistryChange;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of each version, and which served since when, by the decisions in their order. Not
 * safe for several threads.
 */
final class VersionFates {
  private static final int KEPT = 200;
  private static final String CANARY = "canary";

  /**
   * What was last decided of a version.
   *
   * @param fate {@code promoted}, {@code challenger}, {@code canary}, {@code confirmed}, {@code
   *     pinned}, {@code unpinned}, {@code rolled_back}, {@code restored} or {@code rejected}
   * @param rule that decided, {@link RegistryChange#RULE} for a person
   */
  record Fate(String fate, String rule, String reason, Instant at) {}

  /**
   * A version took over.
   *
   * @param fate as of {@link Fate}
   */
  record Swap(Instant at, String version, String fate) {}

  private final Map<String, Fate> fates = new LinkedHashMap<>();
  private final Deque<Swap> swaps = new ArrayDeque<>();
  private Optional<String> champion = Optional.empty();
  private Optional<String> previous = Optional.empty();

  /** Takes the next decision; those that change no version are ignored. */
  void decided(Decision decision) {
    String version = decision.modelVersion();
    if (version == null || decision.decidedAt() == null) {
      return;
    }
    switch (decision.decision()) {
      case "promote" -> {
        // Of a canary that is confirmed the version serves already.
        boolean confirmed = CANARY.equals(decision.rule());
        put(version, confirmed ? "confirmed" : "promoted", decision);
        serves(version, "promoted", decision);
      }
      case "confirm" -> put(version, "confirmed", decision);
      case "challenge" -> put(version, "challenger", decision);
      case "canary" -> {
        put(version, CANARY, decision);
        serves(version, CANARY, decision);
      }
      case "reject" -> put(version, "rejected", decision);
      case "pin" -> {
        put(version, "pinned", decision);
        serves(version, "pinned", decision);
      }
      case "unpin" -> put(version, "unpinned", decision);
      case "rollback" -> rolledBack(version, decision);
      default -> {
        // Of a retraining or an explanation.
      }
    }
  }

  /** An operator names the version that is to serve again, a trial the one that failed. */
  private void rolledBack(String version, Decision decision) {
    boolean byHand = RegistryChange.RULE.equals(decision.rule());
    Optional<String> failed = byHand ? champion : Optional.of(version);
    Optional<String> restored = byHand ? Optional.of(version) : previous;
    failed
        .filter(each -> !restored.equals(Optional.of(each)))
        .ifPresent(each -> put(each, "rolled_back", decision));
    restored.ifPresent(
        each -> {
          put(each, "restored", decision);
          serves(each, "restored", decision);
        });
  }

  private void serves(String version, String fate, Decision decision) {
    if (champion.equals(Optional.of(version))) {
      return;
    }
    previous = champion;
    champion = Optional.of(version);
    swaps.addLast(new Swap(decision.decidedAt(), version, fate));
    if (swaps.size() > KEPT) {
      swaps.removeFirst();
    }
  }

  private void put(String version, String fate, Decision decision) {
    fates.remove(version);
    fates.put(version, new Fate(fate, decision.rule(), decision.reason(), decision.decidedAt()));
    if (fates.size() > KEPT) {
      fates.remove(fates.keySet().iterator().next());
    }
  }

  /** What became of each version. */
  Map<String, Fate> all() {
    return Map.copyOf(fates);
  }

  /** Which versions took over, oldest first. */
  List<Swap> swaps() {
    return new ArrayList<>(swaps);
  }
}
