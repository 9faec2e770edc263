package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.Json;
import dev.verdict.evaluation.RetrainDecision.Outcome;
import dev.verdict.evaluation.RetrainEvent.ChampionChanged;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import dev.verdict.evaluation.RetrainEvent.DriftWithdrawn;
import dev.verdict.evaluation.RetrainEvent.Evaluated;
import dev.verdict.evaluation.RetrainEvent.ManualRequest;
import dev.verdict.evaluation.RetrainEvent.RunChanged;
import dev.verdict.evaluation.RetrainEvent.RunState;
import dev.verdict.evaluation.RetrainEvent.Tick;
import dev.verdict.evaluation.RetrainPolicy.Request;
import dev.verdict.evaluation.RetrainPolicy.Step;
import dev.verdict.evaluation.RetrainState.Champion;
import dev.verdict.evaluation.RetrainState.Phase;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds whatever happens: random lives of a model, with a trainer that may do anything. */
class RetrainPolicyPropertiesTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final int STEPS = 6000;
  private static final int BUDGET = 5;
  private static final List<RunState> RUN_STATES = List.of(RunState.values());
  private static final Duration COOLDOWN = Duration.ofMinutes(10);
  private static final Map<Phase, Set<Phase>> EDGES = new EnumMap<>(Phase.class);

  static {
    EDGES.put(Phase.STEADY, EnumSet.allOf(Phase.class));
    EDGES.put(Phase.SUSPECT, EnumSet.allOf(Phase.class));
    EDGES.put(Phase.REQUESTED, EnumSet.of(Phase.REQUESTED, Phase.TRAINING, Phase.COOLDOWN));
    EDGES.put(Phase.TRAINING, EnumSet.of(Phase.REQUESTED, Phase.TRAINING, Phase.COOLDOWN));
    EDGES.put(Phase.COOLDOWN, EnumSet.allOf(Phase.class));
  }

  private final RetrainPolicy policy =
      policy(0.80, 0.82, 100, EnumSet.complementOf(EnumSet.of(RetrainTrigger.MANUAL)));

  private static RetrainPolicy policy(
      double enter, double leave, int minLabels, Set<RetrainTrigger> triggers) {
    return new RetrainPolicy(
        new WindowSpec.Last(1000),
        enter,
        leave,
        minLabels,
        COOLDOWN,
        BUDGET,
        Duration.ofHours(3),
        Duration.ofMinutes(15),
        triggers);
  }

  /** What happened, and what came of it. */
  private record Life(List<RetrainEvent> events, List<Step> steps) {
    List<Request> requests() {
      return steps.stream().flatMap(step -> step.request().stream()).toList();
    }
  }

  /** What the random life is in: versions with their labels, a drifting quality, old news. */
  private static final class World {
    private final SplittableRandom random;
    private final List<String> asked = new ArrayList<>(List.of("bootstrap"));
    private final long[] labels = new long[100];
    private final List<RetrainEvent> past = new ArrayList<>();
    private Instant now = START;
    private int version = 1;
    private double quality = 0.85;

    World(long seed) {
      random = new SplittableRandom(seed);
    }

    RetrainEvent next() {
      now = now.plusMillis(random.nextInt(10) == 0 ? random.nextInt(7_200_000) : 60_000);
      quality = Math.max(0.5, Math.min(0.95, quality + random.nextDouble(-0.03, 0.03)));
      RetrainEvent event =
          switch (random.nextInt(15)) {
            case 0 ->
                new DriftDetected(
                    "adwin", "v" + version, labels[version], Map.of("error_rate", quality), now);
            case 1, 2 -> new Tick(now);
            case 3, 4, 5 -> run();
            case 6 -> manual();
            case 7 -> champion();
            case 8 -> past.isEmpty() ? new Tick(now) : past.get(random.nextInt(past.size()));
            case 9 ->
                new DriftWithdrawn(
                    "adwin", "v" + version, Math.max(0, labels[version] - 50), 0.1, 0.1, now);
            default -> score();
          };
      past.add(event);
      return event;
    }

    private RetrainEvent run() {
      RunState to = RUN_STATES.get(random.nextInt(RUN_STATES.size()));
      String id = asked.get(asked.size() - 1 - Math.min(random.nextInt(3), asked.size() - 1));
      return new RunChanged(id, to, now);
    }

    private RetrainEvent manual() {
      if (random.nextInt(20) > 0) {
        return new Tick(now);
      }
      asked.add("manual-" + past.size());
      return new ManualRequest("manual-" + past.size(), now);
    }

    private RetrainEvent champion() {
      if (random.nextInt(10) == 0) {
        version = Math.max(1, Math.min(99, version + (random.nextInt(3) == 0 ? -1 : 1)));
      }
      return new ChampionChanged("v" + version, labels[version], now);
    }

    private RetrainEvent score() {
      labels[version] += random.nextInt(60);
      double width = random.nextDouble(0.01, 0.1);
      return new Evaluated(
          "v" + version,
          "last_1000",
          Math.min(1000, labels[version]),
          labels[version],
          quality - width,
          quality,
          quality + width,
          now);
    }
  }

  /** Lives on, event by event, each made with the knowledge of what was asked for before. */
  private static Life live(long seed, RetrainPolicy by) {
    return live(seed, by, 0);
  }

  /** The same where each event may be overtaken by later ones. */
  private static Life live(long seed, RetrainPolicy by, int waiting) {
    World world = new World(seed);
    SplittableRandom order = new SplittableRandom(~seed);
    List<RetrainEvent> late = new ArrayList<>();
    List<RetrainEvent> events = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    RetrainState state = RetrainState.start(START);
    for (int i = 0; i < STEPS; i++) {
      while (late.size() <= waiting) {
        late.add(world.next());
      }
      RetrainEvent event = late.remove(order.nextInt(late.size()));
      Step step = by.step(state, event);
      step.request().ifPresent(request -> world.asked.add(request.id()));
      events.add(event);
      steps.add(step);
      state = step.state();
    }
    return new Life(events, steps);
  }

  private static boolean ends(RetrainEvent event) {
    return event instanceof RunChanged run && run.state().terminal();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyLifeThenNoRequestWithinACooldownNorAboveTheBudget(long seed) {
    Life life = live(seed, policy);
    List<Instant> times = life.requests().stream().map(Request::at).toList();

    assertThat(times).hasSizeGreaterThan(30);
    for (int i = 0; i < times.size(); i++) {
      Instant from = times.get(i);
      assertThat(
              times.stream()
                  .filter(at -> !at.isBefore(from) && at.isBefore(from.plus(Duration.ofDays(1)))))
          .hasSizeLessThanOrEqualTo(BUDGET);
      assertThat(i == 0 ? COOLDOWN : Duration.between(times.get(i - 1), from))
          .isGreaterThanOrEqualTo(COOLDOWN);
    }
    Instant ended = Instant.MIN;
    for (int i = 0; i < life.steps().size(); i++) {
      Step step = life.steps().get(i);
      if (step.request().isPresent()) {
        assertThat(ended).isBeforeOrEqualTo(step.request().get().at().minus(COOLDOWN));
      }
      if (ends(life.events().get(i)) && step.decision().after() == Phase.COOLDOWN && step.news()) {
        ended = step.decision().at();
      }
    }
    assertThat(ended).isAfter(START);
  }

  /** A model of its own: which requests nobody has answered, by the events alone. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyLifeThenNeverARequestWhileAnotherIsOpenForLessThanADay(long seed) {
    Life life = live(seed, policy);
    Map<String, Instant> open = new HashMap<>();
    Set<String> over = new HashSet<>();
    int made = 0;
    for (int i = 0; i < life.steps().size(); i++) {
      Step step = life.steps().get(i);
      Instant now = step.decision().at();
      RetrainEvent event = life.events().get(i);
      if (event instanceof ManualRequest manual && !over.contains(manual.requestId())) {
        open.putIfAbsent(manual.requestId(), now);
      }
      if (event instanceof RunChanged run && run.state().terminal()) {
        open.remove(run.requestId());
        over.add(run.requestId());
      } else if (event instanceof RunChanged run && !over.contains(run.requestId())) {
        open.put(run.requestId(), now);
      }
      if (step.request().isPresent()) {
        made++;
        assertThat(open.values()).allMatch(since -> !now.isBefore(since.plus(RetrainState.DAY)));
        open.clear();
        open.put(step.request().get().id(), now);
      }
    }
    assertThat(made).isGreaterThan(30);
  }

  /** Hysteresis: what led to one request never leads to another. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyLifeThenEachRequestOfAVersionHasItsOwnLabels(long seed) {
    Life life = live(seed, policy);
    Map<String, Double> asked = new HashMap<>();
    double labels = 0;
    for (int i = 0; i < life.steps().size(); i++) {
      Step step = life.steps().get(i);
      if (step.state().champion().isPresent()) {
        labels = step.state().champion().get().score().map(Evaluated::labels).orElse(0L);
      }
      if (step.request().isPresent()) {
        String version = step.request().get().version();
        assertThat(labels - asked.getOrDefault(version, 0.0))
            .isGreaterThanOrEqualTo(policy.minLabels());
        asked.put(version, labels);
      }
    }
    assertThat(asked).isNotEmpty();
  }

  /** The two bounds hold against the interval, whatever the point says. */
  @Test
  void anyLifeThenSuspicionBeginsBelowOneBoundAndEndsAboveTheOther() {
    RetrainPolicy f1Alone = policy(0.80, 0.82, 100, EnumSet.of(RetrainTrigger.F1));
    int begun = 0;
    int cleared = 0;
    for (long seed = 1; seed <= 5; seed++) {
      for (Step step : live(seed, f1Alone).steps()) {
        Phase before = step.decision().before();
        Phase after = step.decision().after();
        Optional<Evaluated> score = step.state().champion().flatMap(Champion::score);
        if (before == Phase.STEADY && (after == Phase.SUSPECT || step.request().isPresent())) {
          begun++;
          assertThat(score.orElseThrow().high()).isLessThan(0.80);
        }
        if (before == Phase.SUSPECT
            && after == Phase.STEADY
            && step.decision().outcome() != Outcome.CHAMPION_CHANGED) {
          cleared++;
          assertThat(score.orElseThrow().low()).isGreaterThanOrEqualTo(0.82);
        }
        if (before == Phase.SUSPECT && after == Phase.SUSPECT) {
          assertThat(score.orElseThrow().low()).isLessThan(0.82);
        }
      }
    }
    assertThat(begun).isGreaterThan(20);
    assertThat(cleared).isGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyLifeThenPhasesChangeAlongTheEdgesAlone(long seed) {
    Life life = live(seed, policy);
    Set<Phase> seen = EnumSet.noneOf(Phase.class);
    Phase last = Phase.STEADY;
    for (int i = 0; i < life.steps().size(); i++) {
      Step step = life.steps().get(i);
      assertThat(step.decision().before()).isEqualTo(last);
      last = step.decision().after();
      assertThat(step.state().phase()).isEqualTo(last);
      assertThat(EDGES.get(step.decision().before())).contains(last);
      seen.add(last);
      if (step.request().isPresent()) {
        assertThat(step.decision().before()).isIn(Phase.STEADY, Phase.SUSPECT);
        assertThat(last).isEqualTo(Phase.REQUESTED);
      } else if (last == Phase.REQUESTED && step.decision().before() != Phase.REQUESTED) {
        assertThat(
                life.events().get(i) instanceof ManualRequest
                    || step.decision().before() == Phase.TRAINING)
            .isTrue();
      }
      if (last == Phase.TRAINING && step.decision().before() != Phase.TRAINING) {
        assertThat(life.events().get(i)).isInstanceOf(RunChanged.class);
      }
      assertThat(step.news() || step.decision().before() == last).isTrue();
    }
    assertThat(seen).containsExactlyInAnyOrder(Phase.values());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anySuffixTwiceThenNoSecondRequestForTheSameEvidence(long seed) {
    Life life = live(seed, policy);
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 20; trial++) {
      int end = random.nextInt(1, STEPS);
      int from = random.nextInt(Math.max(0, end - 500), end);
      List<RetrainEvent> events = new ArrayList<>(life.events().subList(0, end));
      events.addAll(life.events().subList(from, end));
      events.addAll(life.events().subList(end, STEPS));
      List<String> ids = new ArrayList<>();
      RetrainState state = RetrainState.start(START);
      for (RetrainEvent event : events) {
        Step step = policy.step(state, event);
        step.request().ifPresent(request -> ids.add(request.id()));
        state = step.state();
      }
      assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(20);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void eventsOvertakeEachOtherThenNoSecondRequestForTheSameEvidence(long seed) {
    List<String> ids = live(seed, policy, 5).requests().stream().map(Request::id).toList();

    assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void restartAfterEveryStepThenTheSameSteps(long seed) throws IOException {
    Life life = live(seed, policy);
    RetrainState state = RetrainState.start(START);
    for (int i = 0; i < STEPS; i++) {
      state = Json.read(Json.write(state), RetrainState.class);
      Step step = policy.step(state, life.events().get(i));
      assertThat(step).isEqualTo(life.steps().get(i));
      state = step.state();
    }
  }

  @Test
  void sameLifeTwiceThenTheSameSteps() {
    assertThat(live(7, policy)).isEqualTo(live(7, policy));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void intervalNeverBelowTheBoundAndNoOtherTriggerThenNoRequest(long seed) {
    RetrainPolicy strict = policy(0.45, 0.5, 1, EnumSet.of(RetrainTrigger.F1));

    assertThat(live(seed, strict).requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyLifeThenWhatIsToldIsASmallPart(long seed) {
    Life life = live(seed, policy);

    assertThat(life.steps().stream().filter(Step::news).count()).isLessThan(STEPS / 2);
    assertThat(life.steps().stream().filter(step -> step.request().isPresent()))
        .allMatch(Step::news);
  }
}
