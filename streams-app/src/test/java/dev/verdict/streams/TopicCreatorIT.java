package dev.verdict.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.Topics.Specification;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.registry.TopicCreator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class TopicCreatorIT {
  private static final int PARTITIONS = 8;

  @Test
  void instancesStartAtOnceThenEachTopicIsMadeByOneAndServedWhenItReturns() throws Exception {
    try (TestBroker broker = TestBroker.start();
        Admin admin = Admin.create(kafka(broker))) {
      for (int round = 0; round < 5; round++) {
        List<Specification> topics = topics(round);
        ExecutorService starts = Executors.newFixedThreadPool(3);
        List<String> made = new ArrayList<>();
        try {
          List<Future<List<String>>> results = new ArrayList<>();
          for (int instance = 0; instance < 3; instance++) {
            results.add(
                starts.submit(
                    () -> new TopicCreator(kafka(broker), (short) -1).ensure(topics, true)));
          }
          for (Future<List<String>> result : results) {
            made.addAll(result.get());
          }
        } finally {
          starts.shutdownNow();
        }

        assertThat(made)
            .containsExactlyInAnyOrderElementsOf(topics.stream().map(Specification::name).toList());
        assertThat(admin.listOffsets(ends(topics)).all().get()).hasSize(topics.size() * PARTITIONS);
      }
    }
  }

  private static List<Specification> topics(int round) {
    List<Specification> topics = new ArrayList<>();
    for (int topic = 0; topic < 12; topic++) {
      topics.add(
          new Specification("round%d.topic%d".formatted(round, topic), PARTITIONS, Map.of()));
    }
    return topics;
  }

  private static Map<TopicPartition, OffsetSpec> ends(List<Specification> topics) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (Specification topic : topics) {
      for (int partition = 0; partition < topic.partitions(); partition++) {
        ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    return ends;
  }

  private static Properties kafka(TestBroker broker) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    return properties;
  }
}
