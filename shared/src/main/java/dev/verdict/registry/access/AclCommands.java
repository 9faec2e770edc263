package dev.verdict.registry.access;

import dev.verdict.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** ACLs as they are granted with Kafka's own tool, and as they are documented. */
public final class AclCommands {
  private AclCommands() {}

  /**
   * One {@code kafka-acls.sh --add} a resource.
   *
   * @param brokers {@code host:port}, separated by commas
   * @param administrator properties file of whoever may grant, if one is needed
   * @param principal such as {@code User:verdict-streams}
   */
  public static List<String> grant(
      String brokers, Optional<String> administrator, String principal, List<Acl> acls) {
    List<String> lines = new ArrayList<>();
    byResource(acls)
        .forEach(
            (resource, operations) ->
                lines.add(
                    "kafka-acls.sh --bootstrap-server %s%s --add --allow-principal %s%s %s"
                        .formatted(
                            brokers,
                            administrator.map(file -> " --command-config " + file).orElse(""),
                            quoted(principal),
                            operations.stream()
                                .map(acl -> " --operation " + acl.operationName())
                                .distinct()
                                .collect(Collectors.joining()),
                            option(operations.get(0)))));
    return lines;
  }

  private static String option(Acl acl) {
    String kind =
        acl.resource().resourceType() == ResourceType.TRANSACTIONAL_ID
            ? "--transactional-id"
            : acl.resource().resourceType() == ResourceType.GROUP ? "--group" : "--topic";
    return kind
        + " "
        + acl.resource().name()
        + (acl.isPrefix() ? " --resource-pattern-type prefixed" : "");
  }

  /** A distinguished name has commas and spaces. */
  private static String quoted(String principal) {
    return principal.matches("[A-Za-z0-9:._@/-]+")
        ? principal
        : "'" + principal.replace("'", "'\\''") + "'";
  }

  /** A table for each role, with the default names. */
  public static String markdown(Settings settings) {
    StringBuilder text = new StringBuilder();
    for (ServiceRole role : ServiceRole.values()) {
      text.append("**`").append(role.id()).append("`**: ").append(role.command()).append("\n\n");
      text.append("| resource | operations |\n| --- | --- |\n");
      byResource(AccessList.of(role, settings))
          .forEach(
              (resource, acls) ->
                  text.append(
                      "| %s | %s |\n"
                          .formatted(
                              acls.get(0).resourceText().replaceAll("(\\S+)$", "`$1`"),
                              acls.stream()
                                  .map(acl -> acl.operationName() + mark(acl.need()))
                                  .collect(Collectors.joining(", ")))));
      text.append('\n');
    }
    return text.toString();
  }

  private static String mark(Acl.Need need) {
    return switch (need) {
      case REQUIRED -> "";
      case TO_MAKE -> " (to make it)";
      case ADVISED -> " (advised)";
    };
  }

  private static Map<ResourcePattern, List<Acl>> byResource(List<Acl> acls) {
    return acls.stream()
        .collect(Collectors.groupingBy(Acl::resource, LinkedHashMap::new, Collectors.toList()));
  }
}
