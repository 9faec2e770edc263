package dev.verdict.cli.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesReviewsTest {

  private static final String GOOD = "{\"id\":\"a\",\"text\":\"fine\",\"label\":\"positive\"}";

  @TempDir private Path folder;

  @Test
  void twoFilesThenTheyAreReadInOrderAsTwoDomains() throws IOException {
    Path shoes =
        file(
            "shoes.jsonl",
            "{\"id\":\"s1\",\"text\":\"très léger\",\"label\":\"positive\",\"rating\":5}",
            "",
            "{\"id\":2,\"text\":\"tight\",\"label\":\"negative\"}");
    Path films = file("films.jsonl", "{\"label\":\"neutral\",\"text\":\"long\",\"id\":\"f1\"}");

    assertThat(read(shoes, films))
        .containsExactly(
            new SourcedReview("s1", "très léger", "positive", "shoes"),
            new SourcedReview("2", "tight", "negative", "shoes"),
            new SourcedReview("f1", "long", "neutral", "films"));
  }

  @Test
  void idOfAnEarlierFileThenOnlyThatOneIsPrefixed() throws IOException {
    Path one = file("one.jsonl", GOOD);
    Path two = file("two.jsonl", GOOD, GOOD.replace("\"a\"", "\"b\""));

    assertThat(read(one, two)).extracting(SourcedReview::id).containsExactly("a", "two/a", "b");
  }

  @Test
  void emptyFileThenTheNextIsRead() throws IOException {
    assertThat(read(file("empty.jsonl"), file("one.jsonl", GOOD))).hasSize(1);
  }

  @Test
  void faultInALaterLineThenTheReviewsBeforeItAreRead() throws IOException {
    Path path = file("one.jsonl", GOOD, "oops");
    try (ReviewSource source = JsonLinesReviews.of(List.of(path))) {
      assertThat(source.next().id()).isEqualTo("a");
      assertThatThrownBy(source::hasNext)
          .isInstanceOf(SourceException.class)
          .hasMessageStartingWith(path + ", line 2 is not valid JSON (column ")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void faultyLineThenFileLineAndFieldAreNamed() throws IOException {
    assertFault("{\"id\":\"b\",\"label\":\"positive\"}", "has no field \"text\".");
    assertFault("{\"id\":\"b\",\"text\":\"x\",\"label\":null}", "has no field \"label\".");
    assertFault(
        "{\"id\":\"b\",\"text\":\"x\",\"label\":1}", "has a field \"label\" that is not text: 1.");
    assertFault(
        "{\"id\":\"b\",\"text\":\" \",\"label\":\"positive\"}", "has an empty field \"text\".");
    assertFault(GOOD, "has an \"id\" that was used before: a.");
    assertFault(
        "[1]", "is not a JSON object such as {\"id\":\"1\",\"text\":\"…\",\"label\":\"…\"}.");
  }

  @Test
  void notUtf8ThenItIsSaid() throws IOException {
    Path path = folder.resolve("latin.jsonl");
    Files.write(path, GOOD.replace("fine", "léger").getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> read(path))
        .isInstanceOf(SourceException.class)
        .hasMessage(path + " is not UTF-8 at or after line 1: save it as UTF-8.");
  }

  @Test
  void missingFileThenItIsNamedBeforeAnythingIsRead() throws IOException {
    Path missing = folder.resolve("missing.jsonl");

    assertThatThrownBy(() -> JsonLinesReviews.of(List.of(file("one.jsonl", GOOD), missing)))
        .isInstanceOf(SourceException.class)
        .hasMessage(missing + " is not a file that can be read.");
    assertThatThrownBy(() -> JsonLinesReviews.of(List.of()))
        .hasMessage("No file of reviews is given: name at least one.");
  }

  private void assertFault(String line, String message) throws IOException {
    Path path = file("faulty.jsonl", GOOD, line);
    assertThatThrownBy(() -> read(path))
        .isInstanceOf(SourceException.class)
        .hasMessage(path + ", line 2 " + message);
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  private static List<SourcedReview> read(Path... files) {
    List<SourcedReview> reviews = new ArrayList<>();
    try (ReviewSource source = JsonLinesReviews.of(List.of(files))) {
      source.forEachRemaining(reviews::add);
    }
    return reviews;
  }
}
