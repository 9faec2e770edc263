package dev.verdict.evaluation;

import dev.verdict.evaluation.RetrainEvent.RunChanged;
import dev.verdict.evaluation.RetrainEvent.RunState;
import dev.verdict.evaluation.RetrainEvent.Tick;
import dev.verdict.evaluation.RetrainPolicy.Request;
import dev.verdict.evaluation.RetrainPolicy.Step;
import dev.verdict.evaluation.RetrainState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a policy would have done with what was recorded.
 *
 * <p>A request that was not made in fact is followed by a run that nobody knows. It is assumed to
 * begin at once, to take {@code runLength}, and to end as published without any effect on the
 * recorded figures, so that scores that stay low lead to the next request. The other way round, the
 * run of a recorded request that the policy does not make is left out; the champion that came of it
 * stays in the record all the same. So the first difference is certain, and what follows it an
 * estimate.
 *
 * @param runLength of a run that is assumed
 * @param tick time between two looks at the clock where nothing else happens
 */
public record RetrainReplay(RetrainPolicy policy, Duration runLength, Duration tick) {

  /**
   * @throws IllegalArgumentException if a duration is not positive
   */
  public RetrainReplay {
    if (runLength.isNegative() || runLength.isZero() || tick.isNegative() || tick.isZero()) {
      throw new IllegalArgumentException(
          "run length %s and tick %s must be positive".formatted(runLength, tick));
    }
  }

  /**
   * A request that the policy makes.
   *
   * @param recorded whether it was made in fact, on the same evidence, and its run is known
   */
  public record Made(Request request, boolean recorded) {}

  /** A change of the phase and what led to it. */
  public record PhaseChange(Instant at, Phase before, Phase after, String reason) {}

  /** In order of time. */
  public record Report(List<Made> requests, List<PhaseChange> phases) {}

  /**
   * Goes through the record from its first event on.
   *
   * @param events in any order; those of the same time stay in the order given
   * @param automatic ids of the recorded requests that a policy made
   * @param onTrial whether a challenger or canary was on trial at a time, so that no request is
   *     made
   * @param end until when time passes
   */
  public Report run(
      List<RetrainEvent> events, Set<String> automatic, Predicate<Instant> onTrial, Instant end) {
    List<RetrainEvent> sorted =
        events.stream().sorted(Comparator.comparing(RetrainEvent::now)).toList();
    if (sorted.isEmpty()) {
      return new Report(List.of(), List.of());
    }
    Set<String> known =
        sorted.stream()
            .filter(event -> event instanceof RunChanged)
            .map(event -> ((RunChanged) event).requestId())
            .filter(automatic::contains)
            .collect(Collectors.toSet());
    Course course = new Course(sorted.get(0).now(), known, onTrial);
    for (RetrainEvent event : sorted) {
      course.passUntil(event.now());
      course.recorded(event);
    }
    course.passUntil(end);
    return new Report(List.copyOf(course.requests), List.copyOf(course.phases));
  }

  /** One way through the record. */
  private final class Course {
    private final Set<String> known;
    private final Predicate<Instant> onTrial;
    private final Set<String> made = new HashSet<>();
    private final Deque<RunChanged> assumed = new ArrayDeque<>();
    private final List<Made> requests = new ArrayList<>();
    private final List<PhaseChange> phases = new ArrayList<>();
    private RetrainState state;
    private Instant now;

    /**
     * @param known ids of automatic requests whose runs are recorded
     */
    Course(Instant start, Set<String> known, Predicate<Instant> onTrial) {
      this.known = known;
      this.onTrial = onTrial;
      state = RetrainState.start(start);
      now = start;
    }

    void passUntil(Instant until) {
      while (now.plus(tick).isBefore(until) || assumedBefore(until)) {
        Instant next = now.plus(tick);
        if (assumedBefore(next)) {
          feed(assumed.remove());
        } else {
          feed(new Tick(next));
        }
      }
    }

    private boolean assumedBefore(Instant until) {
      return !assumed.isEmpty() && assumed.element().now().isBefore(until);
    }

    void recorded(RetrainEvent event) {
      boolean ofARunThatIsNotMade =
          event instanceof RunChanged run
              && known.contains(run.requestId())
              && !made.contains(run.requestId());
      feed(ofARunThatIsNotMade ? new Tick(event.now()) : event);
    }

    private void feed(RetrainEvent event) {
      now = event.now();
      Step step = policy.step(state, event);
      if (step.request().isPresent() && onTrial.test(now)) {
        // As live: the step is not taken, scores and time come again.
        return;
      }
      state = step.state();
      RetrainDecision decision = step.decision();
      if (decision.before() != decision.after()) {
        phases.add(
            new PhaseChange(decision.at(), decision.before(), decision.after(), decision.reason()));
      }
      step.request().ifPresent(this::request);
    }

    private void request(Request request) {
      boolean recorded = known.contains(request.id());
      made.add(request.id());
      requests.add(new Made(request, recorded));
      if (!recorded) {
        assume(request);
      }
    }

    /** With news often enough that it does not count as silent. */
    private void assume(Request request) {
      Instant end = request.at().plus(runLength);
      Duration step = policy.requestTimeout().dividedBy(2).plusMillis(1);
      for (Instant at = request.at(); at.isBefore(end); at = at.plus(step)) {
        assumed.add(new RunChanged(request.id(), RunState.RUNNING, at));
      }
      assumed.add(new RunChanged(request.id(), RunState.PUBLISHED, end));
    }
  }
}
