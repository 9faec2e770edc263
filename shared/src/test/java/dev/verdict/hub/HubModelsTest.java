package dev.verdict.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HubModelsTest {

  private static final HubReference MODEL = HubReference.parse("hf://" + FakeHub.REPOSITORY);
  private static final String WEIGHTS = "weights ".repeat(50_000);

  @TempDir private Path cache;
  private final List<Duration> pauses = new ArrayList<>();
  private final List<Progress> progress = new ArrayList<>();
  private FakeHub hub;

  @BeforeEach
  void startHub() throws IOException {
    hub =
        new FakeHub()
            .with("config.json", "{}")
            .with("tokenizer.json", "{\"model\":{}}")
            .with("vocab.txt", "[PAD]\n")
            .with("model.safetensors", WEIGHTS);
  }

  @AfterEach
  void stopHub() {
    hub.close();
  }

  @Test
  void modelFetchedThenItLiesInTheLayoutOfTheHubsOwnCache() throws Exception {
    Path folder = fetch(MODEL);

    Path model = cache.resolve("models--acme--tiny");
    assertThat(folder).isEqualTo(model.resolve("snapshots").resolve(FakeHub.COMMIT));
    assertThat(folder.resolve("model.safetensors")).hasContent(WEIGHTS).isSymbolicLink();
    assertThat(Files.readSymbolicLink(folder.resolve("model.safetensors")))
        .isEqualTo(Path.of("..", "..", "blobs", hub.etag("model.safetensors")));
    assertThat(model.resolve("refs").resolve("main")).hasContent(FakeHub.COMMIT);
    assertThat(model.resolve("refs")).isDirectoryNotContaining("glob:**.tmp");
    assertThat(model.resolve("blobs")).isDirectoryNotContaining("glob:**.incomplete");
    assertThat(folder.resolve("config.json")).hasContent("{}");
    assertThat(folder.resolve("vocab.txt")).exists();
    assertThat(folder.resolve("tokenizer_config.json")).doesNotExist();
    assertThat(progress).contains(new Progress("model.safetensors", 400_000, 400_000));
  }

  @Test
  void fetchedTwiceThenNothingIsDownloadedAgain() throws Exception {
    Path first = fetch(MODEL);
    int downloads = hub.downloads().size();

    assertThat(fetch(MODEL)).isEqualTo(first);
    assertThat(hub.downloads()).hasSize(downloads);
  }

  @Test
  void revisionWithSlashesThenItIsEncodedAndRemembered() throws Exception {
    Path folder = fetch(HubReference.parse("hf://acme/tiny@refs/pr/1"));

    assertThat(folder.getFileName()).hasToString(FakeHub.COMMIT);
    assertThat(cache.resolve("models--acme--tiny/refs/refs/pr/1")).hasContent(FakeHub.COMMIT);
  }

  @Test
  void tokenThenOnlyTheHubSeesIt() throws Exception {
    hub.requiring("secret");

    new HubModels(settings(Optional.of("secret"), false), pauses::add).fetch(MODEL, progress::add);

    assertThat(hub.requests())
        .filteredOn(request -> request.server().equals("hub"))
        .isNotEmpty()
        .allMatch(request -> request.token().equals(Optional.of("Bearer secret")));
    assertThat(hub.requests())
        .filteredOn(request -> request.server().equals("storage"))
        .isNotEmpty()
        .allMatch(request -> request.token().isEmpty());
    assertThat(settings(Optional.of("secret"), false).toString()).doesNotContain("secret");
  }

  @Test
  void notAuthorizedThenTheTokenIsMentioned() {
    hub.requiring("secret");

    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(HubException.class)
        .hasMessage(
            "hf://acme/tiny@main does not exist or is not public (HTTP 401): check the name, or set HF_TOKEN.");
    assertThatThrownBy(
            () ->
                new HubModels(settings(Optional.of("wrong"), false), pauses::add)
                    .fetch(MODEL, progress::add))
        .hasMessageContaining("is not open to your HF_TOKEN")
        .hasMessageNotContaining("wrong");
    assertThat(pauses).isEmpty();
  }

  @Test
  void unknownModelOrRevisionThenItIsSaidWhich() {
    assertThatThrownBy(() -> fetch(HubReference.parse("hf://acme/none")))
        .hasMessageStartingWith("hf://acme/none@main does not exist at http://127.0.0.1:");
    assertThatThrownBy(() -> fetch(HubReference.parse("hf://acme/tiny@v9")))
        .hasMessage("hf://acme/tiny@v9 has no such revision: check the part after @.");
  }

  @Test
  void tooManyRequestsThenItWaitsAsLongAsAsked() throws Exception {
    hub.failing(429, 503);

    assertThat(fetch(MODEL).resolve("config.json")).exists();
    assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
  }

  @Test
  void bodyCutOffThenTheDownloadGoesOnWhereItStopped() throws Exception {
    hub.truncating(2);

    assertThat(fetch(MODEL).resolve("model.safetensors")).hasContent(WEIGHTS);
    List<String> ranges =
        hub.downloads().stream()
            .filter(request -> request.path().endsWith("model.safetensors"))
            .map(FakeHub.Request::range)
            .toList();
    assertThat(ranges).hasSize(3).first().isEqualTo("");
    // The last buffer before the cut may be lost, so a resumed download may begin a little earlier.
    assertThat(firstByte(ranges.get(1))).isBetween(100_000L, 200_000L);
    assertThat(firstByte(ranges.get(2))).isBetween(200_000L, 300_000L);
    assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  @Test
  void downloadLeftByAnEarlierRunThenItGoesOnWhereItStopped() throws Exception {
    Path blobs = Files.createDirectories(cache.resolve("models--acme--tiny/blobs"));
    Files.writeString(
        blobs.resolve(hub.etag("model.safetensors") + ".incomplete"), WEIGHTS.substring(0, 1000));

    assertThat(fetch(MODEL).resolve("model.safetensors")).hasContent(WEIGHTS);
    assertThat(hub.downloads()).extracting(FakeHub.Request::range).contains("bytes=1000-");
  }

  @Test
  void contentOfAnotherHashThenItIsDeletedAndNothingIsRemembered() {
    hub.announcing("model.safetensors", "0".repeat(64));
    assertThatThrownBy(() -> fetch(MODEL))
        .isInstanceOf(HubException.class)
        .hasMessageStartingWith(
            "model.safetensors of hf://acme/tiny@main came with another content");
    assertThat(cache.resolve("models--acme--tiny/blobs")).isDirectoryNotContaining("glob:**0000*");
    assertThat(cache.resolve("models--acme--tiny/refs")).doesNotExist();
  }

  @Test
  void smallFileOfAnotherHashThenItIsRefusedToo() {
    hub.announcing("config.json", "0".repeat(40));

    assertThatThrownBy(() -> fetch(MODEL)).hasMessageStartingWith("config.json of hf://acme/tiny");
  }

  @Test
  void etagThatIsAPathThenItIsRefused() {
    hub.announcing("config.json", "../../outside");

    assertThatThrownBy(() -> fetch(MODEL)).hasMessageContaining("does not answer as the Hub does");
  }

  @Test
  void onlyPickledWeightsThenItIsSaidToConvertThem() throws IOException {
    try (FakeHub pickled =
        new FakeHub()
            .with("config.json", "{}")
            .with("vocab.txt", "")
            .with("pytorch_model.bin", "")) {
      hub.close();
      hub = pickled;
      assertThatThrownBy(() -> fetch(MODEL))
          .isInstanceOf(HubException.class)
          .hasMessageStartingWith(
              "hf://acme/tiny@main has only pytorch_model.bin: convert it to model.safetensors");
      assertThat(pickled.downloads()).isEmpty();
    }
  }

  @Test
  void noTokenizerThenItIsSaid() throws IOException {
    hub.close();
    hub = new FakeHub().with("config.json", "{}").with("model.safetensors", "w");

    assertThatThrownBy(() -> fetch(MODEL))
        .hasMessage(
            "hf://acme/tiny@main has neither tokenizer.json nor vocab.txt: choose a model with a tokenizer.");
  }

  @Test
  void offlineThenOnlyTheCacheIsUsed() throws Exception {
    HubModels offline = new HubModels(settings(Optional.empty(), true), pauses::add);
    assertThatThrownBy(() -> offline.fetch(MODEL, progress::add))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("HF_HUB_OFFLINE is set");
    assertThat(hub.requests()).isEmpty();

    Path folder = fetch(MODEL);
    int requests = hub.requests().size();
    assertThat(offline.fetch(MODEL, progress::add)).isEqualTo(folder);
    assertThat(offline.fetch(HubReference.parse("hf://acme/tiny@" + FakeHub.COMMIT), progress::add))
        .isEqualTo(folder);
    assertThat(hub.requests()).hasSize(requests);
  }

  @Test
  void hubUnreachableThenTheCacheServesOrOneSentenceSaysSo() throws Exception {
    Path folder = fetch(MODEL);
    hub.close();

    assertThat(fetch(MODEL)).isEqualTo(folder);
    assertThatThrownBy(() -> fetch(HubReference.parse("hf://acme/other")))
        .isInstanceOf(HubUnreachableException.class)
        .hasMessageContaining("did not answer after 5 attempts");
    assertThat(pauses.subList(0, 4))
        .containsExactly(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8));
  }

  private Path fetch(HubReference reference) throws IOException, InterruptedException {
    return new HubModels(settings(Optional.empty(), false), pauses::add)
        .fetch(reference, progress::add);
  }

  private HubSettings settings(Optional<String> token, boolean offline) {
    return new HubSettings(hub.endpoint(), token, cache, offline);
  }

  private static long firstByte(String range) {
    return Long.parseLong(range.substring("bytes=".length(), range.length() - 1));
  }
}
