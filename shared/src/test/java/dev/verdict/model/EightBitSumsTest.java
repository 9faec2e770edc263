package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EightBitSumsTest {
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

  @Test
  void ofAnX86ThenExactIfItHasVnniAndAlwaysTheSame() throws IOException {
    boolean exact = EightBitSums.areExact();
    // Elsewhere nothing tells what a processor has.
    if (System.getProperty("os.arch").equals("amd64") && Files.exists(PROCESSOR)) {
      assertThat(exact).isEqualTo(Files.readString(PROCESSOR).contains("avx512_vnni"));
    }
    assertThat(EightBitSums.areExact()).isEqualTo(exact);
  }
}
