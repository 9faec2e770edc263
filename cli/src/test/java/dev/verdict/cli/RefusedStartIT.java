package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.embedded.testing.TestBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What cannot work ends the start with one sentence and status 2; each case has its own prefix. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedStartIT {
  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();
  private TestBroker broker;
  private Admin admin;

  @BeforeAll
  void start() {
    broker = TestBroker.start();
    Properties kafka = new Properties();
    kafka.put("bootstrap.servers", broker.bootstrapServers());
    admin = Admin.create(kafka);
  }

  @AfterEach
  void forget() {
    err.getBuffer().setLength(0);
  }

  @AfterAll
  void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void topicsAreMissingAndMayNotBeMadeThenNamed() {
    assertThat(streams("missing.", "-Dtopics.create=false")).isEqualTo(2);
    assertThat(sentence())
        .startsWith("Topics [missing.reviews, missing.labels, missing.predictions")
        .endsWith("are missing: make them, or set topics.create to true");
  }

  @Test
  void registryIsNotCompactedThenTheCommandThatMendsIt() throws Exception {
    make("deleting.model-registry", 1, Map.of("cleanup.policy", "compact,delete"));

    assertThat(streams("deleting.")).isEqualTo(2);
    assertThat(sentence())
        .isEqualTo(
            "Topic deleting.model-registry has cleanup.policy compact,delete, must be compact, or"
                + " its models are forgotten: "
                + command("deleting.model-registry", "cleanup.policy=compact"));
  }

  @Test
  void requestsHaveTwoPartitionsThenRefusedByTheTrainerToo() throws Exception {
    make("two.retrain-requests", 2, Map.of());

    assertThat(run("trainer", "two.")).isEqualTo(2);
    assertThat(sentence())
        .startsWith("Topic two.retrain-requests has 2 partitions, must have 1")
        .contains("topics.prefix");
  }

  @Test
  void reviewsMayBeLargerThanDeadLettersThenTheCommandThatMendsIt() throws Exception {
    make("large.reviews", 1, Map.of("max.message.bytes", "5000000"));

    assertThat(streams("large.")).isEqualTo(2);
    assertThat(sentence())
        .isEqualTo(
            "Topic large.dead-letters has max.message.bytes 4194304, must be at least 5000000"
                + " (max.message.bytes of large.reviews), or a dead letter may not fit: "
                + command("large.dead-letters", "max.message.bytes=5000000"));
  }

  @Test
  void deadLettersMayBeLargerThanTheirTopicTakesThenTheCommandThatMendsIt() throws Exception {
    make("small.dead-letters", 1, Map.of("max.message.bytes", "2000000"));

    assertThat(streams("small.")).isEqualTo(2);
    assertThat(sentence())
        .contains("must be at least 4194304 (dead.letter.max.bytes)")
        .endsWith(command("small.dead-letters", "max.message.bytes=4194304"));
  }

  @Test
  void outputsMayBeLargerThanATopicTakesThenRefused() throws Exception {
    make("narrow.training-examples", 1, Map.of("max.message.bytes", "500000"));

    assertThat(streams("narrow.")).isEqualTo(2);
    assertThat(sentence())
        .startsWith(
            "Invalid value 1000000 for configuration output.max.bytes: must be at most 500000,"
                + " max.message.bytes of topic narrow.training-examples")
        .endsWith(command("narrow.training-examples", "max.message.bytes=1000000"));
  }

  @Test
  void internalTopicHasOtherPartitionsThenTheSettingToPutBack() throws Exception {
    make("verdict-grown.reviews-by-review-id-repartition", 3, Map.of());

    assertThat(streams("grown.")).isEqualTo(2);
    assertThat(sentence())
        .startsWith("Invalid value 1 for configuration topics.partitions: must be 3 as when")
        .contains("verdict-grown.reviews-by-review-id-repartition")
        .contains("reset the application verdict-grown.reviews");
  }

  @Test
  void brokersWithoutTheStreamsProtocolThenClassicIsTheOneThatWorks() throws Exception {
    streamsProtocol((short) 0, UpgradeType.SAFE_DOWNGRADE);
    try {
      assertThat(streams("old.", "-Dgroup.protocol=streams")).isEqualTo(2);
    } finally {
      streamsProtocol((short) 1, UpgradeType.UPGRADE);
    }
    assertThat(sentence())
        .startsWith("Invalid value streams for configuration group.protocol: must be classic");
  }

  private void streamsProtocol(short level, UpgradeType type) throws Exception {
    admin
        .updateFeatures(
            Map.of("streams.version", new FeatureUpdate(level, type)), new UpdateFeaturesOptions())
        .all()
        .get();
  }

  private void make(String topic, int partitions, Map<String, String> configs)
      throws ExecutionException, InterruptedException {
    admin
        .createTopics(
            List.of(
                new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(configs)))
        .all()
        .get();
  }

  private String command(String topic, String change) {
    return "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s"
        .formatted(broker.bootstrapServers(), topic, change);
  }

  private String sentence() {
    assertThat(err.toString().lines()).hasSize(1);
    return err.toString().trim();
  }

  private int streams(String prefix, String... more) {
    return run("streams", prefix, more);
  }

  private int run(String verb, String prefix, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.add(verb);
    arguments.add("-Dbootstrap.servers=" + broker.bootstrapServers());
    arguments.add("-Dtopics.prefix=" + prefix);
    arguments.add("-Dtopic.reviews=" + prefix + "reviews");
    arguments.add("-Dtopic.labels=" + prefix + "labels");
    arguments.add("-Dtopics.partitions=1");
    arguments.add("-Dhttp.host=127.0.0.1");
    arguments.add("-Dstreams.http.port=0");
    arguments.add("-Dtrainer.http.port=0");
    arguments.add("-Dcheckpoints.dir=" + folder.resolve("checkpoints"));
    arguments.add("-Dstate.dir=" + folder.resolve("state"));
    arguments.addAll(List.of(more));
    return Main.commandLine()
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}
