package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EightBitSumsTest {
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

  @Test
  void ofAnX86ThenExactIfItHasVnni() throws IOException {
    boolean x86 = System.getProperty("os.arch").equals("amd64");
    boolean vnni = Files.exists(PROCESSOR) && Files.readString(PROCESSOR).contains("avx512_vnni");
    assertThat(EightBitSums.areExact()).isEqualTo(!x86 || vnni);
  }
}
