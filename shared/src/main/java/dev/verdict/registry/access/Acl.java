package dev.verdict.registry.access;

import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * One operation on one resource that a principal is allowed (<a
 * href="https://kafka.apache.org/documentation/#security_authz">Kafka's ACLs</a>).
 *
 * @param need how much depends on it
 */
public record Acl(ResourcePattern resource, AclOperation operation, Need need) {
  /** What implies {@link AclOperation#DESCRIBE}. */
  private static final Set<AclOperation> DESCRIBING =
      Set.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE, AclOperation.DESCRIBE);

  /** How much depends on an operation. */
  public enum Need {
    /** Without it nothing works. */
    REQUIRED,
    /** Only where the resource is not there yet. */
    TO_MAKE,
    /** Without it a check or a convenience is left out, with a warning. */
    ADVISED
  }

  /** Whether the name stands for all that begin with it. */
  public boolean isPrefix() {
    return resource.patternType() == PatternType.PREFIXED;
  }

  /** Whether who has it may see the resource. */
  boolean describes() {
    return DESCRIBING.contains(operation);
  }

  /** Such as {@code Read on topic reviews}. */
  public String text() {
    return operationName() + " on " + resourceText();
  }

  String resourceText() {
    String kind = resourceKind();
    return isPrefix()
        ? "%ss that begin with %s".formatted(kind, resource.name())
        : kind + " " + resource.name();
  }

  private String resourceKind() {
    return resource.resourceType() == ResourceType.TRANSACTIONAL_ID
        ? "transactional id"
        : resource.resourceType().name().toLowerCase(Locale.ROOT);
  }

  /** As {@code kafka-acls.sh} has it, such as {@code DescribeConfigs}. */
  String operationName() {
    StringBuilder name = new StringBuilder();
    for (String word : operation.name().split("_", -1)) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
