package dev.verdict.trainer;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.StoreException;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.contract.avro.SchemaRegistryException;
import dev.verdict.registry.RefusedStartException;
import dev.verdict.registry.TopicCheck;
import dev.verdict.registry.access.AccessCheck;
import dev.verdict.registry.access.AccessList;
import dev.verdict.registry.access.ServiceRole;
import dev.verdict.trainer.RetrainRequests.TurnLostException;
import dev.verdict.trainer.training.BaseFetcher;
import dev.verdict.trainer.training.BaseModel;
import dev.verdict.trainer.training.TrainingStoppedException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer of one model: trains the first champion as soon as there are enough labelled reviews,
 * then answers retrain requests, one at a time. Of several trainers of a model one works, the
 * others stand by. Everything it knows is in Kafka and the checkpoint store, so it may be killed
 * and started again at any moment; a run in the middle is taken up again.
 *
 * <p>Thread {@code trainer} speaks with Kafka and calls the listener, thread {@code training}
 * computes. After a fault of Kafka the trainer connects anew and takes an unanswered request again.
 */
public final class TrainerService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);
  private static final Duration RECONNECT = Duration.ofSeconds(5);
  private static final Duration CLOSE = Duration.ofSeconds(15);
  private static final Duration CLOSE_INTERRUPTED = Duration.ofSeconds(5);

  private static final Duration TELL_AGAIN = Duration.ofMinutes(10);

  private final Settings settings;
  private final AccessCheck access;
  private final TrainerListener listener;
  private final BaseFetcher fetcher;
  private final TrainerMeters meters;
  private final CheckpointStore store;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread worker = new Thread(this::work, "trainer");
  private Optional<String> told = Optional.empty();
  private long toldAt;
  private volatile Optional<String> notReady = Optional.of("trainer is not started");

  /**
   * @param listener follows progress and outcomes
   * @param fetcher brings bases named {@code hf://…}
   */
  public TrainerService(
      Settings settings, MeterRegistry meters, TrainerListener listener, BaseFetcher fetcher) {
    this.settings = settings;
    this.access = new AccessCheck(ServiceRole.TRAINER, settings);
    this.listener = listener;
    this.fetcher = fetcher;
    this.meters = new TrainerMeters(meters);
    this.store = CheckpointStore.open(settings.checkpoints());
    worker.setDaemon(true);
  }

  /**
   * Makes those missing topics that it works with, and starts to work.
   *
   * @throws RefusedStartException if Kafka cannot be reached, a topic is missing or wrong, this
   *     user lacks a right, or the checkpoint store refuses to be written to
   * @throws SchemaRegistryException if a format is Avro and the schema registry cannot be used
   * @throws dev.verdict.config.SettingsException if a base cannot be there
   */
  public void start() throws InterruptedException {
    BaseModel.check("configuration train.base", settings.trainer().base());
    if (!settings.trainer().retrainBase().equals("champion")) {
      BaseModel.check("configuration retrain.base", settings.trainer().retrainBase());
    }
    for (Path file : settings.trainer().baseData().files()) {
      if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        throw new SettingsException(
            "Invalid value %s for configuration retrain.base.data: must be a file that can be read"
                .formatted(file));
      }
    }
    notReady = Optional.of("trainer is starting");
    checkStore();
    access.require();
    if (!new TopicCheck(
            settings.kafkaClient(),
            settings.topicPlan(),
            AccessList.topics(ServiceRole.TRAINER, settings))
        .ensure()
        .isEmpty()) {
      access.require();
    }
    settings.formats().check();
    worker.start();
  }

  /** A store that gives no answer now may give one when there is something to store. */
  private void checkStore() {
    try {
      store.check(CheckpointStore.Access.WRITE);
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.REFUSED) {
        throw new RefusedStartException(e.getMessage());
      }
      LOG.warn("{}; it is needed when a version is trained", e.getMessage());
    } catch (IOException e) {
      throw new RefusedStartException(store + " cannot be used: " + e.getMessage());
    }
  }

  /**
   * Why the trainer is not at work, or empty. Waiting for labelled reviews is work, and so is
   * standing by.
   */
  public Optional<String> notReady() {
    return notReady;
  }

  /**
   * Stops promptly, also in the middle of a run; the request is taken again after the next start.
   */
  @Override
  public void close() {
    stop.countDown();
    try {
      worker.join(CLOSE.toMillis());
      if (worker.isAlive()) {
        worker.interrupt();
        worker.join(CLOSE_INTERRUPTED.toMillis());
      }
    } catch (InterruptedException e) {
      worker.interrupt();
      Thread.currentThread().interrupt();
    }
    store.close();
  }

  private void work() {
    while (!stopped()) {
      try (RetrainRequests requests = requests()) {
        requests.awaitTurn(this::stopped, this::standBy);
        work(requests);
      } catch (TrainingStoppedException e) {
        LOG.debug("Stopped in the middle of a run");
      } catch (TurnLostException e) {
        LOG.info("{}; standing by", e.getMessage());
      } catch (KafkaException e) {
        if (fenced(e)) {
          LOG.info("Another trainer of model {} has taken over; standing by", settings.modelName());
        } else {
          reconnect(e);
        }
      } catch (RuntimeException | Error e) {
        LOG.error("Trainer of model {} cannot go on", settings.modelName(), e);
        end(String.valueOf(e.getMessage()));
        return;
      }
    }
    notReady = Optional.of("trainer is stopped");
  }

  private RetrainRequests requests() {
    return new RetrainRequests(
        settings.kafkaClient(),
        settings.topics().retrainRequests(),
        settings.topics().trainerId(settings.modelName()),
        settings.sessionTimeoutMs(),
        meters);
  }

  private void standBy() {
    notReady = Optional.empty();
    LOG.info("Another trainer of model {} has the turn", settings.modelName());
  }

  private void work(RetrainRequests requests) {
    notReady = Optional.empty();
    LOG.info("Trainer of model {} has the turn", settings.modelName());
    try (TrainerLoop loop =
        new TrainerLoop(settings, store, requests, meters, listener, fetcher, stop)) {
      loop.run();
    }
  }

  private void reconnect(KafkaException fault) {
    if (stopped()) {
      return;
    }
    Optional<String> denied = access.explain(fault);
    String reason = denied.orElse(String.valueOf(fault.getMessage()));
    notReady =
        Optional.of(
            fault instanceof SchemaRegistryException ? reason : "trainer lost Kafka: " + reason);
    long now = System.nanoTime();
    // What somebody has to grant lasts, and one line says it.
    if (denied.isEmpty() || !denied.equals(told) || now - toldAt > TELL_AGAIN.toNanos()) {
      told = denied;
      toldAt = now;
      LOG.warn(
          "Trainer of model {} connects anew {} {} s: {}",
          settings.modelName(),
          denied.isPresent() ? "every" : "in",
          RECONNECT.toSeconds(),
          reason);
    }
    LOG.debug("Cause", fault);
    try {
      stop.await(RECONNECT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(String reason) {
    notReady = Optional.of("trainer is stopped: " + reason);
    LOG.error("Trainer of model {} stops: {}", settings.modelName(), reason);
    listener.stopped(reason);
  }

  private boolean stopped() {
    return stop.getCount() == 0 || Thread.currentThread().isInterrupted();
  }

  private static boolean fenced(Throwable fault) {
    return fault != null
        && (fault instanceof ProducerFencedException
            || fault instanceof InvalidProducerEpochException
            || fenced(fault.getCause()));
  }
}
