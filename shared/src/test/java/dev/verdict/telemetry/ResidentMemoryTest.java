package dev.verdict.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResidentMemoryTest {
  @TempDir private Path folder;

  private ResidentMemory of(String status) throws IOException {
    return new ResidentMemory(Files.writeString(folder.resolve("status"), status));
  }

  @Test
  void statusOfLinuxThenBytes() throws IOException {
    assertThat(of("Name:\tjava\nVmHWM:\t  700000 kB\nVmRSS:\t  524288 kB\nThreads:\t40\n").bytes())
        .hasValue(512L * 1024 * 1024);
  }

  @Test
  void noSuchLineThenEmpty() throws IOException {
    assertThat(of("Name:\tjava\n").bytes()).isEmpty();
    assertThat(of("VmRSS:\tmuch kB\n").bytes()).isEmpty();
  }

  @Test
  void noSuchFileThenEmpty() {
    assertThat(new ResidentMemory(folder.resolve("absent")).bytes()).isEmpty();
  }
}
