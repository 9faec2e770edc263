package dev.verdict.config;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.types.Password;

/** The settings as Markdown tables, from the declaration itself. */
public final class SettingsDocumentation {
  private SettingsDocumentation() {}

  /** One table for each group: what docs/configuration.md shows. */
  public static String markdown() {
    return markdown(EnumSet.allOf(Importance.class));
  }

  /** Those of importance high alone: what README shows. */
  public static String essential() {
    return markdown(EnumSet.of(Importance.HIGH));
  }

  private static String markdown(Set<Importance> shown) {
    ConfigDef definition = SettingsDefinition.create();
    StringBuilder text = new StringBuilder();
    for (String group : definition.groups()) {
      List<ConfigKey> keys =
          definition.configKeys().values().stream()
              .filter(key -> key.group.equals(group) && shown.contains(key.importance))
              .sorted(Comparator.comparingInt(key -> key.orderInGroup))
              .toList();
      if (keys.isEmpty()) {
        continue;
      }
      text.append("**").append(group).append("**\n\n");
      text.append("| key | type | default | accepted | what it does |\n");
      text.append("| --- | --- | --- | --- | --- |\n");
      for (ConfigKey key : keys) {
        text.append(
            "| `%s` | %s | %s | %s | %s |\n"
                .formatted(
                    key.name,
                    key.type.name().toLowerCase(Locale.ROOT),
                    byDefault(key),
                    key.validator == null ? "" : text(key.validator),
                    text(key.documentation)));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** Markdown takes {@code <labels>} for a tag. */
  private static String text(Object value) {
    return String.valueOf(value).replace("<", "&lt;");
  }

  private static String byDefault(ConfigKey key) {
    String value =
        key.defaultValue instanceof List<?> list
            ? String.join(",", list.stream().map(String::valueOf).toList())
            : key.defaultValue instanceof Password secret
                ? secret.value()
                : String.valueOf(key.defaultValue);
    return value.isEmpty() ? "(empty)" : "`" + value + "`";
  }
}
