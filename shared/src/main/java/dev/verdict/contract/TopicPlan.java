package dev.verdict.contract;

import java.util.List;

/**
 * What a deployment expects of its topics.
 *
 * @param partitions of topics that are made, and of the internal topic for the join
 * @param replicationFactor of topics that are made, -1 for the broker's default
 * @param create whether missing topics are made, or refuse the start
 * @param deadLetterMaxBytes largest dead letter
 * @param outputMaxBytes largest record of every other topic that Verdict writes
 */
public record TopicPlan(
    Topics topics,
    int partitions,
    short replicationFactor,
    boolean create,
    int deadLetterMaxBytes,
    int outputMaxBytes) {

  /** Every topic as it is made where it is missing. */
  public List<Topics.Specification> specifications() {
    return topics.specifications(partitions, deadLetterMaxBytes);
  }
}
