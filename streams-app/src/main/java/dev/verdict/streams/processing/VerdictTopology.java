package dev.verdict.streams.processing;

import dev.verdict.contract.Decision;
import dev.verdict.contract.DriftSignals;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.GradedPair;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.Json;
import dev.verdict.contract.JsonSerde;
import dev.verdict.contract.Label;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.contract.Topics;
import dev.verdict.contract.TrainingExample;
import dev.verdict.contract.TrainingRun;
import dev.verdict.contract.ValueWriter;
import dev.verdict.contract.WriterSerde;
import dev.verdict.evaluation.EvaluationPlan;
import dev.verdict.evaluation.ServedCounts;
import dev.verdict.registry.RegistryView;
import dev.verdict.streams.inference.Batcher;
import dev.verdict.streams.inference.Prefetch;
import dev.verdict.streams.inference.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The way of a review through Verdict, from its topic to its prediction, its score and retraining.
 */
public final class VerdictTopology {
  private static final Serde<byte[]> BYTES = Serdes.ByteArray();
  private static final Serde<String> STRING = Serdes.String();
  private static final Optional<Set<Integer>> ONE = Optional.of(Set.of(0));

  /**
   * What the topology is built from.
   *
   * @param fromLatest whether a new deployment leaves out what the sources hold already
   * @param partitions of the internal topic in which predictions and labels meet
   * @param served writes the predictions that are served
   * @param shadow writes the challenger's
   * @param maxHeadersBytes of a review's headers that go on to its prediction
   * @param inferenceTimeout longest wait for one review's prediction
   * @param outputMaxBytes largest record that may be written to any topic but the dead letters
   * @param deadLetterMaxBytes largest dead letter
   * @param declaredLabels classes that the next training shall know, the champion not yet
   * @param signals how it is told without labels how a version does
   * @param champion the version that serves, none before the first
   * @param registry as it was last read
   * @param refusals versions with a role in it that this instance does not serve
   * @param listener told of predictions and dead letters
   */
  public record Parts(
      String model,
      Topics topics,
      boolean fromLatest,
      int partitions,
      ReviewDecoder decoder,
      ValueWriter<Prediction> served,
      ValueWriter<Prediction> shadow,
      int maxHeadersBytes,
      Batcher batcher,
      Prefetch prefetch,
      Duration inferenceTimeout,
      int outputMaxBytes,
      int deadLetterMaxBytes,
      List<String> declaredLabels,
      Duration labelsRetention,
      EvaluationPlan plan,
      Rules rules,
      SignalRules signals,
      Supplier<Optional<ModelManifest>> champion,
      Supplier<Optional<RegistryView>> registry,
      Supplier<List<Refusal>> refusals,
      StreamMeters meters,
      ProcessingListener listener) {}

  private final Parts parts;
  private final Topics topics;

  public VerdictTopology(Parts parts) {
    this.parts = parts;
    this.topics = parts.topics();
  }

