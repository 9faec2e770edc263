package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of an installation, with commands of its own in the place of the machine's. */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "verdict");
  private static final String JEMALLOC = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2";

  @TempDir private Path home;

  @BeforeEach
  void install() throws IOException {
    Files.copy(LAUNCHER, home.resolve("verdict"));
    command(
        "java",
        """
        #!/usr/bin/env bash
        echo "$@" >"$(dirname "$0")/options"
        echo "${LD_PRELOAD-unset} ${MALLOC_CONF-unset}"
        """);
  }

  @Test
  void jemallocOfThisArchitectureAmongManyLibrariesThenPreloaded() throws Exception {
    libraries(
        "\tlibjemalloc.so.2 (libc6) => /usr/lib/i386-linux-gnu/libjemalloc.so.2\n"
            + "\tlibjemalloc.so.2 (libc6,x86-64) => "
            + JEMALLOC
            + "\n");

    assertThat(run(Map.of())).isEqualTo(JEMALLOC + " oversize_threshold:0");
    assertThat(run(Map.of("MALLOC_CONF", "narenas:4"))).isEqualTo(JEMALLOC + " narenas:4");
  }

  @Test
  void preloadingDecidedByTheUserThenLeft() throws Exception {
    libraries("\tlibjemalloc.so.2 (libc6,x86-64) => " + JEMALLOC + "\n");

    assertThat(run(Map.of("LD_PRELOAD", "/opt/other.so")))
        .isEqualTo("/opt/other.so oversize_threshold:0");
    assertThat(run(Map.of("LD_PRELOAD", "", "MALLOC_CONF", "narenas:4"))).isEqualTo("narenas:4");
  }

  @Test
  void noJemallocThenNothingIsPreloaded() throws Exception {
    libraries("");

    assertThat(run(Map.of())).isEqualTo("unset oversize_threshold:0");
  }

  @Test
  void theAppThenItsWholeHeapFromTheStartUnlessTheUserSaysMoreOfIt() throws Exception {
    libraries("");

    assertThat(heap("streams", Map.of()))
        .containsExactly("-Xmx1g", "-Xms1g", "-XX:+AlwaysPreTouch");
    assertThat(heap("streams", Map.of("VERDICT_OPTS", "-Xmx4g -ea")))
        .containsExactly("-Xmx1g", "-Xms4g", "-XX:+AlwaysPreTouch", "-Xmx4g");
    assertThat(heap("streams", Map.of("VERDICT_OPTS", "-ea -Xms64m -Xmx2g")))
        .containsExactly("-Xmx1g", "-Xms64m", "-Xmx2g");
    assertThat(heap("streams", Map.of("VERDICT_OPTS", "-XX:MaxHeapSize=512m")))
        .containsExactly("-Xmx1g", "-XX:MaxHeapSize=512m");
    assertThat(heap("streams", Map.of("_JAVA_OPTIONS", "-Xmx512m"))).containsExactly("-Xmx1g");
    assertThat(heap("streams --help", Map.of())).containsExactly("-Xmx1g");
    assertThat(heap("trainer", Map.of())).containsExactly("-Xmx1g");
  }

  /** More lines than a pipe holds come behind, as on a machine with many libraries. */
  private void libraries(String first) throws IOException {
    String others =
        IntStream.range(0, 4000)
            .mapToObj(
                i -> "\tlibother%d.so.1 (libc6,x86-64) => /lib/libother%d.so.1".formatted(i, i))
            .collect(Collectors.joining("\n"));
    command("ldconfig", "#!/usr/bin/env bash\ncat <<'END'\n" + first + others + "\nEND\n");
  }

  private void command(String name, String script) throws IOException {
    Path file = Files.writeString(home.resolve(name), script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** The options of the heap that the JVM gets, in their order. */
  private List<String> heap(String arguments, Map<String, String> environment) throws Exception {
    run(environment, arguments);
    return Stream.of(Files.readString(home.resolve("options")).split("\\s+"))
        .filter(each -> each.matches("-Xm.*|-XX:.*(HeapSize|PreTouch).*"))
        .toList();
  }

  private String run(Map<String, String> environment) throws Exception {
    return run(environment, "--version");
  }

  private String run(Map<String, String> environment, String arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("verdict").toString()));
    command.addAll(List.of(arguments.split(" ")));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("VERDICT_OPTS");
    builder.environment().remove("_JAVA_OPTIONS");
    builder.environment().remove("LD_PRELOAD");
    builder.environment().remove("MALLOC_CONF");
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("PATH", home + ":" + System.getenv("PATH"));
    builder.environment().putAll(environment);
    // The loader complains there of a library that this machine does not have.
    builder.redirectError(Redirect.DISCARD);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }
}
