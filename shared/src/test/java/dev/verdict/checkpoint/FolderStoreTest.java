package dev.verdict.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.contract.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderStoreTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir private Path folder;
  private Path root;
  private FolderStore store;

  @BeforeEach
  void openStore() {
    root = folder.resolve("checkpoints");
    store = new FolderStore(root);
  }

  private Path staged() throws Exception {
    Path staged = store.stage("reviews");
    Files.writeString(staged.resolve(WEIGHTS), "weights");
    Files.writeString(staged.resolve("config.json"), "{}");
    return staged;
  }

  private StoredCheckpoint committed() throws Exception {
    return store.commit(staged(), "reviews", 7);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** Puts another manifest in its place, as one who can write to the store and registry might. */
  private static String forge(Path checkpoint, Object manifest) throws Exception {
    byte[] bytes = manifest instanceof byte[] raw ? raw : Json.write(manifest);
    Files.write(checkpoint.resolve(CheckpointManifest.NAME), bytes);
    return sha256(bytes);
  }

  private void assertRefused(String path, String manifestSha256, String message) {
    String version = path.substring(path.lastIndexOf('/') + 1);
    assertThatThrownBy(() -> store.verified(version, path, manifestSha256))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  private static List<String> tree(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  @Test
  void committedThenNamedByNumberAndWeightsAndVerified() throws Exception {
    StoredCheckpoint stored = committed();

    assertThat(stored.version())
        .isEqualTo("v000007-" + sha256("weights".getBytes(StandardCharsets.UTF_8)).substring(0, 8));
    assertThat(stored.path()).isEqualTo("reviews/" + stored.version());
    assertThat(stored.manifestSha256())
        .isEqualTo(sha256(Files.readAllBytes(stored.folder().resolve("MANIFEST.json"))));
    assertThat(store.verified(stored.version(), stored.path(), stored.manifestSha256()).folder())
        .isEqualTo(stored.folder());
    assertThat(
            new FolderStore(root)
                .verified(stored.version(), stored.path(), stored.manifestSha256())
                .folder())
        .isEqualTo(stored.folder());
  }

  @Test
  void namedByOtherWeightsThenRefused() throws Exception {
    StoredCheckpoint stored = committed();

    assertThatThrownBy(
            () -> store.verified("v000007-00000000", stored.path(), stored.manifestSha256()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("v000007-00000000")
        .hasMessageContaining("is named by other weights");
  }

  @Test
  void committedThenManifestHoldsSizeAndHashOfEveryOtherFile() throws Exception {
    StoredCheckpoint stored = committed();

    CheckpointManifest manifest =
        Json.read(
            Files.readAllBytes(stored.folder().resolve("MANIFEST.json")), CheckpointManifest.class);
    assertThat(manifest.files())
        .isEqualTo(
            Map.of(
                WEIGHTS,
                new CheckpointManifest.Entry(7, sha256("weights".getBytes(StandardCharsets.UTF_8))),
                "config.json",
                new CheckpointManifest.Entry(2, sha256("{}".getBytes(StandardCharsets.UTF_8)))));
  }

  @Test
  void anyByteOfAnyFileFlippedThenRefused() throws Exception {
    StoredCheckpoint stored = committed();
    int flipped = 0;
    for (String name : tree(stored.folder())) {
      Path file = stored.folder().resolve(name);
      byte[] good = Files.readAllBytes(file);
      for (int i = 0; i < good.length; i++) {
        byte[] bad = good.clone();
        bad[i] ^= 1;
        Files.write(file, bad);
        assertRefused(stored.path(), stored.manifestSha256(), stored.version());
        flipped++;
      }
      Files.write(file, good);
    }

    assertThat(flipped).isGreaterThan(200);
    assertThat(store.verified(stored.version(), stored.path(), stored.manifestSha256()).folder())
        .isEqualTo(stored.folder());
  }

  @ParameterizedTest
  @ValueSource(strings = {WEIGHTS, "config.json", "MANIFEST.json"})
  void fileMissingOrCutThenRefused(String name) throws Exception {
    StoredCheckpoint stored = committed();
    Path file = stored.folder().resolve(name);

    Files.write(file, new byte[0]);
    assertRefused(stored.path(), stored.manifestSha256(), name);
    Files.delete(file);
    assertRefused(stored.path(), stored.manifestSha256(), name);
  }

  @Test
  void fileThatNobodyHashedThenRefusedUnlessHidden() throws Exception {
    StoredCheckpoint stored = committed();
    Files.writeString(stored.folder().resolve(".DS_Store"), "x");
    assertThat(store.verified(stored.version(), stored.path(), stored.manifestSha256()).folder())
        .isEqualTo(stored.folder());

    Files.writeString(stored.folder().resolve("vocab.txt"), "planted");
    assertRefused(stored.path(), stored.manifestSha256(), "vocab.txt is not in its MANIFEST.json");
  }

  @Test
  void checkpointNotThereThenSaysWhatToLookAt() {
    assertRefused("reviews/v000001-00000000", "00", "is checkpoints.dir shared with the trainer?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../other",
        "reviews/../../other",
        "/etc",
        "reviews/\u0000",
      })
  void pathInTheRegistryThatLeadsOutThenRefused(String path) throws Exception {
    Files.createDirectories(folder.resolve("other"));

    assertRefused(path, "00", "leads out of the store");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../secret", "..", ".", "", "/etc/passwd", "a/b", "a/../config.json", "a\u0000"})
  void nameInTheManifestThatLeadsOutThenRefused(String name) throws Exception {
    StoredCheckpoint stored = committed();
    byte[] secret = Files.readAllBytes(stored.folder().resolve("config.json"));
    Files.write(stored.folder().resolveSibling("secret"), secret);
    Map<String, CheckpointManifest.Entry> files = entries(stored);
    files.put(name, new CheckpointManifest.Entry(secret.length, sha256(secret)));

    assertRefused(
        stored.path(),
        forge(stored.folder(), new CheckpointManifest(files)),
        "leads out of the folder");
  }

  private static Map<String, CheckpointManifest.Entry> entries(StoredCheckpoint stored)
      throws IOException {
    return new TreeMap<>(
        Json.read(
                Files.readAllBytes(stored.folder().resolve("MANIFEST.json")),
                CheckpointManifest.class)
            .files());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not json", "null", "[]", "{}", "{\"files\":5}"})
  void manifestThatIsNoneThenRefused(String manifest) throws Exception {
    StoredCheckpoint stored = committed();

    assertRefused(
        stored.path(),
        forge(stored.folder(), manifest.getBytes(StandardCharsets.UTF_8)),
        "MANIFEST.json is not a manifest");
  }

  @Test
  void symbolicLinkInPlaceOfAFileThenRefused() throws Exception {
    StoredCheckpoint stored = committed();
    Path outside = Files.writeString(folder.resolve("outside"), "weights");
    Files.delete(stored.folder().resolve(WEIGHTS));
    Files.createSymbolicLink(stored.folder().resolve(WEIGHTS), outside);

    assertRefused(stored.path(), stored.manifestSha256(), WEIGHTS);
  }

  @Test
  void symbolicLinkInPlaceOfTheFolderThenRefused() throws Exception {
    StoredCheckpoint stored = committed();
    Path outside = Files.move(stored.folder(), folder.resolve("outside"));
    Files.createSymbolicLink(stored.folder(), outside);

    assertRefused(stored.path(), stored.manifestSha256(), "is a symbolic link");
  }

  @Test
  void trainerKilledWhileStagingThenNothingVisible() throws Exception {
    Path staged = staged();
    Files.writeString(staged.resolve("half-written"), "x");

    assertThat(tree(root)).allMatch(file -> file.startsWith(".staging/"));
    assertThat(root.resolve("reviews")).doesNotExist();
  }

  @Test
  void stagingClearedThenThatOfOtherModelsLeft() throws Exception {
    Path killed = store.stage("reviews");
    Path other = store.stage("mails");
    Files.writeString(killed.resolve("half-written"), "x");

    store.clearStaging("reviews");
    store.clearStaging("never-staged");

    assertThat(killed).doesNotExist();
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void twoStagedAtOnceThenEachItsOwnFolder() throws Exception {
    Path one = store.stage("reviews");
    Path other = store.stage("reviews");

    assertThat(one).isNotEqualTo(other).isEmptyDirectory();
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void committedThenNothingLeftInStaging() throws Exception {
    committed();

    assertThat(root.resolve(".staging/reviews")).isEmptyDirectory();
  }

  @Test
  void versionLeftByAKilledTrainerThenReplaced() throws Exception {
    StoredCheckpoint left = committed();
    Files.writeString(left.folder().resolve("config.json"), "changed");
    Files.writeString(left.folder().resolve("more"), "x");

    StoredCheckpoint again = committed();

    assertThat(again).isEqualTo(left);
    assertThat(store.verified(again.version(), again.path(), again.manifestSha256()).folder())
        .isEqualTo(again.folder());
    assertThat(again.folder().resolve("more")).doesNotExist();
  }

  @Test
  void otherWeightsThenAnotherVersionBesideTheFirst() throws Exception {
    StoredCheckpoint first = committed();
    Path staged = staged();
    Files.writeString(staged.resolve(WEIGHTS), "other weights");
    StoredCheckpoint second = store.commit(staged, "reviews", 8);

    assertThat(second.version()).startsWith("v000008-").isNotEqualTo(first.version());
    assertThat(store.verified(first.version(), first.path(), first.manifestSha256()).folder())
        .isEqualTo(first.folder());
    assertThat(store.verified(second.version(), second.path(), second.manifestSha256()).folder())
        .isEqualTo(second.folder());
  }

  @Test
  void noWeightsThenNotCommitted() throws Exception {
    Path staged = store.stage("reviews");
    Files.writeString(staged.resolve("config.json"), "{}");

    assertThatThrownBy(() -> store.commit(staged, "reviews", 1))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("has no model.safetensors");
    assertThat(root.resolve("reviews")).doesNotExist();
  }

  @Test
  void folderOrLinkAmongTheFilesThenNotCommitted() throws Exception {
    Path withFolder = staged();
    Files.createDirectory(withFolder.resolve("optimizer"));
    Path withLink = staged();
    Files.createSymbolicLink(withLink.resolve("vocab.txt"), withLink.resolve("config.json"));

    for (Path staged : List.of(withFolder, withLink)) {
      assertThatThrownBy(() -> store.commit(staged, "reviews", 1))
          .isInstanceOf(CheckpointException.class)
          .hasMessageEndingWith("must be a regular file");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../..", "a/b", ".", ""})
  void modelNameThatIsNoFolderNameThenNotCommitted(String model) throws Exception {
    Path staged = staged();

    assertThatThrownBy(() -> store.commit(staged, model, 1))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void movedToAFolderOfTheUserThenVerifiedThereAlsoByARelativePath() throws Exception {
    Path target = folder.resolve("mine").resolve("model");
    CheckpointFolder.moveTo(staged(), target);

    CheckpointFolder.verify(target);
    CheckpointFolder.verify(target.resolve("..").resolve("model"));
    CheckpointFolder.verify(Path.of("").toAbsolutePath().relativize(target));
    assertThat(tree(target)).containsExactly("MANIFEST.json", "config.json", WEIGHTS);
  }

  @Test
  void folderOfTheUserExistsThenRefusedAndUntouched() throws Exception {
    Path target = Files.createDirectory(folder.resolve("mine"));
    Path staged = staged();

    assertThatThrownBy(() -> CheckpointFolder.moveTo(staged, target))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void folderThatWasNeverSealedThenRefused() throws Exception {
    Path staged = staged();

    assertThatThrownBy(() -> CheckpointFolder.verify(staged))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("has no MANIFEST.json");
  }

  @Test
  void severalFilesDifferThenEachIsNamed() throws Exception {
    Path staged = staged();
    Files.writeString(staged.resolve("a.json"), "1");
    Files.writeString(staged.resolve("b.json"), "2");
    Path target = folder.resolve("mine");
    CheckpointFolder.moveTo(staged, target);
    assertThat(CheckpointFolder.faults(target)).isEmpty();

    Files.writeString(target.resolve(WEIGHTS), "Weights");
    Files.writeString(target.resolve("config.json"), "{ }");
    Files.delete(target.resolve("a.json"));
    Files.delete(target.resolve("b.json"));
    Files.createDirectory(target.resolve("b.json"));
    Files.writeString(target.resolve("vocab.txt"), "x");

    assertThat(CheckpointFolder.faults(target))
        .containsExactly(
            "a.json is missing",
            "b.json is not a regular file",
            "config.json differs: it has 3 bytes, must have 2",
            WEIGHTS
                + " differs: its SHA-256 is "
                + sha256("Weights".getBytes(StandardCharsets.UTF_8))
                + ", must be "
                + sha256("weights".getBytes(StandardCharsets.UTF_8)),
            "vocab.txt is not in its MANIFEST.json");
  }

  @Test
  void folderDeletedThenWhatALinkPointsToStays() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
    Path staged = staged();
    Files.createSymbolicLink(staged.resolve("link"), outside);

    CheckpointFolder.deleteRecursively(staged);
    CheckpointFolder.deleteRecursively(staged);

    assertThat(staged).doesNotExist();
    assertThat(outside.resolve("precious")).exists();
  }
}
