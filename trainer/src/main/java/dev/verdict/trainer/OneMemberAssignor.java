package dev.verdict.trainer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives all partitions to one member of a group, the one that has them as long as it lives: it has
 * the turn, the others stand by. Cooperative (KIP-429), so that who comes and goes beside it does
 * not interrupt it. Kafka makes it by its name.
 */
public final class OneMemberAssignor implements ConsumerPartitionAssignor {

  @Override
  public String name() {
    return "verdict-one-member";
  }

  @Override
  public List<RebalanceProtocol> supportedProtocols() {
    return List.of(RebalanceProtocol.COOPERATIVE);
  }

  @Override
  public GroupAssignment assign(Cluster metadata, GroupSubscription groupSubscription) {
    Map<String, Subscription> members = groupSubscription.groupSubscription();
    List<TopicPartition> all = new ArrayList<>();
    for (String topic :
        new TreeSet<>(members.values().stream().flatMap(m -> m.topics().stream()).toList())) {
      for (PartitionInfo partition : metadata.partitionsForTopic(topic)) {
        all.add(new TopicPartition(topic, partition.partition()));
      }
    }
    Optional<String> chosen = chosen(members);
    Map<String, Assignment> assignments = new HashMap<>();
    for (String member : members.keySet()) {
      boolean turn = chosen.filter(member::equals).isPresent();
      assignments.put(member, new Assignment(turn ? all : List.of()));
    }
    return new GroupAssignment(assignments);
  }

  /** The member that owns partitions, by the newest generation of those that say so; else any. */
  private static Optional<String> chosen(Map<String, Subscription> members) {
    Comparator<Map.Entry<String, Subscription>> newest =
        Comparator.comparing(member -> member.getValue().generationId().orElse(-1));
    Optional<String> owner =
        members.entrySet().stream()
            .filter(member -> !member.getValue().ownedPartitions().isEmpty())
            .max(newest.thenComparing(Map.Entry::getKey))
            .map(Map.Entry::getKey);
    return owner.or(() -> members.keySet().stream().sorted().findFirst());
  }
}
