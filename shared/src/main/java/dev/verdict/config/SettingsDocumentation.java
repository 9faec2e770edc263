package dev.verdict.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.types.Password;

/** The settings as Markdown tables, from the declaration itself: what README shows. */
public final class SettingsDocumentation {
  private SettingsDocumentation() {}

  /** One table for each group. */
  public static String markdown() {
    ConfigDef definition = SettingsDefinition.create();
    StringBuilder text = new StringBuilder();
    for (String group : definition.groups()) {
      List<ConfigKey> keys =
          definition.configKeys().values().stream()
              .filter(key -> key.group.equals(group))
              .sorted(Comparator.comparingInt(key -> key.orderInGroup))
              .toList();
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
                    key.validator == null ? "" : key.validator,
                    key.documentation));
      }
      text.append('\n');
    }
    return text.toString();
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