  /**
   * The topology; its text, which a test keeps, names every internal topic and store.
   *
   * @param properties what Kafka Streams is started with: names and optimisation are checked and
   *     chosen while the topology is built
   */
  public Topology build(Properties properties) {
    StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));

    KStream<byte[], Outcome<ClassifiedReview>> reviews = classify(readReviews(builder));
    KStream<byte[], Outcome<Label>> labels = decode(readLabels(builder));
    writeDeadLetters(reviews, "reviews");
    writeDeadLetters(labels, "labels");

    KStream<byte[], ClassifiedReview> predictions = accepted(reviews, "predicted");
    writePredictions(predictions);
    KStream<byte[], Prediction> shadows = shadows(reviews);
    writeShadowPredictions(shadows);

    KStream<String, ReviewEvent> events =
        byReviewId(predictions, accepted(labels, "labelled"), shadows);
    KStream<String, JoinedReview> joined = join(events);
    KStream<String, GradedReview> graded = graded(joined);
    writeTrainingExamples(graded);
    writeGradedPredictions(graded);

    KStream<String, Finding> findings =
        evaluate(
            inOnePlace(
                readGradedPredictions(builder),
                countServed(predictions),
                profileServed(predictions),
                compared(joined),
                readTrainingRuns(builder),
                readRetrainRequests(builder)));
    writeEvaluations(findings);
    writeDriftSignals(findings);
    writeRetrainRequests(findings);
    writeDecisions(findings);
    writeRegistry(findings);

    return builder.build(properties);
  }

  private KStream<byte[], byte[]> readReviews(StreamsBuilder builder) {
    return builder.stream(topics.reviews(), source("reviews"));
  }

  private KStream<byte[], byte[]> readLabels(StreamsBuilder builder) {
    return builder.stream(topics.labels(), source("labels"));
  }

  /** Old clients may write records without a time; they count as of now. */
  private Consumed<byte[], byte[]> source(String name) {
    return Consumed.with(BYTES, BYTES)
        .withName(name)
        .withOffsetResetPolicy(
            parts.fromLatest() ? AutoOffsetReset.latest() : AutoOffsetReset.earliest())
        .withTimestampExtractor(
            (record, partitionTime) ->
                record.timestamp() < 0 ? System.currentTimeMillis() : record.timestamp());
  }

  private KStream<byte[], Outcome<ClassifiedReview>> classify(KStream<byte[], byte[]> reviews) {
    ClassifyReviews.Settings settings =
        new ClassifyReviews.Settings(
            new PredictionMaker(parts.decoder(), parts.outputMaxBytes(), parts.maxHeadersBytes()),
            parts.batcher(),
            parts.prefetch(),
            parts.inferenceTimeout(),
            Set.copyOf(parts.plan().segments()));
    return reviews.process(
        () ->
            new ClassifyReviews(
                settings,
                new DeadLetters(parts.deadLetterMaxBytes()),
                parts.meters(),
                parts.listener()),
        Named.as("classify-reviews"));
  }

  private KStream<byte[], Outcome<Label>> decode(KStream<byte[], byte[]> labels) {
    return labels.process(
        () ->
            new DecodeLabels(
                parts.decoder(),
                this::classes,
                parts.outputMaxBytes(),
                new DeadLetters(parts.deadLetterMaxBytes()),
                parts.meters(),
                parts.listener()),
        Named.as("decode-labels"));
  }

  private <T> void writeDeadLetters(KStream<byte[], Outcome<T>> outcomes, String source) {
    outcomes
        .filter((key, outcome) -> outcome.rejected(), Named.as(source + "-rejected"))
        .mapValues(Outcome::rejectedValue, Named.as(source + "-untouched"))
        .to(topics.deadLetters(), Produced.with(BYTES, BYTES).withName(source + "-dead-letters"));
  }

  private static <T> KStream<byte[], T> accepted(
      KStream<byte[], Outcome<T>> outcomes, String name) {
    return outcomes
        .filter((key, outcome) -> outcome.accepted(), Named.as(name + "-accepted"))
        .mapValues(Outcome::result, Named.as(name));
  }

  private void writePredictions(KStream<byte[], ClassifiedReview> predictions) {
    predictions
        .mapValues(ClassifiedReview::prediction, Named.as("prediction"))
        .to(
            topics.predictions(),
            Produced.with(BYTES, new WriterSerde<>(parts.served())).withName("predictions"));
  }

  private static KStream<byte[], Prediction> shadows(
      KStream<byte[], Outcome<ClassifiedReview>> outcomes) {
    return outcomes
        .filter((key, outcome) -> outcome.shadowed(), Named.as("shadow-scored"))
        .mapValues(Outcome::shadow, Named.as("shadow-prediction"));
  }

  private void writeShadowPredictions(KStream<byte[], Prediction> shadows) {
    shadows.to(
        topics.shadowPredictions(),
        Produced.with(BYTES, new WriterSerde<>(parts.shadow())).withName("shadow-predictions"));
  }

  /** Producers hash keys differently, so only an internal topic brings both sides together. */
  private KStream<String, ReviewEvent> byReviewId(
      KStream<byte[], ClassifiedReview> predictions,
      KStream<byte[], Label> labels,
      KStream<byte[], Prediction> shadows) {
    KStream<byte[], ReviewEvent> predicted =
        predictions.mapValues(
            value -> ReviewEvent.of(value.predicted()), Named.as("predicted-event"));
    KStream<byte[], ReviewEvent> labelled =
        labels.mapValues(value -> ReviewEvent.of(value), Named.as("labelled-event"));
    KStream<byte[], ReviewEvent> shadowed =
        shadows.mapValues(value -> ReviewEvent.ofShadow(value), Named.as("shadow-event"));
    return predicted
        .merge(labelled, Named.as("events"))
        .merge(shadowed, Named.as("events-and-shadows"))
        .process(ArrivalTime::new, Named.as("arrival-time"))
        .repartition(
            Repartitioned.<String, ReviewEvent>as(Topics.BY_REVIEW_ID)
                .withKeySerde(STRING)
                .withValueSerde(new JsonSerde<>(ReviewEvent.class))
                .withNumberOfPartitions(parts.partitions()));
  }

  private KStream<String, JoinedReview> join(KStream<String, ReviewEvent> events) {
    return events.process(
        new StoredProcessor<>(
            () -> new JoinLabels(parts.labelsRetention(), parts.meters()),
            List.of(pendingReviews())),
        Named.as("join-labels"));
  }

  private void writeTrainingExamples(KStream<String, GradedReview> graded) {
    graded
        .mapValues(GradedReview::trainingExample, Named.as("training-example"))
        .to(
            topics.trainingExamples(),
            Produced.with(STRING, new JsonSerde<>(TrainingExample.class))
                .withName("training-examples"));
  }

  private static KStream<String, GradedReview> graded(KStream<String, JoinedReview> joined) {
    return joined
        .filter((id, each) -> each instanceof JoinedReview.Graded, Named.as("graded"))
        .mapValues(each -> ((JoinedReview.Graded) each).review(), Named.as("graded-review"));
  }

  /**
   * The last N labels are in an order only where all of them are, so all go to the one partition of
   * a topic; a topic of its own rather than an internal one, so that anybody can count again.
   */
  private void writeGradedPredictions(KStream<String, GradedReview> graded) {
    graded
        .filter((id, each) -> each.countsInScores(), Named.as("tested-before-trained"))
        .mapValues(GradedReview::gradedPrediction, Named.as("graded-prediction"))
        .to(
            topics.gradedPredictions(),
            Produced.with(
                    STRING,
                    new JsonSerde<>(GradedPrediction.class),
                    (topic, id, each, count) -> ONE)
                .withName("graded-predictions"));
  }

  private KStream<String, ScoreEvent> readGradedPredictions(StreamsBuilder builder) {
    return builder.stream(
            topics.gradedPredictions(),
            Consumed.with(STRING, new JsonSerde<>(GradedPrediction.class))
                .withName("graded-predictions-read")
                .withOffsetResetPolicy(AutoOffsetReset.earliest()))
        .mapValues(each -> (ScoreEvent) new ScoreEvent.Graded(each), Named.as("graded-event"));
  }

  private KStream<String, ScoreEvent> countServed(KStream<byte[], ClassifiedReview> predictions) {
    return predictions
        .process(
            new StoredProcessor<>(
                () -> new CountServed(parts.model(), parts.plan()),
                List.of(
                    Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(CountServed.STORE),
                            STRING,
                            new JsonSerde<>(ServedCounts.Count.class))
                        .withCachingEnabled())),
            Named.as("count-served"))
        .repartition(inOnePartition("served-counts", ServedCounts.Count.class))
        .mapValues(each -> (ScoreEvent) new ScoreEvent.Served(each), Named.as("served-event"));
  }

  private KStream<String, ScoreEvent> profileServed(KStream<byte[], ClassifiedReview> predictions) {
    return predictions
        .process(
            new StoredProcessor<>(
                () ->
                    new ProfileServed(
                        parts.model(), parts.signals().reviews(), parts.plan().interval()),
                List.of(ProfileServed.store())),
            Named.as("profile-served"))
        .repartition(inOnePartition("served-panes", ServedPane.class))
        .mapValues(each -> (ScoreEvent) new ScoreEvent.Profiled(each), Named.as("profiled-event"));
  }

  private KStream<String, ScoreEvent> compared(KStream<String, JoinedReview> joined) {
    return joined
        .filter((id, each) -> each instanceof JoinedReview.Compared, Named.as("compared"))
        .map(
            (id, each) -> KeyValue.pair(parts.model(), ((JoinedReview.Compared) each).pair()),
            Named.as("compared-pair"))
        .repartition(inOnePartition("graded-pairs", GradedPair.class))
        .mapValues(each -> (ScoreEvent) new ScoreEvent.Compared(each), Named.as("compared-event"));
  }

  private KStream<String, ScoreEvent> readTrainingRuns(StreamsBuilder builder) {
    return read(builder, topics.trainingRuns(), "training-runs", TrainingRun.class)
        .mapValues(each -> (ScoreEvent) new ScoreEvent.RunChanged(each), Named.as("run-event"));
  }

  private KStream<String, ScoreEvent> readRetrainRequests(StreamsBuilder builder) {
    return read(builder, topics.retrainRequests(), "retrain-requests", RetrainRequest.class)
        .filter(
            (model, each) -> model.equals(parts.model()) && each.requestId() != null,
            Named.as("own-requests"))
        .mapValues(each -> (ScoreEvent) new ScoreEvent.Requested(each), Named.as("request-event"));
  }

  /** People write there too: what cannot be read is the trainer's to reject, and no matter here. */
  private static <V> KStream<String, V> read(
      StreamsBuilder builder, String topic, String name, Class<V> type) {
    return builder.stream(
            topic,
            Consumed.with(BYTES, BYTES)
                .withName(name + "-read")
                .withOffsetResetPolicy(AutoOffsetReset.earliest()))
        .flatMap((key, value) -> readable(key, value, type), Named.as(name + "-decoded"));
  }

  private static <V> List<KeyValue<String, V>> readable(byte[] key, byte[] value, Class<V> type) {
    if (key == null || value == null) {
      return List.of();
    }
    try {
      String name = new String(key, StandardCharsets.UTF_8);
      return Optional.ofNullable(Json.read(value, type)).stream()
          .map(each -> KeyValue.pair(name, each))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static <V> Repartitioned<String, V> inOnePartition(String name, Class<V> type) {
    return Repartitioned.<String, V>as(name)
        .withKeySerde(STRING)
        .withValueSerde(new JsonSerde<>(type))
        .withNumberOfPartitions(1);
  }

  private static KStream<String, ScoreEvent> inOnePlace(
      KStream<String, ScoreEvent> graded,
      KStream<String, ScoreEvent> served,
      KStream<String, ScoreEvent> profiled,
      KStream<String, ScoreEvent> compared,
      KStream<String, ScoreEvent> runs,
      KStream<String, ScoreEvent> requests) {
    return graded
        .merge(served, Named.as("graded-and-served"))
        .merge(profiled, Named.as("served-and-profiled"))
        .merge(compared, Named.as("scored-and-compared"))
        .merge(runs, Named.as("scores-and-runs"))
        .merge(requests, Named.as("score-events"));
  }

  private KStream<String, Finding> evaluate(KStream<String, ScoreEvent> events) {
    EvaluateModels.Settings settings =
        new EvaluateModels.Settings(
            parts.model(),
            topics.modelRegistry(),
            parts.plan(),
            parts.rules(),
            parts.signals(),
            parts.champion(),
            parts.registry(),
            parts.refusals());
    return events.process(
        new StoredProcessor<>(
            () -> new EvaluateModels(settings, parts.meters()), EvaluateModels.stores()),
        Named.as("evaluate-models"));
  }

  private void writeEvaluations(KStream<String, Finding> findings) {
    write(
        findings,
        Finding.Scored.class,
        "evaluations",
        topics.evaluations(),
        Evaluation.class,
        Finding.Scored::evaluation);
  }

  private void writeDriftSignals(KStream<String, Finding> findings) {
    write(
        findings,
        Finding.Signalled.class,
        "drift",
        topics.drift(),
        DriftSignals.class,
        Finding.Signalled::signals);
  }

  private void writeRetrainRequests(KStream<String, Finding> findings) {
    write(
        findings,
        Finding.Requested.class,
        "retrain-requests",
        topics.retrainRequests(),
        RetrainRequest.class,
        Finding.Requested::request);
  }

  private void writeDecisions(KStream<String, Finding> findings) {
    write(
        findings,
        Finding.Decided.class,
        "decisions",
        topics.decisions(),
        Decision.class,
        Finding.Decided::decision);
  }

  private void writeRegistry(KStream<String, Finding> findings) {
    findings
        .filter((key, each) -> each instanceof Finding.Registered, Named.as("registry-found"))
        .map(
            (key, each) -> {
              Finding.Registered found = (Finding.Registered) each;
              return KeyValue.pair(found.entry().key(), found.entry().value());
            },
            Named.as("registry-content"))
        .to(topics.modelRegistry(), Produced.with(BYTES, BYTES).withName("registry"));
  }

  private static <F extends Finding, V> void write(
      KStream<String, Finding> findings,
      Class<F> kind,
      String name,
      String topic,
      Class<V> type,
      Function<F, V> content) {
    findings
        .filter((key, finding) -> kind.isInstance(finding), Named.as(name + "-found"))
        .mapValues(finding -> content.apply(kind.cast(finding)), Named.as(name + "-content"))
        .to(topic, Produced.with(STRING, new JsonSerde<>(type)).withName(name));
  }

  private StoreBuilder<?> pendingReviews() {
    return Stores.windowStoreBuilder(
        Stores.persistentWindowStore(
            JoinLabels.STORE,
            JoinLabels.storeRetention(parts.labelsRetention()),
            parts.labelsRetention(),
            false),
        STRING,
        new JsonSerde<>(JoinLabels.Pending.class));
  }

  private List<String> classes() {
    Set<String> classes = new LinkedHashSet<>(parts.declaredLabels());
    parts.champion().get().ifPresent(champion -> classes.addAll(champion.labels()));
    return List.copyOf(classes);
  }
}
