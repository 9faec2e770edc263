package dev.verdict.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.TrialLimits;
import dev.verdict.checkpoint.StoreLocation;
import dev.verdict.config.TrainingRecipe.Batches;
import dev.verdict.config.TrainingRecipe.ClassWeights;
import dev.verdict.config.TrainingRecipe.Distillation;
import dev.verdict.config.TrainingRecipe.Optimizer;
import dev.verdict.config.TrainingRecipe.Regularization;
import dev.verdict.config.TrainingRecipe.Schedule;
import dev.verdict.config.TrainingRecipe.Shape;
import dev.verdict.config.TrainingRecipe.Transfer;
import dev.verdict.contract.TopicPlan;
import dev.verdict.contract.Topics;
import dev.verdict.evaluation.ChallengerPolicy;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.RetrainTrigger;
import dev.verdict.evaluation.WindowSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static Settings settings(String... keysAndValues) {
    Map<String, String> overrides = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      overrides.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return SettingsLoader.load(Optional.empty(), Map.of(), overrides);
  }

  @Test
  void nothingSetThenTheDefaultsOfTheDesign() {
    Settings settings = settings();

    assertThat(settings.modelName()).isEqualTo("reviews");
    assertThat(settings.modelLabels()).isEmpty();
    assertThat(settings.maxLength()).isEqualTo(128);
    assertThat(settings.topics()).isEqualTo(new Topics("reviews", "labels", ""));
    assertThat(settings.topicPlan())
        .isEqualTo(
            new TopicPlan(
                new Topics("reviews", "labels", ""),
                8,
                (short) -1,
                true,
                4 * 1024 * 1024,
                1_000_000));
    assertThat(settings.stateDir()).isEqualTo(Path.of("verdict-data", "state"));
    assertThat(settings.stateMemoryBytes()).isEqualTo(32 * 1024 * 1024);
    assertThat(settings.streamsGroup()).isFalse();
    assertThat(settings.sessionTimeoutMs()).isEqualTo(10_000);
    assertThat(settings.standbyReplicas()).isZero();
    assertThat(settings.newDeploymentReadsLatest()).isFalse();
    assertThat(settings.partitions()).isEqualTo(8);
    assertThat(settings.replicationFactor()).isEqualTo((short) -1);
    assertThat(settings.batchLimits()).isEqualTo(new BatchLimits(8192, 256, Duration.ofMillis(5)));
    assertThat(settings.trialLimits())
        .isEqualTo(new TrialLimits(10, 20, Duration.ofMillis(20), 512));
    assertThat(settings.reviewDecoder().maxTextBytes()).isEqualTo(65_536);
    assertThat(settings.reviewDecoder().maxIdBytes()).isEqualTo(1024);
    assertThat(settings.windows())
        .isEqualTo(
            List.of(new WindowSpec.Last(1000), new WindowSpec.Rolling("1h", Duration.ofHours(1))));
    assertThat(settings.retrainPolicy())
        .isEqualTo(
            new RetrainPolicy(
                new WindowSpec.Last(1000),
                0.80,
                0.80,
                500,
                Duration.ofMinutes(10),
                24,
                Duration.ZERO,
                Duration.ofMinutes(10),
                Set.of(RetrainTrigger.F1, RetrainTrigger.DRIFT)));
    assertThat(settings.challengerPolicy())
        .isEqualTo(
            new ChallengerPolicy(
                0.05,
                0,
                200,
                10_000,
                Duration.ofDays(7),
                Duration.ofHours(1),
                200,
                Duration.ofDays(1)));
    assertThat(settings.labelsRetention()).isEqualTo(Duration.ofDays(7));
    assertThat(settings.deadLetterMaxBytes()).isEqualTo(4 * 1024 * 1024);
    assertThat(settings.outputMaxBytes()).isEqualTo(1_000_000);
    assertThat(settings.checkpoints().location())
        .isEqualTo(new StoreLocation.Folder(Path.of("verdict-data", "checkpoints")));
    assertThat(settings.torchThreads()).isZero();
    assertThat(settings.httpHost()).isEqualTo("0.0.0.0");
    assertThat(settings.exemplars()).isFalse();
    assertThat(settings.streamsHttpPort()).isEqualTo(8080);
    assertThat(settings.trainerHttpPort()).isEqualTo(8081);
    assertThat(settings.inferenceCacheRows()).isEqualTo(4096);
    assertThat(settings.inferenceQueueRows()).isEqualTo(4096);
    assertThat(settings.inferenceQueueBytes()).isEqualTo(64 * 1024 * 1024);
    assertThat(settings.streamThreads()).isEqualTo(2);
    assertThat(settings.transactionTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.inferenceTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.evaluationPlan().interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.applicationId()).isEqualTo("verdict-reviews");
  }

  @Test
  void nothingSetThenTheTrainersDefaultsOfTheDesign() {
    assertThat(settings().trainer())
        .isEqualTo(
            new TrainerSettings(
                "scratch:tiny",
                "champion",
                recipe(4, 16, 5e-4, 40, Shape.LINEAR, 50),
                recipe(2, 8, 5e-5, 20, Shape.REDUCE_ON_PLATEAU, 100),
                2000,
                20_000,
                0.5,
                new BaseData(List.of(), 2000),
                100,
                20,
                20,
                1000,
                0.9,
                TrainerSettings.GatePolicy.CHAMPION,
                new VocabularySettings(12_000, true),
                10,
                Duration.ofMinutes(1),
                42));
  }

  @Test
  void nothingSetThenALanguageModelIsPretrainedAsBertWas() {
    assertThat(settings().pretraining())
        .isEqualTo(
            new PretrainingRecipe(
                10,
                0,
                new Batches(256, 4096, 1),
                new Optimizer(1e-3, 1, 0.9, 0.999, 1e-8, 0.01, false, 1),
                new Schedule(100, Shape.LINEAR),
                0.1,
                0.15,
                500,
                5));
  }

  @Test
  void teachersOfAFrozenEncoderThenRefused() {
    Map<String, String> given =
        Map.of("fine.tune.transfer", "head", "fine.tune.distillation.teachers", "3");
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> SettingsLoader.load(Optional.empty(), Map.of(), given))
        .withMessage(
            "Invalid value 3 for configuration fine.tune.distillation.teachers: must be 0 where"
                + " fine.tune.transfer is head");
  }

  private static TrainingRecipe recipe(
      int epochs, int rows, double rate, int warmup, Shape shape, int evaluation) {
    return new TrainingRecipe(
        epochs,
        0,
        new Batches(rows, 0, 1),
        new Optimizer(rate, 1, 0.9, 0.999, 1e-8, 0.1, false, 1),
        new Schedule(warmup, shape),
        new Regularization(0.1, 0.1, 0.2, 0, 0, 0, ClassWeights.NONE, 0),
        evaluation,
        0,
        Transfer.ALL,
        1,
        new Distillation(0, 0.8));
  }

  @Test
  void nothingSetThenKafkaStreamsIsExactlyOnceWithShortCommits() {
    Properties expected = new Properties();
    expected.put("bootstrap.servers", "localhost:9092");
    expected.put("application.id", "verdict-reviews");
    expected.put("buffered.records.per.partition", 128);
    expected.put("max.poll.records", 512);
    expected.put("main.consumer.fetch.max.bytes", 32 * 1024 * 1024);
    expected.put("state.dir", "verdict-data/state");
    expected.put("processing.guarantee", "exactly_once_v2");
    expected.put("commit.interval.ms", 100L);
    expected.put("num.stream.threads", 2);
    expected.put("auto.offset.reset", "earliest");
    expected.put("group.protocol", "classic");
    expected.put("num.standby.replicas", 0);
    expected.put("main.consumer.heartbeat.interval.ms", 500);
    expected.put("ensure.explicit.internal.resource.naming", true);
    expected.put("topology.optimization", "none");
    expected.put("producer.transaction.timeout.ms", 60_000);
    expected.put("main.consumer.session.timeout.ms", 10_000);
    expected.put("producer.compression.type", "lz4");
    expected.put("producer.max.request.size", 4 * 1024 * 1024);
    expected.put("replication.factor", -1);

    assertThat(settings().kafkaStreams(8)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    // The shorter of rows and bytes, for each partition that the topic really has.
    "8, 65536, 128, 512",
    "1, 65536, 1024, 512",
    "64, 65536, 16, 512",
    "1000, 65536, 16, 512",
    "8, 1024, 512, 2048",
    "64, 1024, 64, 2048",
  })
  void partitionsAndTextsThenRecordsAheadAreBounded(
      int partitions, String textBytes, int ahead, int poll) {
    assertThat(settings("review.max.text.bytes", textBytes).kafkaStreams(partitions))
        .containsEntry("buffered.records.per.partition", ahead)
        .containsEntry("max.poll.records", poll);
  }

  @Test
  void moreThreadsThenTheyShareWhatMayWait() {
    assertThat(settings("num.stream.threads", "4").kafkaStreams(8))
        .containsEntry("max.poll.records", 256);
    assertThat(settings("num.stream.threads", "64").kafkaStreams(8))
        .containsEntry("max.poll.records", 64);
  }

  @Test
  void streamsGroupThenWhatTheBrokersKeepIsNotPassedToKafkaStreams() {
    Settings settings =
        settings(
            "group.protocol", "streams",
            "num.standby.replicas", "1",
            "session.timeout.ms", "45000");

    assertThat(settings.streamsGroup()).isTrue();
    assertThat(settings.standbyReplicas()).isEqualTo(1);
    assertThat(settings.sessionTimeoutMs()).isEqualTo(45_000);
    assertThat(settings.heartbeatMs()).isEqualTo(500);
    assertThat(settings.kafkaStreams(8))
        .containsEntry("group.protocol", "streams")
        .doesNotContainKeys(
            "num.standby.replicas",
            "main.consumer.session.timeout.ms",
            "main.consumer.heartbeat.interval.ms");
    assertThat(settings("num.standby.replicas", "1").kafkaStreams(8))
        .containsEntry("num.standby.replicas", 1);
  }

  @Test
  void atLeastOnceThenReviewsOfAbortedTransactionsAreStillNotRead() {
    assertThat(settings("processing.guarantee", "at_least_once").kafkaStreams(8))
        .containsEntry("processing.guarantee", "at_least_once")
        .containsEntry("consumer.isolation.level", "read_committed");
  }

  @Test
  void readFromLatestThenTheSourcesAloneAndNotTheInternalTopics() {
    Settings settings = settings("auto.offset.reset", "latest");

    assertThat(settings.newDeploymentReadsLatest()).isTrue();
    assertThat(settings.kafkaStreams(8)).containsEntry("auto.offset.reset", "earliest");
  }

  @Test
  void settingsChangedThenEachReachesItsRecord() {
    Settings settings =
        settings(
            "model.name", "shop",
            "model.labels", "bad, fair ,good",
            "topics.prefix", "shop.",
            "batch.max.tokens", "4096",
            "batch.max.rows", "64",
            "batch.max.wait.ms", "0",
            "evaluation.windows", "last_200,15m",
            "retrain.window", "15m",
            "retrain.f1.min", "0.5",
            "retrain.min.labels", "50",
            "retrain.cooldown.ms", "1000",
            "retrain.f1.leave", "0.6",
            "retrain.runs.per.day", "5",
            "retrain.schedule.ms", "3600000",
            "retrain.request.timeout.ms", "2000",
            "retrain.triggers", "schedule",
            "fine.tune.epochs", "7",
            "scratch.schedule", "constant");

    assertThat(settings.modelLabels()).containsExactly("bad", "fair", "good");
    assertThat(settings.topics().predictions()).isEqualTo("shop.predictions");
    assertThat(settings.applicationId()).isEqualTo("verdict-shop.shop");
    assertThat(settings.batchLimits()).isEqualTo(new BatchLimits(4096, 64, Duration.ZERO));
    assertThat(settings.windows())
        .isEqualTo(
            List.of(
                new WindowSpec.Last(200), new WindowSpec.Rolling("15m", Duration.ofMinutes(15))));
    assertThat(settings.retrainPolicy())
        .isEqualTo(
            new RetrainPolicy(
                new WindowSpec.Rolling("15m", Duration.ofMinutes(15)),
                0.5,
                0.6,
                50,
                Duration.ofSeconds(1),
                5,
                Duration.ofHours(1),
                Duration.ofSeconds(2),
                Set.of(RetrainTrigger.SCHEDULE)));
    assertThat(settings.trainer().fineTune().epochs()).isEqualTo(7);
    assertThat(settings.trainer().scratch().epochs()).isEqualTo(4);
    assertThat(settings.trainer().scratch().schedule().shape()).isEqualTo(Shape.CONSTANT);
    assertThat(settings("application.id", "mine").applicationId()).isEqualTo("mine");
  }

  @Test
  void kafkaSettingsThenHandedToEveryClientInKafkasNames() {
    Settings settings =
        settings(
            "bootstrap.servers", "broker:9093",
            "kafka.security.protocol", "SASL_SSL",
            "kafka.sasl.jaas.config", "org.example.Login required;");

    assertThat(settings.kafkaClient())
        .containsOnly(
            Map.entry("bootstrap.servers", "broker:9093"),
            Map.entry("security.protocol", "SASL_SSL"),
            Map.entry("sasl.jaas.config", "org.example.Login required;"));
    assertThat(settings.kafkaStreams(8)).containsEntry("security.protocol", "SASL_SSL");
  }

  @Test
  void printedThenEverySettingAndNoSecret() {
    Map<String, String> printed = settings("kafka.ssl.key.password", "hunter2").printable();

    assertThat(printed).containsEntry("kafka.ssl.key.password", "[hidden]");
    assertThat(printed.toString()).doesNotContain("hunter2");
    assertThat(printed.keySet())
        .containsAll(SettingsDefinition.create().names())
        .hasSize(SettingsDefinition.create().names().size() + 1);
    assertThat(List.copyOf(printed.keySet())).isSorted();
  }

  @Test
  void printedThenReadBackAsTheSame() {
    Map<String, String> printed = settings("model.labels", "a,b").printable();

    assertThat(printed)
        .containsEntry("evaluation.windows", "last_1000,1h")
        .containsEntry("model.labels", "a,b");
    assertThat(SettingsLoader.parse(printed).printable()).isEqualTo(printed);
  }

  @Test
  void someChangedThenTheOthersAndKafkasStay() {
    Settings settings =
        settings("batch.max.rows", "7", "kafka.security.protocol", "SSL", "seed", "1");

    Settings changed =
        settings.with(Map.of("batch.max.wait.ms", "9", "kafka.client.id", "x", "seed", "2"));

    assertThat(changed.batchLimits()).isEqualTo(new BatchLimits(8192, 7, Duration.ofMillis(9)));
    assertThat(changed.trainer().seed()).isEqualTo(2);
    assertThat(changed.kafkaClient())
        .containsEntry("security.protocol", "SSL")
        .containsEntry("client.id", "x");
    assertThat(settings.trainer().seed()).isEqualTo(1);
    assertThat(settings.kafkaClient()).doesNotContainKey("client.id");
  }
}
