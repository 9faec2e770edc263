package dev.verdict.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskChecksTest {
  @TempDir private Path folder;

  @Test
  void folderIsNotThereYetThenTheOneAboveCountsAndNothingIsMade() {
    Path missing = folder.resolve("a/b");

    Finding finding = DiskChecks.folder("state.dir", missing);

    assertThat(finding.level()).isNotEqualTo(Finding.Level.SKIP);
    assertThat(finding.message()).contains("state.dir " + missing).contains("GiB free");
    assertThat(Files.exists(folder.resolve("a"))).isFalse();
  }

  @Test
  void fileStandsInTheWayThenItFailsWithTheRemedy() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");

    Finding finding = DiskChecks.folder("checkpoints.dir", file.resolve("checkpoints"));

    assertThat(finding.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(finding.remedy().orElseThrow()).contains("checkpoints.dir");
  }
}
