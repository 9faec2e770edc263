package dev.verdict.streams.status;

import dev.verdict.contract.ModelManifest;
import dev.verdict.registry.RegistryState;
import dev.verdict.registry.RegistryView;
import dev.verdict.streams.inference.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Puts together what the page shows. */
final class StatusReport {
  private static final int VERSIONS = 12;
  private static final int RUNS = 8;
  private static final int DECISIONS = 20;

  /**
   * What is reported on.
   *
   * @param window that decides on retraining
   * @param bound of macro F1 in that window
   * @param history of the scores
   * @param lastPredictions that are kept
   * @param maxTextBytes of a review
   */
  record Settings(
      String model,
      String window,
      double bound,
      Duration history,
      int lastPredictions,
      int maxTextBytes) {}

  private final Settings settings;
  private final Supplier<Optional<String>> notReady;
  private final Supplier<Optional<String>> champion;
  private final Supplier<Optional<RegistryView>> registry;
  private final Supplier<List<Refusal>> refusals;
  private final TopicsBoard board;
  private final RecentActivity recent;
  private final Throughput throughput;
  private final Instant startedAt = Instant.now();

  /**
   * @param notReady why reviews are not classified, or empty
   * @param champion the version that is loaded
   * @param registry as it was last read
   * @param refusals versions with a role in it that this instance does not serve
   */
  StatusReport(
      Settings settings,
      Supplier<Optional<String>> notReady,
      Supplier<Optional<String>> champion,
      Supplier<Optional<RegistryView>> registry,
      Supplier<List<Refusal>> refusals,
      TopicsBoard board,
      RecentActivity recent,
      Throughput throughput) {
    this.settings = settings;
    this.notReady = notReady;
    this.champion = champion;
    this.registry = registry;
    this.refusals = refusals;
    this.board = board;
    this.recent = recent;
    this.throughput = throughput;
  }

  /**
   * The status of now.
   *
   * @param sinceMillis from when on scores are wanted, since 1970
   */
  Status status(long sinceMillis) {
    TopicsBoard.View view = board.view(sinceMillis, DECISIONS);
    List<Throughput.Rejections> rejections = throughput.rejections();
    return new Status(
        settings.model(),
        Instant.now(),
        new Status.Instance(startedAt, notReady.get(), champion.get(), settings.maxTextBytes()),
        new Status.Topics(view.reading().name().toLowerCase(Locale.ROOT), view.fault()),
        quality(view),
        versions(view),
        new Status.Retraining(
            view.phase(),
            view.standing(),
            view.runs().stream().limit(RUNS).map(Status.Run::of).toList()),
        view.decisions(),
        throughput.speed(),
        new Status.Predictions(settings.lastPredictions(), recent.predictions()),
        new Status.DeadLetters(
            rejections.stream().mapToLong(Throughput.Rejections::count).sum(),
            rejections,
            recent.letters()));
  }

  private Status.Quality quality(TopicsBoard.View view) {
    return new Status.Quality(
        settings.window(),
        settings.bound(),
        settings.history().toSeconds(),
        view.step().toMillis() / 1000.0,
        view.scores(),
        view.byVersion(),
        view.latest().stream()
            .map(each -> Status.Window.of(each, settings.window()))
            .sorted(Comparator.comparing(each -> !each.decides()))
            .toList(),
        view.swaps());
  }

  private List<Status.Version> versions(TopicsBoard.View view) {
    RegistryState state =
        registry.get().map(RegistryView::state).orElse(new RegistryState(Map.of(), Map.of()));
    Map<String, String> refused =
        refusals.get().stream().collect(Collectors.toMap(Refusal::version, Refusal::reason));
    return state.manifests().values().stream()
        .sorted(Comparator.comparingLong(ModelManifest::number).reversed())
        .limit(VERSIONS)
        .map(manifest -> version(manifest, state, view, refused))
        .toList();
  }

  private static Status.Version version(
      ModelManifest manifest,
      RegistryState state,
      TopicsBoard.View view,
      Map<String, String> refused) {
    Double heldOut = manifest.metrics().get("holdout_macro_f1");
    return new Status.Version(
        manifest.version(),
        manifest.number(),
        state.aliases().entrySet().stream()
            .filter(alias -> alias.getValue().equals(manifest.version()))
            .map(Map.Entry::getKey)
            .sorted()
            .toList(),
        manifest.createdAt(),
        manifest.parent(),
        manifest.base(),
        heldOut == null ? OptionalDouble.empty() : OptionalDouble.of(heldOut),
        Optional.ofNullable(view.versionLatest().get(manifest.version())),
        Optional.ofNullable(view.fates().get(manifest.version())),
        Optional.ofNullable(refused.get(manifest.version())));
  }
}
