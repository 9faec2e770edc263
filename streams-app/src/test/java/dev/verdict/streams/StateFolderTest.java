package dev.verdict.streams;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.registry.RefusedStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  @TempDir private Path folder;

  @Test
  void takenThenRefusedToAnotherInstanceUntilGivenBack() {
    try (StateFolder taken = StateFolder.lock(folder, "verdict-reviews")) {
      assertThatThrownBy(() -> StateFolder.lock(folder, "verdict-reviews"))
          .isInstanceOf(RefusedStartException.class)
          .hasMessage(
              "Invalid value %s for configuration state.dir: must be a folder of this instance alone, another one of verdict-reviews is using it"
                  .formatted(folder));
    }
    StateFolder.lock(folder, "verdict-reviews").close();
  }

  @Test
  void anotherApplicationThenItMayShareTheFolder() {
    try (StateFolder taken = StateFolder.lock(folder, "verdict-reviews")) {
      StateFolder.lock(folder, "verdict-shop").close();
    }
  }

  @Test
  void notAFolderThenRefusedInOneSentence() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> StateFolder.lock(file, "verdict-reviews"))
        .isInstanceOf(RefusedStartException.class)
        .hasMessageContaining("state.dir")
        .hasMessageContaining("can be written to");
  }
}
