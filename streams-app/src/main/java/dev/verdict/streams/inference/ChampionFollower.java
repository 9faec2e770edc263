package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryState;
import dev.verdict.telemetry.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the registry on a thread of its own: loads each new champion aside and swaps it in. A
 * version that cannot be loaded is refused, and the old one goes on serving.
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
     * @throws IOException if the checkpoint is not what the registry says
     */
    ServingModel load(ModelManifest manifest) throws IOException;
  }

  private final RegistryReader registry;
  private final Loader loader;
  private final ModelSlot slot;
  private final Consumer<ModelManifest> onSwap;
  private final Consumer<String> onFailure;
  private final Counter swaps;
  private final MultiGauge champion;
  private final CountDownLatch first = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean closed;
  private final Map<String, Refused> refused = new ConcurrentHashMap<>();

  private record Refused(String version, long atNanos, String reason) {}

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
      Consumer<String> onFailure,
      MeterRegistry meters) {
    this.registry = registry;
    this.loader = loader;
    this.slot = slot;
    this.onSwap = onSwap;
    this.onFailure = onFailure;
    this.swaps =
        Counter.builder(MeterNames.SWAPS)
            .description("Champions swapped in after the first")
            .register(meters);
    this.champion =
        MultiGauge.builder(MeterNames.CHAMPION)
            .description("1 for the version that serves")
            .register(meters);
    this.thread = new Thread(this::run, "champion-follower");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until the first champion serves. */
  public void awaitFirst() throws InterruptedException {
    first.await();
  }

  /** Why the champion that the registry names does not serve, if it was tried and refused. */
  public Optional<String> refusal() {
    return refused.values().stream()
        .max(Comparator.comparingLong(Refused::atNanos))
        .map(each -> "champion " + each.version() + " is refused: " + each.reason());
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
        state.champion().filter(this::isNew).ifPresent(this::swapIn);
        if (slot.manifest().isEmpty()) {
          state.find(RegistryState.PREVIOUS).filter(this::isNew).ifPresent(this::standIn);
        }
        state = registry.poll(Duration.ofSeconds(1));
      }
    } catch (RuntimeException | Error e) {
      if (!closed) {
        LOG.error("The registry can no longer be followed", e);
        onFailure.accept("the registry can no longer be followed: " + e.getMessage());
      }
    }
  }

  private boolean isNew(ModelManifest manifest) {
    String version = manifest.version();
    return !(refused.containsKey(version) && isRecent(refused.get(version)))
        && slot.manifest().filter(serving -> serving.version().equals(version)).isEmpty();
  }

  /** A shared folder may need a while to show what was written elsewhere. */
  private static boolean isRecent(Refused refused) {
    return System.nanoTime() - refused.atNanos() < RETRY.toNanos();
  }

  /** An instance that starts while the champion cannot be loaded serves as the others do. */
  private void standIn(ModelManifest previous) {
    LOG.warn("The champion cannot be served, {} stands in for it", previous.version());
    swapIn(previous);
  }

  private void swapIn(ModelManifest manifest) {
    LOG.info("Loading champion {}", manifest.version());
    long start = System.nanoTime();
    try {
      ServingModel model = loader.load(manifest);
      Optional<String> fault = closed ? Optional.of("closed") : Canary.fault(model);
      if (fault.isPresent()) {
        model.close();
        refuse(manifest, fault.get());
        return;
      }
      serve(model, Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException
        | RuntimeException
        | LinkageError
        | AssertionError
        | StackOverflowError
        | OutOfMemoryError e) {
      // The last two are of a depth or size that the checkpoint claims: no harm to the old version.
      refuse(manifest, text(e));
    }
  }

  private void serve(ServingModel model, Duration loading) {
    ModelManifest manifest = model.manifest();
    Optional<ModelManifest> before = slot.manifest();
    slot.swap(model);
    refused.remove(manifest.version());
    LOG.info(
        "Champion {} serves, loaded in {} ms, in the place of {}",
        manifest.version(),
        loading.toMillis(),
        before.map(ModelManifest::version).orElse("none"));
    if (before.isPresent()) {
      swaps.increment();
    }
    champion.register(List.of(MultiGauge.Row.of(Tags.of("version", manifest.version()), 1)), true);
    onSwap.accept(manifest);
    first.countDown();
  }

  private void refuse(ModelManifest manifest, String reason) {
    refused.values().removeIf(each -> !isRecent(each));
    refused.put(manifest.version(), new Refused(manifest.version(), System.nanoTime(), reason));
    LOG.error(
        "Refused champion {}, tried again in {} s: {}",
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
