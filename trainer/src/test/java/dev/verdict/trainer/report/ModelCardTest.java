package dev.verdict.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModelCardTest {
  private final VersionReport report = ExampleReport.of(List.of("negative", "positive"), 3, true);

  @Test
  void wholeReportThenTheHeadIsWhatTheHubReads() {
    assertThat(new ModelCard(report).text())
        .startsWith(
            """
            ---
            library_name: transformers
            pipeline_tag: text-classification
            tags:
            - text-classification
            - distilbert
            - verdict
            base_model: "owner/name"
            metrics:
            - f1
            - accuracy
            model-index:
            - name: "reviews"
              results:
              - task:
                  type: text-classification
            """);
  }

  @Test
  void wholeReportThenIntervalCalibrationOriginAndOffsets() {
    String card = new ModelCard(report).text();

    assertThat(card)
        .containsPattern("Macro F1 0\\.\\d{4} \\(95% 0\\.\\d{4} to 0\\.\\d{4}\\), accuracy")
        .contains("Gate: challenger 0.8123 beats champion 0.7901")
        .contains("## Calibration", "temperature scaling")
        .contains("| parent | v000001-3bf55c01 |")
        .contains("| model.safetensors, SHA-256 | " + "cd".repeat(32) + " |")
        .contains("| data fingerprint | " + "ab".repeat(32) + " |")
        .contains("| 1 | 7 | 2044 |")
        .contains("| actual \\ predicted | negative | positive |");
  }

  @Test
  void textsOfReviewsThenEscapedAndCut() {
    String card = new ModelCard(report).text();

    assertThat(card)
        .contains(
            "\\<script\\>alert(1)\\</script\\> Works \\| \\*fine\\* &amp; cheap \\# once \\`more\\`");
    String cut =
        card.lines().filter(line -> line.contains("The handle came off")).findFirst().orElseThrow();
    assertThat(cut).contains("…").hasSizeLessThan(260);
  }

  @Test
  void charactersOutsideTheBasicPlaneThenNotCutInHalf() {
    assertThat(Markup.cut("\uD83D\uDE00".repeat(5), 3)).isEqualTo("\uD83D\uDE00\uD83D\uDE00…");
  }
}
