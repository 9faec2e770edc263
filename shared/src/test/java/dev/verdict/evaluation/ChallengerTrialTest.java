package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.evaluation.ChallengerTrial.Step;
import dev.verdict.evaluation.TrialDecision.Action;
import dev.verdict.evaluation.TrialEvent.AliasesChanged;
import dev.verdict.evaluation.TrialEvent.Graded;
import dev.verdict.evaluation.TrialEvent.Paired;
import dev.verdict.evaluation.TrialEvent.Tick;
import dev.verdict.evaluation.TrialState.Outcome;
import dev.verdict.evaluation.TrialState.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChallengerTrialTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final ChallengerPolicy POLICY =
      new ChallengerPolicy(
          0.05, 0, 100, 1000, Duration.ofHours(10), Duration.ofHours(1), 60, Duration.ofHours(3));

  private final ChallengerTrial trial = new ChallengerTrial(POLICY);
  private final List<TrialEvent> events = new ArrayList<>();
  private final List<TrialDecision> decisions = new ArrayList<>();
  private TrialState state = TrialState.NONE;
  private long revision;

  private void hear(TrialEvent event) {
    events.add(event);
    Step step = trial.step(state, event);
    state = step.state();
    step.decision().ifPresent(decisions::add);
  }

  /** Versions by alias, none for empty text. */
  private void aliases(
      String champion, String previous, String challenger, String canary, Instant at) {
    aliases(champion, previous, challenger, canary, false, at);
  }

  private void aliases(
      String champion,
      String previous,
      String challenger,
      String canary,
      boolean pinned,
      Instant at) {
    revision++;
    hear(
        new AliasesChanged(
            revision,
            version(champion),
            version(previous),
            version(challenger),
            version(canary),
            pinned,
            at));
  }

  private static Optional<String> version(String name) {
    return Optional.of(name).filter(each -> !each.isEmpty());
  }

  /** Of four answers the champion has one wrong; of eight the challenger. */
  private void betterPairs(int number) {
    for (int i = 0; i < number; i++) {
      String actual = i % 2 == 0 ? "a" : "b";
      String wrong = i % 2 == 0 ? "b" : "a";
      pair(actual, i % 8 < 2 ? wrong : actual, i % 16 < 2 ? wrong : actual);
    }
  }

  private void equalPairs(int number) {
    for (int i = 0; i < number; i++) {
      String actual = i / 2 % 2 == 0 ? "a" : "b";
      String wrong = i / 2 % 2 == 0 ? "b" : "a";
      pair(actual, i % 10 == 0 ? wrong : actual, i % 10 == 1 ? wrong : actual);
    }
  }

  private void pair(String actual, String champion, String challenger) {
    hear(new Paired("v1", "v2", new PairedOutcome(actual, champion, challenger), START));
  }

  /** Answers of two classes, the first of every ten wrong, and of the worse also the others. */
  private void served(String version, int number, int wrongOfTen, Instant servedAt) {
    for (int i = 0; i < number; i++) {
      String actual = i % 2 == 0 ? "a" : "b";
      String wrong = i % 2 == 0 ? "b" : "a";
      hear(
          new Graded(
              version, actual, i / 2 % 10 < wrongOfTen ? wrong : actual, servedAt, servedAt));
    }
  }

  private Trial current() {
    return state.current().orElseThrow();
  }

  private List<Action> actions() {
    return decisions.stream().map(TrialDecision::action).toList();
  }

  private void untilCanary() {
    aliases("v1", "", "v2", "", START);
    betterPairs(1000);
    aliases("v2", "v1", "", "v2", START);
  }

  @Test
  void betterInShadowAndNotWorseAsCanaryThenPromoted() {
    aliases("v1", "", "v2", "", START);
    assertThat(current().phase()).isEqualTo(TrialPhase.SHADOW);

    betterPairs(1000);
    assertThat(actions()).containsExactly(Action.PROMOTE_TO_CANARY);
    assertThat(decisions.get(0).reason())
        .matches(
            "challenger v2 is better than champion v1: macro F1 0\\.\\d{4} and 0\\.\\d{4} on \\d+"
                + " shared labels, difference -?0\\.\\d{4} to 0\\.\\d{4} at any time, evidence"
                + " \\d+\\.\\d for and 0\\.\\d against of 20\\.0 needed");
    assertThat(decisions.get(0).figures().get("shadow_evidence_better")).isGreaterThanOrEqualTo(20);
    long labels = decisions.get(0).figures().get("shadow_labels").longValue();
    assertThat(labels).isBetween(100L, 999L);
    assertThat(current().evidence().counts().reviews()).isEqualTo(labels);

    aliases("v2", "v1", "", "v2", START);
    assertThat(current().phase()).isEqualTo(TrialPhase.CANARY);
    assertThat(current().champion()).isEqualTo("v1");
    served("v2", 60, 1, START);
    served("v1", 200, 2, START);
    hear(new Tick(START.plus(Duration.ofHours(1)).minusMillis(1)));
    assertThat(decisions).hasSize(1);

    hear(new Tick(START.plus(Duration.ofHours(1))));
    assertThat(actions()).containsExactly(Action.PROMOTE_TO_CANARY, Action.CONFIRM);
    assertThat(decisions.get(1).reason())
        .matches(
            "canary v2 is not worse than v1: macro F1 0\\.9000 on 60 labels and 0\\.8000 on 200,"
                + " difference -0\\.\\d{4} to 0\\.\\d{4} at any time");

    aliases("v2", "v1", "", "", START);
    assertThat(state.current()).isEmpty();
    assertThat(state.last().map(Outcome::phase)).contains(TrialPhase.PROMOTED);
  }

  @Test
  void allEventsAgainAfterEveryDecisionThenNoneDecidesAgain() {
    untilCanary();
    served("v1", 60, 1, START);
    served("v2", 60, 1, START);
    hear(new Tick(START.plus(Duration.ofHours(1))));
    TrialState pending = state;
    List<TrialEvent> all = List.copyOf(events);
    all.forEach(this::hear);
    assertThat(decisions).hasSize(2);
    assertThat(state).isEqualTo(pending);

    aliases("v2", "v1", "", "", START);
    TrialState ended = state;
    List.copyOf(events).forEach(this::hear);
    assertThat(decisions).hasSize(2);
    assertThat(state).isEqualTo(ended);
  }

  @Test
  void decidedAndNotYetInTheRegistryThenPendingAndNothingElseIsDecided() {
    aliases("v1", "", "v2", "", START);
    betterPairs(1000);
    hear(new Tick(START.plus(Duration.ofDays(100))));
    aliases("v1", "", "v2", "", START);

    assertThat(decisions).hasSize(1);
    assertThat(current().pending()).contains(decisions.get(0));
  }

  @Test
  void noDifferenceThenRejectedAtTheLastLabel() {
    aliases("v1", "", "v2", "", START);
    equalPairs(999);
    assertThat(decisions).isEmpty();
    equalPairs(1);

    assertThat(actions()).containsExactly(Action.REJECT);
    assertThat(decisions.get(0).reason())
        .startsWith("challenger v2 is not shown to be better than champion v1: macro F1 ")
        .contains(" on 1000 shared labels and 1000 are allowed, ");
    aliases("v1", "", "", "", START);
    assertThat(state.last().map(Outcome::phase)).contains(TrialPhase.REJECTED);
  }

  @Test
  void noLabelsThenRejectedWhenTheTimeIsOver() {
    aliases("v1", "", "v2", "", START);
    hear(new Tick(START.plus(Duration.ofHours(10)).minusMillis(1)));
    assertThat(decisions).isEmpty();
    hear(new Tick(START.plus(Duration.ofHours(10))));

    assertThat(actions()).containsExactly(Action.REJECT);
    assertThat(decisions.get(0).reason()).contains(" on 0 shared labels in 36000 s, ");
  }

  @Test
  void worseThenRejectedBeforeTheLimits() {
    aliases("v1", "", "v2", "", START);
    for (int i = 0; i < 400; i++) {
      String actual = i % 2 == 0 ? "a" : "b";
      pair(actual, actual, i % 8 < 2 ? (i % 2 == 0 ? "b" : "a") : actual);
    }

    assertThat(actions()).containsExactly(Action.REJECT);
    assertThat(decisions.get(0).reason()).startsWith("challenger v2 is worse than champion v1: ");
    assertThat(decisions.get(0).figures().get("shadow_labels")).isLessThan(300);
  }

  @Test
  void fewerThanTheLeastLabelsThenNothingIsDecided() {
    aliases("v1", "", "v2", "", START);
    for (int i = 0; i < 99; i++) {
      pair(i % 2 == 0 ? "a" : "b", i % 2 == 0 ? "b" : "a", i % 2 == 0 ? "a" : "b");
    }
    assertThat(POLICY.test().isBetter(current().evidence())).isTrue();
    assertThat(decisions).isEmpty();

    pair("a", "a", "a");
    assertThat(actions()).containsExactly(Action.PROMOTE_TO_CANARY);
  }

  @Test
  void pairsOfOtherVersionsThenIgnored() {
    aliases("v1", "", "v2", "", START);
    PairedOutcome outcome = new PairedOutcome("a", "b", "a");
    hear(new Paired("v0", "v2", outcome, START));
    hear(new Paired("v1", "v3", outcome, START));
    hear(new Graded("v1", "a", "a", START, START));

    assertThat(current().evidence()).isEqualTo(PairedSequentialTest.start());
    assertThat(current().former()).isEqualTo(TrialState.Live.NONE);
  }

  @Test
  void pinnedThenPromotedOnlyAfterItIsUnpinned() {
    aliases("v1", "", "v2", "", true, START);
    betterPairs(1200);
    hear(new Tick(START.plus(Duration.ofDays(100))));
    assertThat(decisions).isEmpty();

    aliases("v1", "", "v2", "", false, START);
    hear(new Tick(START.plus(Duration.ofDays(100))));
    assertThat(actions()).containsExactly(Action.PROMOTE_TO_CANARY);
  }

  @Test
  void pinnedBeforeThePromotionIsCarriedOutThenWithdrawn() {
    aliases("v1", "", "v2", "", START);
    betterPairs(1000);
    aliases("v1", "", "v2", "", true, START);

    assertThat(current().pending()).isEmpty();
    assertThat(current().phase()).isEqualTo(TrialPhase.SHADOW);
  }

  @Test
  void canaryWorseThenRolledBackAtOnce() {
    untilCanary();
    served("v1", 300, 1, START);
    served("v2", 59, 5, START);
    assertThat(decisions).hasSize(1);
    served("v2", 20, 5, START);

    assertThat(actions()).containsExactly(Action.PROMOTE_TO_CANARY, Action.ROLL_BACK);
    assertThat(decisions.get(1).reason()).startsWith("canary v2 is worse than v1: macro F1 0.");
    assertThat(decisions.get(1).figures().get("canary_difference_high")).isNegative();
    aliases("v1", "v2", "", "", START);
    assertThat(state.last().map(Outcome::phase)).contains(TrialPhase.ROLLED_BACK);
    assertThat(state.current()).isEmpty();
  }

  @Test
  void servedBeforeTheCanaryThenNotCounted() {
    untilCanary();
    served("v1", 100, 1, START.minusMillis(1));

    assertThat(current().former()).isEqualTo(TrialState.Live.NONE);
  }

  @Test
  void canaryWithTooFewLabelsThenConfirmedWhenItsTimeIsOver() {
    untilCanary();
    served("v2", 59, 1, START);
    hear(new Tick(START.plus(Duration.ofHours(3)).minusMillis(1)));
    assertThat(decisions).hasSize(1);
    hear(new Tick(START.plus(Duration.ofHours(3))));

    assertThat(actions()).containsExactly(Action.PROMOTE_TO_CANARY, Action.CONFIRM);
    assertThat(decisions.get(1).reason())
        .startsWith(
            "canary v2 is confirmed unchecked, for after 10800 s there are fewer than 60 labels of"
                + " it or of v1: ");
  }

  @Test
  void canaryNeitherWorseNorOfEnoughLabelsToConfirmThenConfirmedWhenItsTimeIsOver() {
    ChallengerTrial patient =
        new ChallengerTrial(
            new ChallengerPolicy(
                0.05,
                0,
                100,
                1000,
                Duration.ofHours(10),
                Duration.ofHours(1),
                200,
                Duration.ofHours(3)));
    untilCanary();
    served("v2", 59, 1, START);
    served("v1", 150, 1, START);
    TrialState compared = state;
    for (int i = 0; i < 60; i++) {
      String actual = i % 2 == 0 ? "a" : "b";
      compared = patient.step(compared, new Graded("v2", actual, actual, START, START)).state();
    }

    Step step = patient.step(compared, new Tick(START.plus(Duration.ofHours(3))));
    assertThat(step.decision().orElseThrow().reason())
        .startsWith("canary v2 is after 10800 s not shown to be worse than v1: ");
  }

  @Test
  void operatorMovesTheAliasesThenTheTrialEndsWithoutADecision() {
    aliases("v1", "", "v2", "", START);
    aliases("v2", "v1", "", "", START);
    assertThat(state.current()).isEmpty();
    assertThat(state.last().map(Outcome::phase)).contains(TrialPhase.ENDED);
    assertThat(state.last().orElseThrow().reason())
        .isEqualTo(
            "the aliases were moved while v2 was in shadow: champion v2, challenger none, canary"
                + " none");

    state = TrialState.NONE;
    untilCanary();
    aliases("v1", "v2", "", "", START);
    assertThat(state.last().map(Outcome::phase)).contains(TrialPhase.ENDED);
    assertThat(actions()).containsExactly(Action.PROMOTE_TO_CANARY);
  }

  @Test
  void operatorMakesTheChallengerCanaryThenItIsWatchedAsOne() {
    aliases("v1", "", "v2", "", START);
    aliases("v2", "v1", "", "v2", START);

    assertThat(current().phase()).isEqualTo(TrialPhase.CANARY);
    assertThat(state.last()).isEmpty();
  }

  @Test
  void anotherChallengerOrChampionThenTheTrialBeginsAnew() {
    aliases("v1", "", "v2", "", START);
    betterPairs(60);
    aliases("v1", "", "v3", "", START.plusSeconds(1));
    assertThat(current())
        .isEqualTo(Trial.begin(TrialPhase.SHADOW, "v3", "v1", START.plusSeconds(1)));
    assertThat(state.last().map(Outcome::version)).contains("v2");

    aliases("v0", "v1", "v3", "", START.plusSeconds(2));
    assertThat(current())
        .isEqualTo(Trial.begin(TrialPhase.SHADOW, "v3", "v0", START.plusSeconds(2)));
  }

  @Test
  void challengerNamedDuringACanaryThenItsTrialBeginsAfterwards() {
    untilCanary();
    aliases("v2", "v1", "v3", "v2", START);
    assertThat(current().version()).isEqualTo("v2");
    served("v2", 60, 1, START);
    hear(new Tick(START.plus(Duration.ofHours(1))));
    assertThat(decisions).as("nothing to compare it with").hasSize(1);
    served("v1", 60, 1, START.plus(Duration.ofHours(1)));
    aliases("v2", "v1", "v3", "", START.plusSeconds(9));

    assertThat(state.last().map(Outcome::phase)).contains(TrialPhase.PROMOTED);
    assertThat(current())
        .isEqualTo(Trial.begin(TrialPhase.SHADOW, "v3", "v2", START.plusSeconds(9)));
  }

  @Test
  void aliasesThatMeanNothingThenNoTrial() {
    aliases("v1", "v1", "v1", "v1", START);
    assertThat(state.current()).isEmpty();
    aliases("", "", "v2", "", START);
    assertThat(state.current()).isEmpty();
    aliases("v1", "v0", "", "v2", START);
    assertThat(state.current()).isEmpty();
  }

  @Test
  void canaryUnderWayAtTheFirstStartThenItIsWatched() {
    aliases("v2", "v1", "", "v2", START);

    assertThat(current()).isEqualTo(Trial.begin(TrialPhase.CANARY, "v2", "v1", START));
  }

  @Test
  void rejectedAndNamedAgainThenTriedAgain() {
    aliases("v1", "", "v2", "", START);
    hear(new Tick(START.plus(Duration.ofHours(10))));
    aliases("v1", "", "", "", START);
    aliases("v1", "", "v2", "", START.plus(Duration.ofHours(11)));

    assertThat(current().since()).isEqualTo(START.plus(Duration.ofHours(11)));
    assertThat(current().pending()).isEmpty();
  }
}
