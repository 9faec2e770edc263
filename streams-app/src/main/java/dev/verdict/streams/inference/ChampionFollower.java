package dev.verdict.streams.inference;

import dev.verdict.checkpoint.StoreException;
import dev.verdict.contract.ModelManifest;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryState;
import dev.verdict.registry.RegistryView;
import dev.verdict.streams.inference.Lineup.Challenger;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the registry on a thread of its own: loads aside the champion, then the previous version
 * and the challenger, and gives each its role. A version that is warm already takes its new role at
 * once, as in a promotion or a rollback; one without a role is freed. A version that cannot be
 * loaded is refused, and the old one goes on serving.
 */
public final class ChampionFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChampionFollower.class);

  private static final Duration RETRY = Duration.ofSeconds(30);

  /** A load that hangs in native code is left behind. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /** Makes a version ready to serve. */
  public interface Loader {
    /**
     * The version, checked and warm.
     *
     * @throws IOException if the checkpoint is not what the registry says or cannot be had
     */
    ServingModel load(ModelManifest manifest) throws IOException;
  }

  private final RegistryReader registry;
  private final Loader loader;
  private final ModelSlot slot;
  private final Consumer<ModelManifest> onSwap;
  private final Consumer<Throwable> onFailure;
  private final RoleMeters meters;
  private final CountDownLatch first = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean closed;
  private volatile Optional<RegistryView> seen = Optional.empty();
  private final Map<String, Refused> refused = new ConcurrentHashMap<>();

  /** What is loaded, by version; the follower's thread alone uses it. */
  private final Map<String, Warm> warm = new HashMap<>();

  /** Why a version is refused, in metrics. */
  enum Cause {
    /** The checkpoint is not what the registry says. */
    CHECKPOINT,
    /** The checkpoint store gives no answer, or refuses. */
    STORE,
    /** It does not answer a text as a model must. */
    ANSWER,
    /** It lacks a class of the champion's. */
    CLASSES,
    /** It cannot be loaded. */
    LOAD
  }

  record Refused(String role, String version, long atNanos, Cause cause, String reason) {}

  /**
   * A loaded version.
   *
   * @param tokensPerSecond on one text
   */
  private record Warm(ServingModel model, double tokensPerSecond) {
    private ModelManifest manifest() {
      return model.manifest();
    }
  }

  /**
   * @param registry owned and closed by this
   * @param onSwap told of each version that serves from now on
   * @param onFailure told why no champion can be followed any more
   */
  public ChampionFollower(
      RegistryReader registry,
      Loader loader,
      ModelSlot slot,
      Consumer<ModelManifest> onSwap,
      Consumer<Throwable> onFailure,
      MeterRegistry meters) {
    this.registry = registry;
    this.loader = loader;
    this.slot = slot;
    this.onSwap = onSwap;
    this.onFailure = onFailure;
    this.meters = new RoleMeters(meters);
    this.thread = new Thread(this::run, "champion-follower");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until the first champion serves. */
  public void awaitFirst() throws InterruptedException {
    first.await();
  }

  /** The registry as it was last read; empty before the first time. */
  public Optional<RegistryView> registry() {
    return seen;
  }

  /** Versions with a role in the registry that this instance does not serve, by version. */
  public List<Refusal> refusals() {
    return refused.values().stream()
        .sorted(Comparator.comparing(Refused::version))
        .map(
            each ->
                new Refusal(
                    each.role(),
                    each.version(),
                    each.cause().name().toLowerCase(Locale.ROOT),
                    each.reason()))
        .toList();
  }

  /** Why the champion that the registry names does not serve, if it was tried and refused. */
  public Optional<String> refusal() {
    return refused.values().stream()
        .max(Comparator.comparingLong(Refused::atNanos))
        .map(each -> "%s %s is refused: %s".formatted(each.role(), each.version(), each.reason()));
  }

  @Override
  public void close() {
    closed = true;
    registry.wakeUp();
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (registry) {
      RegistryState state = registry.readToEnd();
      if (state.champion().isEmpty()) {
        LOG.info("No champion is published yet; waiting for the trainer's first");
      }
      while (!closed) {
        seen = Optional.of(new RegistryView(registry.revision(), state));
        follow(state);
        state = registry.poll(Duration.ofSeconds(1));
      }
    } catch (RuntimeException | Error e) {
      if (!closed) {
        onFailure.accept(e);
      }
    }
  }

  private void follow(RegistryState state) {
    forgetRefused(state);
    Optional<Warm> champion = champion(state);
    if (champion.isPresent() && state.canary().isPresent()) {
      // A canary must not have all reviews while the version for the others is being loaded.
      state.previous().filter(each -> !isWarm(each)).ifPresent(each -> load("previous", each));
    }
    champion.ifPresent(each -> arrange(state, each));
    // After the champion, which they must not keep waiting.
    Optional<ModelManifest> serving = slot.manifest();
    if (serving.isPresent()) {
      state.previous().ifPresent(each -> keepWarm("previous", each, state));
      state
          .challenger()
          .filter(each -> canBeCompared(each, serving.get()))
          .ifPresent(each -> keepWarm("challenger", each, state));
    }
    meters.refused(refused.values());
  }

  /** The version that shall serve now; the one that does where another cannot. */
  private Optional<Warm> champion(RegistryState state) {
    Optional<Warm> serving = serving();
    Optional<ModelManifest> named = state.champion();
    if (named.isPresent() && !isWarm(named.get())) {
      // Frees first what has no role any more.
      serving.ifPresent(each -> arrange(state, each));
      load("champion", named.get());
    }
    Optional<Warm> champion = named.flatMap(each -> Optional.ofNullable(warm.get(each.version())));
    return champion.or(() -> serving).or(() -> standIn(state));
  }

  private Optional<Warm> serving() {
    return slot.manifest().map(each -> warm.get(each.version()));
  }

  /** An instance that starts while the champion cannot be loaded serves as the others do. */
  private Optional<Warm> standIn(RegistryState state) {
    Optional<ModelManifest> previous = state.find(RegistryState.PREVIOUS);
    previous.ifPresent(each -> load("previous", each));
    Optional<Warm> loaded = previous.flatMap(each -> Optional.ofNullable(warm.get(each.version())));
    loaded.ifPresent(
        each ->
            LOG.warn(
                "The champion cannot be served, {} stands in for it", each.manifest().version()));
    return loaded;
  }

  private void keepWarm(String role, ModelManifest manifest, RegistryState state) {
    if (!isWarm(manifest)) {
      load(role, manifest);
      serving().ifPresent(champion -> arrange(state, champion));
    }
  }

  private boolean isWarm(ModelManifest manifest) {
    return warm.containsKey(manifest.version());
  }

  /** A class that the champion lacks is one that was added; one that it has must not be lost. */
  private boolean canBeCompared(ModelManifest challenger, ModelManifest champion) {
    boolean covers = challenger.labels().containsAll(champion.labels());
    if (!covers && mayTry(challenger)) {
      refuse(
          "challenger",
          challenger,
          Cause.CLASSES,
          "it has the classes %s, the champion %s"
              .formatted(challenger.labels(), champion.labels()));
    }
    return covers;
  }

  private boolean mayTry(ModelManifest manifest) {
    return !(refused.containsKey(manifest.version()) && isRecent(refused.get(manifest.version())));
  }

  /** A shared folder may need a while to show what was written elsewhere. */
  private static boolean isRecent(Refused refused) {
    return System.nanoTime() - refused.atNanos() < RETRY.toNanos();
  }

  private void load(String role, ModelManifest manifest) {
    if (!mayTry(manifest)) {
      return;
    }
    LOG.info("Loading {} {}", role, manifest.version());
    long start = System.nanoTime();
    try {
      ServingModel model = loader.load(manifest);
      Optional<String> fault = closed ? Optional.of("closed") : Canary.fault(model);
      if (fault.isPresent()) {
        model.close();
        refuse(role, manifest, Cause.ANSWER, fault.get());
        return;
      }
      warm.put(manifest.version(), new Warm(model, Canary.tokensPerSecond(model)));
      refused.remove(manifest.version());
      LOG.info(
          "Loaded {} {} in {} ms",
          role,
          manifest.version(),
          Duration.ofNanos(System.nanoTime() - start).toMillis());
    } catch (StoreException e) {
      refuse(role, manifest, Cause.STORE, text(e));
    } catch (IOException e) {
      refuse(role, manifest, Cause.CHECKPOINT, text(e));
    } catch (RuntimeException
        | LinkageError
        | AssertionError
        | StackOverflowError
        | OutOfMemoryError e) {
      // The last two are of a depth or size that the checkpoint claims: no harm to the old version.
      refuse(role, manifest, Cause.LOAD, text(e));
    }
  }

  /** Gives the warm versions the roles that the registry names, around the one that serves. */
  private void arrange(RegistryState state, Warm champion) {
    Optional<Warm> previous = other(state.previous(), champion);
    Optional<Warm> challenger =
        other(
            state
                .challenger()
                .filter(each -> each.labels().containsAll(champion.manifest().labels())),
            champion);
    boolean canary = state.canary().filter(champion.manifest()::equals).isPresent();
    Lineup lineup =
        new Lineup(
            champion.model(),
            previous.map(Warm::model),
            challenger.map(each -> new Challenger(each.model(), each.tokensPerSecond())),
            canary && previous.isPresent());
    Optional<Lineup> before = slot.lineup();
    if (before.equals(Optional.of(lineup))) {
      return;
    }
    slot.arrange(lineup);
    warm.values().removeIf(each -> !lineup.models().contains(each.model()));
    tell(before, lineup);
  }

  private Optional<Warm> other(Optional<ModelManifest> named, Warm champion) {
    return named
        .flatMap(each -> Optional.ofNullable(warm.get(each.version())))
        .filter(each -> each.model() != champion.model());
  }

  private void tell(Optional<Lineup> before, Lineup now) {
    ModelManifest champion = now.champion().manifest();
    meters.arranged(now);
    if (before.filter(lineup -> lineup.champion() == now.champion()).isEmpty()) {
      LOG.info(
          "Champion {} serves in the place of {}{}",
          champion.version(),
          before.map(lineup -> lineup.champion().manifest().version()).orElse("none"),
          now.canary() ? ", as a canary" : "");
      if (before.isPresent()) {
        meters.swapped();
      }
      onSwap.accept(champion);
      first.countDown();
    } else if (before.get().canary() != now.canary()) {
      LOG.info(
          "Champion {} {}",
          champion.version(),
          now.canary() ? "is a canary now" : "has all reviews now");
    }
  }

  /** Of versions without a role nothing is to be said any more. */
  private void forgetRefused(RegistryState state) {
    Set<String> named = new HashSet<>(state.aliases().values());
    refused.keySet().removeIf(version -> !named.contains(version));
  }

  private void refuse(String role, ModelManifest manifest, Cause cause, String reason) {
    refused.put(
        manifest.version(),
        new Refused(role, manifest.version(), System.nanoTime(), cause, reason));
    LOG.error(
        "Refused {} {}, tried again in {} s: {}",
        role,
        manifest.version(),
        RETRY.toSeconds(),
        reason);
  }

  private static String text(Throwable fault) {
    return fault instanceof Error || fault.getMessage() == null
        ? fault.toString()
        : fault.getMessage();
  }
}
