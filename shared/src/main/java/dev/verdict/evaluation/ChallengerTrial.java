package dev.verdict.evaluation;

import dev.verdict.evaluation.TrialDecision.Action;
import dev.verdict.evaluation.TrialEvent.AliasesChanged;
import dev.verdict.evaluation.TrialEvent.Graded;
import dev.verdict.evaluation.TrialEvent.Paired;
import dev.verdict.evaluation.TrialState.Outcome;
import dev.verdict.evaluation.TrialState.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The way of a challenger from shadow over canary to champion, decided on live labels.
 *
 * <pre>
 * shadow -- better --> canary -- not worse in its time --> promoted
 *   |                     '-- macro F1 below the former champion's --> rolled back
 *   '-- worse, or undecided within its limits --> rejected
 * </pre>
 *
 * <p>In shadow {@link PairedSequentialTest} decides. As canary the two versions serve different
 * reviews, so nothing is paired: the canary is rolled back as soon as {@link MacroF1Difference}
 * says that it is worse than the former champion on the reviews served in the same time.
 *
 * <p>The aliases of the registry are what holds: a trial begins with a challenger named there, goes
 * on when they show what was decided, and ends without a decision when they show anything else. A
 * decision is made once; until the aliases show it, it is {@link Trial#pending} and nothing more is
 * decided. So events that come again after a decision decide nothing again. Pairs that come again
 * before it would count twice: whoever feeds the trial keeps its state and its place in the input
 * together.
 *
 * @param policy what a challenger must show
 */
public record ChallengerTrial(ChallengerPolicy policy) {
  /** Labels of each version that are enough to compare them, and more are not waited for. */
  private static final long ENOUGH_TO_COMPARE = 100;

  /** Below so many labels the intervals hold too seldom. */
  private static final long FEWEST_TO_COMPARE = 30;

  /**
   * What an event led to.
   *
   * @param state to go on with
   * @param decision to be carried out, and written where decisions are kept
   */
  public record Step(TrialState state, Optional<TrialDecision> decision) {}

  /** Takes one event. */
  public Step step(TrialState state, TrialEvent event) {
    if (event instanceof AliasesChanged aliases) {
      return new Step(
          aliases.revision() > state.revision() ? follow(state, aliases) : state, Optional.empty());
    }
    Optional<Trial> trial = state.current().filter(each -> each.pending().isEmpty());
    if (trial.isEmpty()) {
      return new Step(state, Optional.empty());
    }
    Trial heard = hear(trial.get(), event);
    Optional<TrialDecision> decision =
        heard.phase() == TrialPhase.SHADOW
            ? judgeShadow(heard, state.pinned(), event.at())
            : judgeCanary(heard, event.at());
    return new Step(state.with(heard.with(decision)), decision);
  }

  private Trial hear(Trial trial, TrialEvent event) {
    if (trial.phase() == TrialPhase.SHADOW
        && event instanceof Paired pair
        && pair.champion().equals(trial.champion())
        && pair.challenger().equals(trial.version())) {
      return trial.with(policy.test().update(trial.evidence(), pair.outcome()));
    }
    if (trial.phase() == TrialPhase.CANARY
        && event instanceof Graded graded
        && !graded.servedAt().isBefore(trial.since())) {
      boolean canary = graded.version().equals(trial.version());
      boolean former = graded.version().equals(trial.champion());
      return trial.with(
          canary ? trial.canary().plus(graded.actual(), graded.predicted()) : trial.canary(),
          former ? trial.former().plus(graded.actual(), graded.predicted()) : trial.former());
    }
    return trial;
  }

  private Optional<TrialDecision> judgeShadow(Trial trial, boolean pinned, Instant now) {
    PairedSequentialTest test = policy.test();
    PairedSequentialTest.State evidence = trial.evidence();
    long labels = evidence.counts().reviews();
    if (labels >= policy.minLabels() && test.isBetter(evidence)) {
      return pinned
          ? Optional.empty()
          : Optional.of(ofShadow(trial, Action.PROMOTE_TO_CANARY, "is better than", "", now));
    }
    if (labels >= policy.minLabels() && test.isWorse(evidence)) {
      return Optional.of(ofShadow(trial, Action.REJECT, "is worse than", "", now));
    }
    if (labels >= policy.maxLabels()) {
      return Optional.of(
          ofShadow(
              trial,
              Action.REJECT,
              "is not shown to be better than",
              " and %d are allowed".formatted(policy.maxLabels()),
              now));
    }
    if (isOver(trial, policy.maxDuration(), now)) {
      return Optional.of(
          ofShadow(
              trial,
              Action.REJECT,
              "is not shown to be better than",
              " in %d s".formatted(policy.maxDuration().toSeconds()),
              now));
    }
    return Optional.empty();
  }

  private TrialDecision ofShadow(
      Trial trial, Action action, String finding, String limit, Instant now) {
    return new TrialDecision(
        action,
        trial.version(),
        trial.champion(),
        sentenceOfShadow(trial, finding, limit),
        figures(trial),
        now);
  }

  private String sentenceOfShadow(Trial trial, String finding, String limit) {
    PairedSequentialTest test = policy.test();
    PairedCounts counts = trial.evidence().counts();
    PairedSequentialTest.Interval interval = test.interval(trial.evidence());
    return String.format(
        Locale.ROOT,
        "challenger %s %s champion %s: macro F1 %.4f and %.4f on %d shared labels%s, difference"
            + " %.4f to %.4f at any time, evidence %.1f for and %.1f against of %.1f needed",
        trial.version(),
        finding,
        trial.champion(),
        counts.challengerMacroF1(),
        counts.championMacroF1(),
        counts.reviews(),
        limit,
        interval.low(),
        interval.high(),
        test.better(trial.evidence()),
        test.worse(trial.evidence()),
        test.evidenceNeeded());
  }

  private Optional<TrialDecision> judgeCanary(Trial trial, Instant now) {
    ConfusionMatrix canary = trial.canary().matrix();
    ConfusionMatrix former = trial.former().matrix();
    boolean comparable = Math.min(canary.total(), former.total()) >= labelsToCompare();
    if (comparable && MacroF1Difference.of(canary, former, policy.error()).high() < 0) {
      return Optional.of(ofCanary(trial, Action.ROLL_BACK, "is worse than", now));
    }
    boolean enough = canary.total() >= policy.canaryMinLabels();
    if (comparable && enough && isOver(trial, policy.canaryDuration(), now)) {
      return Optional.of(ofCanary(trial, Action.CONFIRM, "is not worse than", now));
    }
    if (isOver(trial, policy.canaryMaxDuration(), now)) {
      long seconds = policy.canaryMaxDuration().toSeconds();
      String finding =
          comparable
              ? "is after %d s not shown to be worse than".formatted(seconds)
              : "is confirmed unchecked, for after %d s there are fewer than %d labels of it or of"
                  .formatted(seconds, labelsToCompare());
      return Optional.of(ofCanary(trial, Action.CONFIRM, finding, now));
    }
    return Optional.empty();
  }

  /** Nobody is confirmed who could not have been rolled back. */
  private long labelsToCompare() {
    return Math.max(FEWEST_TO_COMPARE, Math.min(ENOUGH_TO_COMPARE, policy.canaryMinLabels()));
  }

  private TrialDecision ofCanary(Trial trial, Action action, String finding, Instant now) {
    return new TrialDecision(
        action,
        trial.version(),
        trial.champion(),
        sentenceOfCanary(trial, finding),
        figures(trial),
        now);
  }

  private String sentenceOfCanary(Trial trial, String finding) {
    ConfusionMatrix canary = trial.canary().matrix();
    ConfusionMatrix former = trial.former().matrix();
    MacroF1Difference difference = MacroF1Difference.of(canary, former, policy.error());
    return String.format(
        Locale.ROOT,
        "canary %s %s %s: macro F1 %.4f on %d labels and %.4f on %d, difference %.4f to %.4f at any"
            + " time",
        trial.version(),
        finding,
        trial.champion(),
        canary.macroF1(),
        canary.total(),
        former.macroF1(),
        former.total(),
        difference.low(),
        difference.high());
  }

  /** Where a trial stands that is not decided, in one sentence. */
  public String standing(Trial trial) {
    return trial.phase() == TrialPhase.SHADOW
        ? sentenceOfShadow(trial, "is neither shown to be better nor worse than", "")
        : sentenceOfCanary(trial, "is not shown to be worse than");
  }

  private static boolean isOver(Trial trial, Duration duration, Instant now) {
    return !now.isBefore(trial.since().plus(duration));
  }

  /**
   * What is known of a trial now, by name: of the shadow always, of the canary while there is one.
   */
  public Map<String, Double> figures(Trial trial) {
    Map<String, Double> figures = new LinkedHashMap<>();
    PairedSequentialTest test = policy.test();
    PairedSequentialTest.Interval interval = test.interval(trial.evidence());
    PairedCounts counts = trial.evidence().counts();
    figures.put("shadow_labels", (double) counts.reviews());
    figures.put("shadow_agreements", (double) counts.agreements());
    figures.put("shadow_champion_macro_f1", counts.championMacroF1());
    figures.put("shadow_challenger_macro_f1", counts.challengerMacroF1());
    figures.put("shadow_difference_low", interval.low());
    figures.put("shadow_difference_high", interval.high());
    figures.put("shadow_evidence_better", test.better(trial.evidence()));
    figures.put("shadow_evidence_worse", test.worse(trial.evidence()));
    figures.put("shadow_evidence_needed", test.evidenceNeeded());
    if (trial.phase() == TrialPhase.CANARY) {
      put(figures, "canary", trial.canary().matrix());
      put(figures, "former", trial.former().matrix());
      MacroF1Difference difference =
          MacroF1Difference.of(trial.canary().matrix(), trial.former().matrix(), policy.error());
      figures.put("canary_difference_low", difference.low());
      figures.put("canary_difference_high", difference.high());
    }
    return figures;
  }

  private static void put(Map<String, Double> figures, String name, ConfusionMatrix matrix) {
    MacroF1Interval interval = MacroF1Interval.ofWindow(matrix);
    figures.put(name + "_labels", (double) matrix.total());
    figures.put(name + "_macro_f1", matrix.macroF1());
    figures.put(name + "_macro_f1_low", interval.low());
    figures.put(name + "_macro_f1_high", interval.high());
  }

  /** Goes on, ends or begins a trial as the aliases say. */
  private static TrialState follow(TrialState state, AliasesChanged aliases) {
    if (state.current().isEmpty()) {
      return begin(aliases, state.last());
    }
    Trial trial = state.current().get();
    if (isUnchanged(trial, aliases)) {
      // What was decided before a version was pinned is decided again when it is no more.
      boolean withdrawn =
          aliases.pinned()
              && trial
                  .pending()
                  .map(TrialDecision::action)
                  .equals(Optional.of(Action.PROMOTE_TO_CANARY));
      Trial same = withdrawn ? trial.with(Optional.empty()) : trial;
      return new TrialState(aliases.revision(), aliases.pinned(), Optional.of(same), state.last());
    }
    if (trial.phase() == TrialPhase.SHADOW && isCanary(trial, aliases)) {
      return new TrialState(
          aliases.revision(),
          aliases.pinned(),
          Optional.of(trial.asCanary(aliases.at())),
          state.last());
    }
    return begin(aliases, Optional.of(outcome(trial, aliases)));
  }

  private static boolean isUnchanged(Trial trial, AliasesChanged aliases) {
    return trial.phase() == TrialPhase.SHADOW
        ? aliases.champion().equals(Optional.of(trial.champion()))
            && aliases.challenger().equals(Optional.of(trial.version()))
            && aliases.canary().isEmpty()
        : isCanary(trial, aliases);
  }

  private static boolean isCanary(Trial trial, AliasesChanged aliases) {
    return aliases.champion().equals(Optional.of(trial.version()))
        && aliases.canary().equals(Optional.of(trial.version()))
        && aliases.previous().equals(Optional.of(trial.champion()));
  }

  private static Outcome outcome(Trial trial, AliasesChanged aliases) {
    Optional<TrialDecision> shown =
        trial.pending().filter(decision -> isShown(decision, trial, aliases));
    TrialPhase phase =
        shown
            .map(
                decision ->
                    switch (decision.action()) {
                      case CONFIRM -> TrialPhase.PROMOTED;
                      case ROLL_BACK -> TrialPhase.ROLLED_BACK;
                      case REJECT -> TrialPhase.REJECTED;
                      case PROMOTE_TO_CANARY -> TrialPhase.CANARY;
                    })
            .orElse(TrialPhase.ENDED);
    String reason =
        shown
            .map(TrialDecision::reason)
            .orElseGet(
                () ->
                    "the aliases were moved while %s was %s: champion %s, challenger %s, canary %s"
                        .formatted(
                            trial.version(),
                            trial.phase() == TrialPhase.SHADOW ? "in shadow" : "canary",
                            aliases.champion().orElse("none"),
                            aliases.challenger().orElse("none"),
                            aliases.canary().orElse("none")));
    return new Outcome(phase, trial.version(), trial.champion(), reason, aliases.at());
  }

  private static boolean isShown(TrialDecision decision, Trial trial, AliasesChanged aliases) {
    return switch (decision.action()) {
      case CONFIRM ->
          aliases.champion().equals(Optional.of(trial.version())) && aliases.canary().isEmpty();
      case ROLL_BACK ->
          aliases.champion().equals(Optional.of(trial.champion())) && aliases.canary().isEmpty();
      case REJECT ->
          aliases.champion().equals(Optional.of(trial.champion()))
              && !aliases.challenger().equals(Optional.of(trial.version()));
      case PROMOTE_TO_CANARY -> isCanary(trial, aliases);
    };
  }

  /** A canary that serves comes before a challenger that waits. */
  private static TrialState begin(AliasesChanged aliases, Optional<Outcome> last) {
    Optional<Trial> trial =
        aliases
            .canary()
            .flatMap(canary -> trial(TrialPhase.CANARY, canary, aliases.previous(), aliases.at()))
            .or(
                () ->
                    aliases
                        .challenger()
                        .flatMap(
                            challenger ->
                                trial(
                                    TrialPhase.SHADOW,
                                    challenger,
                                    aliases.champion(),
                                    aliases.at())));
    return new TrialState(aliases.revision(), aliases.pinned(), trial, last);
  }

  private static Optional<Trial> trial(
      TrialPhase phase, String version, Optional<String> against, Instant at) {
    return against
        .filter(champion -> !champion.equals(version))
        .map(champion -> Trial.begin(phase, version, champion, at));
  }
}
