package dev.verdict.cli;

import dev.verdict.config.Settings;
import dev.verdict.registry.TopicCreator;
import dev.verdict.registry.access.AccessCheck;
import dev.verdict.registry.access.AccessList;
import dev.verdict.registry.access.ServiceRole;
import java.util.List;

/** What a verb needs at the brokers before it begins: the topics, and the rights to use them. */
public final class Rights {
  private Rights() {}

  /**
   * Goes on only if the topics are there and this user may do with them what the verb does.
   *
   * @throws dev.verdict.registry.RefusedStartException that says what is missing
   */
  public static void require(ServiceRole role, Settings settings, List<String> topics)
      throws InterruptedException {
    new AccessCheck(role, settings, AccessList.only(AccessList.of(role, settings), topics))
        .require();
    new TopicCreator(settings.kafkaClient(), settings.replicationFactor()).requirePresent(topics);
  }
}
