package dev.verdict.embedded.testing;

import dev.verdict.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The embedded broker on a folder that is removed with it. */
record TemporaryBroker(EmbeddedKafka kafka, Path folder) implements TestBroker {

  static TestBroker start() {
    try {
      Path folder = Files.createTempDirectory("verdict-broker");
      return new TemporaryBroker(EmbeddedKafka.start(folder, 0), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  @Override
  public void close() {
    kafka.close();
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
