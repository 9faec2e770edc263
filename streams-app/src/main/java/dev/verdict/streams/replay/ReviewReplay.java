package dev.verdict.streams.replay;

import dev.verdict.config.Settings;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Topics;
import dev.verdict.contract.Topics.Specification;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryState;
import dev.verdict.registry.TopicCreator;
import dev.verdict.registry.access.AccessCheck;
import dev.verdict.registry.access.AccessList;
import dev.verdict.registry.access.ServiceRole;
import dev.verdict.streams.inference.Batcher;
import dev.verdict.streams.inference.ChampionFollower.Loader;
import dev.verdict.streams.inference.ModelSlot;
import dev.verdict.streams.inference.ServingModel;
import dev.verdict.streams.processing.PredictionMaker;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Predicts a past range of {@code reviews} again, by any version of the registry, into a topic of
 * its own. It reads in a group of its own and writes its offsets in the transactions of its
 * predictions: the stream is not touched, and a replay that was killed goes on where it stopped.
 *
 * <p>The predictions are as the stream makes them, each in the partition of its review, so they
 * keep the reviews' order. Bad records are counted; the stream has told of them in the dead letters
 * already.
 */
public final class ReviewReplay {
  /** Kafka's own rule, somewhat shorter. */
  private static final String TOPIC_NAME = "[A-Za-z0-9._-]{1,200}";

  /** Polled together: as many as the batcher sorts by length together. */
  private static final int BATCHES_POLLED_TOGETHER = 4;

  /** One thread submits a whole poll and then waits for it. */
  private static final int CALLERS = 1;

  private final Settings settings;
  private final Topics topics;
  private final Loader loader;
  private final MeterRegistry meters;

  /**
   * What is asked for.
   *
   * @param version by name or alias
   * @param output topic of the predictions
   * @param group that keeps the progress; empty for one named after the output
   */
  public record Order(ReviewRange range, String version, String output, Optional<String> group) {}

  public ReviewReplay(Settings settings, Loader loader, MeterRegistry meters) {
    this.settings = settings;
    this.topics = settings.topics();
    this.loader = loader;
    this.meters = meters;
  }

  /**
   * Replays what is asked for, or the rest of it.
   *
   * @param progress told of the offsets of the range that are done
   * @throws ReplayException if it cannot be done as asked
   */
  public ReplayReport run(Order order, ReplayProgress progress) throws InterruptedException {
    String group =
        order.group().orElse("%s-replay-%s".formatted(settings.applicationId(), order.output()));
    checkNames(order.output(), group);
    TopicCreator creator = new TopicCreator(settings.kafkaClient(), settings.replicationFactor());
    new AccessCheck(
            ServiceRole.REPLAY, settings, AccessList.replay(settings, order.output(), group))
        .require();
    creator.requirePresent(List.of(topics.reviews(), topics.modelRegistry()));
    settings.formats().check();
    ModelManifest version = version(order.version());
    try (KafkaConsumer<byte[], byte[]> consumer =
            TopicScan.consumer(
                settings.kafkaClient(),
                Optional.of(group),
                BATCHES_POLLED_TOGETHER * settings.batchLimits().maxRows());
        TransactionalWriter writer =
            new TransactionalWriter(settings.kafkaClient(), group, settings.transactionTimeout())) {
      List<TopicPartition> partitions = TopicScan.partitions(consumer, topics.reviews());
      ReplayPlan plan =
          ReplayPlan.of(
              consumer,
              group,
              partitions,
              "%s by %s into %s"
                  .formatted(order.range().asked(), version.version(), order.output()),
              order.range());
      makeOutput(creator, consumer, order.output(), partitions.size());
      try (ModelSlot slot = new ModelSlot()) {
        slot.swap(load(version));
        try (Batcher batcher =
            new Batcher(
                slot,
                settings.batchLimits(),
                settings.inference().workers(),
                settings.inferenceQueueRows(),
                CALLERS,
                meters)) {
          return new ReplayRun(
                  consumer,
                  writer,
                  batcher,
                  new PredictionMaker(
                      settings.reviewDecoder(),
                      settings.outputMaxBytes(),
                      settings.maxHeadersBytes()),
                  settings.inferenceTimeout(),
                  new ReplayRun.Output(
                      order.output(), settings.formats().predictionWriter(order.output())),
                  order.range().from())
              .over(plan, version.version(), progress);
        }
      }
    }
  }

  private void checkNames(String output, String group) {
    List<String> own = topics.written();
    if (!output.matches(TOPIC_NAME)) {
      throw new ReplayException(
          "Invalid value %s for option --output: must be 1 to 200 letters, digits, . _ -"
              .formatted(output));
    }
    if (own.contains(output)
        || output.equals(topics.reviews())
        || output.equals(topics.labels())
        || output.startsWith(settings.applicationId() + "-")) {
      throw new ReplayException(
          "Invalid value %s for option --output: must be a topic that Verdict does not use itself"
              .formatted(output));
    }
    if (group.isBlank()
        || group.equals(settings.applicationId())
        || group.equals(DeadLetterReplay.name(settings))
        || group.startsWith("verdict-trainer-")) {
      throw new ReplayException(
          "Invalid value %s for option --group: must be a group that Verdict does not use itself"
              .formatted(group));
    }
  }

  private ModelManifest version(String name) {
    try (RegistryReader registry =
        new RegistryReader(settings.kafkaClient(), topics.modelRegistry(), settings.modelName())) {
      RegistryState state = registry.readToEnd();
      return state.find(name).orElseThrow(() -> unknown(name, state));
    }
  }

  private ReplayException unknown(String name, RegistryState state) {
    if (state.manifests().isEmpty()) {
      return new ReplayException(
          "No version of %s is published yet".formatted(settings.modelName()));
    }
    String aliases =
        state.aliases().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(alias -> "%s (%s)".formatted(alias.getKey(), alias.getValue()))
            .collect(Collectors.joining(", "));
    return new ReplayException(
        "Invalid value %s for option --model: must be one of %s, %s"
            .formatted(
                name,
                aliases,
                state.manifests().keySet().stream().sorted().collect(Collectors.joining(", "))));
  }

  /** Kept for ever where it is made: predictions of old reviews would be forgotten at once. */
  private void makeOutput(
      TopicCreator creator, KafkaConsumer<byte[], byte[]> consumer, String output, int partitions)
      throws InterruptedException {
    creator.ensure(
        List.of(new Specification(output, partitions, Map.of("retention.ms", "-1"))),
        settings.topicPlan().create());
    int present = TopicScan.partitions(consumer, output).size();
    if (present > 0 && present < partitions) {
      throw new ReplayException(
          "Topic %s has %d partitions, must have the %d of %s at least"
              .formatted(output, present, partitions, topics.reviews()));
    }
  }

  private ServingModel load(ModelManifest version) {
    try {
      return loader.load(version);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot load version %s: %s".formatted(version.version(), e.getMessage()), e);
    }
  }
}
