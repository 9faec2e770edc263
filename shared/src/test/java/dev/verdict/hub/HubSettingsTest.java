package dev.verdict.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HubSettingsTest {

  private static final Path HOME = Path.of("home");

  @Test
  void noVariablesThenTheDefaultsOfHuggingFace() {
    assertThat(HubSettings.from(Map.of("HF_TOKEN", " "), HOME))
        .isEqualTo(
            new HubSettings(
                URI.create("https://huggingface.co"),
                Optional.empty(),
                Path.of("home", ".cache", "huggingface", "hub"),
                false));
  }

  @Test
  void allVariablesThenTheyAreUsed() {
    assertThat(
            HubSettings.from(
                Map.of(
                    "HF_ENDPOINT", "https://mirror.example/hf/",
                    "HF_TOKEN", "hf_x\n",
                    "HF_HOME", "data",
                    "HF_HUB_OFFLINE", "yes"),
                HOME))
        .isEqualTo(
            new HubSettings(
                URI.create("https://mirror.example/hf"),
                Optional.of("hf_x"),
                Path.of("data", "hub"),
                true));
  }

  @Test
  void cacheVariablesThenTheMoreSpecialOneWins() {
    assertThat(HubSettings.from(Map.of("XDG_CACHE_HOME", "xdg"), HOME).cache())
        .isEqualTo(Path.of("xdg", "huggingface", "hub"));
    assertThat(HubSettings.from(Map.of("HF_HOME", "a", "HF_HUB_CACHE", "b"), HOME).cache())
        .isEqualTo(Path.of("b"));
  }

  @Test
  void endpointWithoutSchemeThenItIsShown() {
    assertThatThrownBy(() -> HubSettings.from(Map.of("HF_ENDPOINT", "hub.example"), HOME))
        .hasMessage(
            "HF_ENDPOINT is hub.example: it must be an address that begins with https:// or http://.");
  }
}
