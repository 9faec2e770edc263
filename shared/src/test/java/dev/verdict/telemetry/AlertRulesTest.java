package dev.verdict.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * That whoever is woken finds what to do, and that each alert was seen to fire, and not to fire.
 */
class AlertRulesTest {
  private static final Path PROMETHEUS = Path.of("..", "grafana", "prometheus");
  private static final Path RUNBOOK = Path.of("..", "docs", "runbook.md");
  private static final Pattern SECTION = Pattern.compile("^## (\\S+)$", Pattern.MULTILINE);

  private final Map<String, JsonNode> alerts = new TreeMap<>();
  private final Set<String> fires = new TreeSet<>();
  private final Set<String> staysSilent = new TreeSet<>();

  @BeforeEach
  void read() throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    for (JsonNode group : yaml.readTree(PROMETHEUS.resolve("rules.yml").toFile()).path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (rule.has("alert")) {
          alerts.put(rule.path("alert").asText(), rule);
        }
      }
    }
    JsonNode histories = yaml.readTree(PROMETHEUS.resolve("rules.test.yml").toFile());
    for (JsonNode history : histories.path("tests")) {
      for (JsonNode moment : history.path("alert_rule_test")) {
        Set<String> seen = moment.path("exp_alerts").isEmpty() ? staysSilent : fires;
        seen.add(moment.path("alertname").asText());
      }
    }
    assertThat(alerts).isNotEmpty();
  }

  private static Set<String> sections() throws IOException {
    return SECTION
        .matcher(Files.readString(RUNBOOK).replace("\r\n", "\n"))
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void runbookThenOneSectionForEachAlertAndNoneWithout() throws IOException {
    assertThat(sections()).isEqualTo(alerts.keySet());
  }

  @Test
  void alertThenItLeadsToItsSectionAndSaysWhatItIs() {
    alerts.forEach(
        (name, rule) -> {
          JsonNode annotations = rule.path("annotations");
          assertThat(annotations.path("runbook_url").asText())
              .isEqualTo("docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
          assertThat(annotations.path("summary").asText()).as("summary of %s", name).isNotBlank();
          assertThat(annotations.path("description").asText())
              .as("description of %s", name)
              .isNotBlank();
          assertThat(rule.path("labels").path("severity").asText())
              .as("severity of %s", name)
              .isIn("critical", "warning");
        });
  }

  @Test
  void alertThenAHistoryInWhichItFiresAndOneInWhichItDoesNot() {
    assertThat(fires).isEqualTo(alerts.keySet());
    assertThat(staysSilent).isEqualTo(alerts.keySet());
  }
}
