package dev.verdict.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.Topics.Specification;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicsTest {
  private static final List<Specification> TOPICS =
      new Topics("reviews", "labels", "").specifications(8, 4_194_304);

  private static Specification topic(String name) {
    return TOPICS.stream().filter(topic -> topic.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void noPrefixThenTheTopicsOfTheContract() {
    assertThat(TOPICS.stream().map(Specification::name))
        .containsExactlyInAnyOrder(
            "reviews",
            "predictions",
            "shadow-predictions",
            "labels",
            "evaluations",
            "drift",
            "graded-predictions",
            "training-examples",
            "retrain-requests",
            "training-runs",
            "model-registry",
            "decisions",
            "dead-letters");
  }

  @Test
  void prefixThenBeforeEveryTopicThatVerdictWritesAndNotBeforeTheUsers() {
    List<String> names =
        new Topics("app.in", "app.truth", "shop.")
            .specifications(8, 1).stream().map(Specification::name).toList();

    assertThat(names).contains("app.in", "app.truth").hasSize(13);
    assertThat(names.stream().filter(name -> !name.startsWith("app.")))
        .hasSize(11)
        .allMatch(name -> name.startsWith("shop."));
  }

  @ParameterizedTest
  @CsvSource({
    "reviews,8,delete",
    "predictions,8,delete",
    "shadow-predictions,8,delete",
    "labels,8,delete",
    "evaluations,1,'compact,delete'",
    "drift,1,'compact,delete'",
    "graded-predictions,1,delete",
    "training-examples,8,delete",
    "retrain-requests,1,delete",
    "training-runs,1,'compact,delete'",
    "model-registry,1,compact",
    "decisions,1,delete",
    "dead-letters,8,delete",
  })
  void topicThenPartitionsAndCleanupOfTheContract(String name, int partitions, String cleanup) {
    Specification topic = topic(name);

    assertThat(topic.partitions()).isEqualTo(partitions);
    assertThat(topic.configs().getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "delete"))
        .isEqualTo(cleanup);
  }

  @Test
  void trainingExamplesAndDecisionsThenKept() {
    Map<String, String> retention =
        TOPICS.stream()
            .filter(topic -> topic.configs().containsKey(TopicConfig.RETENTION_MS_CONFIG))
            .collect(
                Collectors.toMap(
                    Specification::name,
                    topic -> topic.configs().get(TopicConfig.RETENTION_MS_CONFIG)));

    assertThat(retention)
        .isEqualTo(
            Map.of(
                "training-examples", "-1",
                "decisions", "-1",
                "evaluations", "604800000",
                "drift", "604800000",
                "training-runs", "604800000"));
  }

  @Test
  void deadLettersThenLargerThanTheirSources() {
    assertThat(topic("dead-letters").configs())
        .containsEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "4194304");
  }
}
