package dev.verdict.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OneMemberAssignorTest {
  private static final String TOPIC = "retrain-requests";
  private static final List<TopicPartition> ALL =
      List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1));

  @Test
  void newGroupThenOneMemberHasAll() {
    assertThat(assigned(Map.of("a", fresh(), "b", fresh(), "c", fresh())))
        .isEqualTo(Map.of("a", ALL, "b", List.of(), "c", List.of()));
  }

  @Test
  void memberJoinsThenTheTurnStays() {
    assertThat(assigned(Map.of("a", fresh(), "b", owner(3), "c", fresh())))
        .isEqualTo(Map.of("a", List.of(), "b", ALL, "c", List.of()));
  }

  @Test
  void ownerGoneThenAnotherHasAll() {
    assertThat(assigned(Map.of("b", fresh(), "c", fresh())))
        .isEqualTo(Map.of("b", ALL, "c", List.of()));
  }

  @Test
  void ownerOfAnOlderGenerationComesBackThenTheNewerOneKeepsTheTurn() {
    assertThat(assigned(Map.of("a", owner(3), "b", owner(4))))
        .isEqualTo(Map.of("a", List.of(), "b", ALL));
  }

  @Test
  void partitionsAddedThenTheOwnerHasThemToo() {
    Subscription one =
        new Subscription(List.of(TOPIC), null, List.of(ALL.get(0)), 3, Optional.empty());
    assertThat(assigned(Map.of("a", fresh(), "b", one)))
        .isEqualTo(Map.of("a", List.of(), "b", ALL));
  }

  private static Map<String, List<TopicPartition>> assigned(Map<String, Subscription> members) {
    Node broker = new Node(1, "localhost", 9092);
    List<PartitionInfo> partitions = new ArrayList<>();
    for (TopicPartition partition : ALL) {
      partitions.add(
          new PartitionInfo(
              TOPIC, partition.partition(), broker, new Node[] {broker}, new Node[] {broker}));
    }
    Cluster cluster = new Cluster("test", List.of(broker), partitions, Set.of(), Set.of());
    Map<String, Assignment> assignments =
        new OneMemberAssignor().assign(cluster, new GroupSubscription(members)).groupAssignment();
    Map<String, List<TopicPartition>> partitionsOf = new TreeMap<>();
    assignments.forEach((member, assignment) -> partitionsOf.put(member, assignment.partitions()));
    return partitionsOf;
  }

  private static Subscription fresh() {
    return new Subscription(List.of(TOPIC));
  }

  private static Subscription owner(int generation) {
    return new Subscription(List.of(TOPIC), null, ALL, generation, Optional.empty());
  }
}
