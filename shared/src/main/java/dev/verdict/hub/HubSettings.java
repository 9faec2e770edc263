package dev.verdict.hub;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the Hub and its cache are.
 *
 * @param endpoint the Hub, without a slash at the end
 * @param token sent to the endpoint only
 * @param cache the folder with the {@code models--owner--name} folders
 * @param offline whether only the cache is used
 */
public record HubSettings(URI endpoint, Optional<String> token, Path cache, boolean offline) {

  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  /**
   * Reads Hugging Face's own variables {@code HF_ENDPOINT}, {@code HF_TOKEN}, {@code HF_HUB_CACHE},
   * {@code HF_HOME}, {@code XDG_CACHE_HOME} and {@code HF_HUB_OFFLINE}.
   *
   * @param environment the process's variables
   * @param userHome where the cache is by default, under {@code .cache/huggingface/hub}
   * @throws IllegalArgumentException if the endpoint is not an http or https address
   * @see <a
   *     href="https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables">
   *     Environment variables</a>
   */
  public static HubSettings from(Map<String, String> environment, Path userHome) {
    Environment variables = new Environment(environment);
    Path xdgCache =
        variables.get("XDG_CACHE_HOME").map(Path::of).orElse(userHome.resolve(".cache"));
    Path home = variables.get("HF_HOME").map(Path::of).orElse(xdgCache.resolve("huggingface"));
    return new HubSettings(
        endpoint(variables.get("HF_ENDPOINT").orElse("https://huggingface.co")),
        variables.get("HF_TOKEN"),
        variables.get("HF_HUB_CACHE").map(Path::of).orElse(home.resolve("hub")),
        variables
            .get("HF_HUB_OFFLINE")
            .map(value -> TRUE.contains(value.toUpperCase(Locale.ROOT)))
            .orElse(false));
  }

  private static URI endpoint(String text) {
    if (!text.matches("https?://[^/\\s]+[^\\s]*")) {
      throw new IllegalArgumentException(
          "HF_ENDPOINT is %s: it must be an address that begins with https:// or http://."
              .formatted(text));
    }
    return URI.create(text.replaceAll("/+$", ""));
  }

  /** Leaves the token out. */
  @Override
  public String toString() {
    return "HubSettings[endpoint=%s, cache=%s, offline=%s]".formatted(endpoint, cache, offline);
  }

  private record Environment(Map<String, String> variables) {

    Optional<String> get(String name) {
      return Optional.ofNullable(variables.get(name))
          .map(String::strip)
          .filter(value -> !value.isEmpty());
    }
  }
}
