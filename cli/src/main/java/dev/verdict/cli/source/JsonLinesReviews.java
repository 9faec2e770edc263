package dev.verdict.cli.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * Reviews from files with one JSON object a line, UTF-8: {@code id} (text or whole number), {@code
 * text}, {@code label}; other fields and blank lines are ignored. The files are read in order, one
 * line at a time, each as a domain named after it ({@code shoes.jsonl} is {@code shoes}).
 *
 * <p>An id that an earlier file used already is given as {@code <domain>/<id>}; all others stay as
 * they are. The ids seen are kept in memory.
 */
public final class JsonLinesReviews implements ReviewSource {

  private static final ObjectReader JSON = new ObjectMapper().reader();

  private final Queue<Path> remaining;
  private final Set<String> ids = new HashSet<>();
  private final Set<String> idsOfFile = new HashSet<>();
  private Optional<OpenFile> current = Optional.empty();
  private Optional<SourcedReview> ahead = Optional.empty();

  private JsonLinesReviews(List<Path> files) {
    remaining = new ArrayDeque<>(files);
  }

  /**
   * Opens nothing yet, but checks that every file can be read.
   *
   * @throws SourceException if there is no file or one cannot be read
   */
  public static JsonLinesReviews of(List<Path> files) {
    if (files.isEmpty()) {
      throw new SourceException("No file of reviews is given: name at least one.");
    }
    for (Path file : files) {
      if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        throw new SourceException("%s is not a file that can be read.".formatted(file));
      }
    }
    return new JsonLinesReviews(files);
  }

  @Override
  public boolean hasNext() {
    while (ahead.isEmpty() && openNextIfNeeded()) {
      ahead = current.orElseThrow().read();
      if (ahead.isEmpty()) {
        close();
      }
    }
    return ahead.isPresent();
  }

  @Override
  public SourcedReview next() {
    if (!hasNext()) {
      throw new NoSuchElementException("All files were read to their end");
    }
    SourcedReview review = ahead.orElseThrow();
    ahead = Optional.empty();
    return review;
  }

  @Override
  public void close() {
    current.ifPresent(OpenFile::close);
    current = Optional.empty();
  }

  private boolean openNextIfNeeded() {
    if (current.isEmpty() && !remaining.isEmpty()) {
      current = Optional.of(new OpenFile(remaining.remove()));
      idsOfFile.clear();
    }
    return current.isPresent();
  }

  private final class OpenFile {

    private final Path path;
    private final String domain;
    private final BufferedReader lines;
    private long line;

    OpenFile(Path path) {
      this.path = path;
      domain = path.getFileName().toString().replaceFirst("\\.[^.]+$", "");
      try {
        lines = Files.newBufferedReader(path);
      } catch (IOException e) {
        throw new SourceException("%s cannot be opened (%s).".formatted(path, e), e);
      }
    }

    Optional<SourcedReview> read() {
      for (Optional<String> text = readLine(); text.isPresent(); text = readLine()) {
        if (!text.get().isBlank()) {
          return Optional.of(review(text.get()));
        }
      }
      return Optional.empty();
    }

    private Optional<String> readLine() {
      try {
        line++;
        return Optional.ofNullable(lines.readLine());
      } catch (MalformedInputException e) {
        // The reader decodes a block at a time, so the bad line may be a later one.
        throw new SourceException(
            "%s is not UTF-8 at or after line %d: save it as UTF-8.".formatted(path, line), e);
      } catch (IOException e) {
        throw new SourceException("%s cannot be read at line %d (%s).".formatted(path, line, e), e);
      }
    }

    private SourcedReview review(String text) {
      JsonNode object = parse(text);
      return new SourcedReview(
          distinct(field(object, "id")), field(object, "text"), field(object, "label"), domain);
    }

    private JsonNode parse(String text) {
      try {
        JsonNode node = JSON.readTree(text);
        if (!node.isObject()) {
          throw fault("is not a JSON object such as {\"id\":\"1\",\"text\":\"…\",\"label\":\"…\"}");
        }
        return node;
      } catch (JsonProcessingException e) {
        throw fault(
            "is not valid JSON (column %d: %s)"
                .formatted(
                    Math.max(1, e.getLocation().getColumnNr()), firstLine(e.getOriginalMessage())));
      }
    }

    private String field(JsonNode object, String name) {
      JsonNode value = object.path(name);
      if (value.isMissingNode() || value.isNull()) {
        throw fault("has no field \"%s\"".formatted(name));
      }
      boolean number = name.equals("id") && value.isIntegralNumber();
      if (!value.isTextual() && !number) {
        throw fault("has a field \"%s\" that is not text: %s".formatted(name, value));
      }
      if (value.asText().isBlank()) {
        throw fault("has an empty field \"%s\"".formatted(name));
      }
      return value.asText();
    }

    private String distinct(String id) {
      String global = ids.contains(id) ? domain + "/" + id : id;
      if (!idsOfFile.add(id) || !ids.add(global)) {
        throw fault("has an \"id\" that was used before: %s".formatted(id));
      }
      return global;
    }

    private SourceException fault(String what) {
      return new SourceException("%s, line %d %s.".formatted(path, line, what));
    }

    void close() {
      try {
        lines.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
