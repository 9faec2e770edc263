package dev.verdict.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.verdict.drift.ProfileSketch;
import dev.verdict.drift.ReviewSignals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftReferenceFileTest {
  @TempDir private Path folder;

  @Test
  void writtenThenReadBackEqual() throws IOException {
    ProfileSketch sketch = new ProfileSketch();
    for (int i = 0; i < 300; i++) {
      sketch.add(new ReviewSignals("class " + i % 3, 1 - i / 500.0, i, i / 10));
    }

    DriftReferenceFile.write(folder, sketch.profile());

    assertThat(DriftReferenceFile.read(folder)).contains(sketch.profile());
  }

  @Test
  void fewReviewsThenTheWholeFile() throws IOException {
    ProfileSketch sketch = new ProfileSketch();
    sketch.add(new ReviewSignals("b", 0.5, 7, 0));
    sketch.add(new ReviewSignals("a", 1, 7, 7));

    DriftReferenceFile.write(folder, sketch.profile());

    assertThat(folder.resolve(DriftReferenceFile.NAME))
        .hasContent(
            """
            {"layout":1,"predicted_classes":{"a":1,"b":1},"features":{\
            "confidence":[[112,1],[385,1]],"text_length":[[7,2]],"unknown_rate":[[0,1],[200,1]]}}""");
  }

  @Test
  void noFileThenEmpty() throws IOException {
    assertThat(DriftReferenceFile.read(folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "null",
        "{\"layout\":2}",
        "{\"layout\":1}",
        "{\"layout\":1,\"predicted_classes\":{},\"features\":{\"confidence\":[[]]}}",
        "{\"layout\":1,\"predicted_classes\":{},\"features\":{\"confidence\":[[9999,1]]}}",
        "{\"layout\":1,\"predicted_classes\":{},\"features\":{\"confidence\":[[1,null]]}}",
        "{\"layout\":1,\"predicted_classes\":{},\"features\":{\"confidence\":[[1,-1]]}}",
        "{\"layout\":1,\"predicted_classes\":{\"a\":null},\"features\":{}}",
        "{\"layout\":1,\"predicted_classes\":{\"a\":1},\"features\":{}}"
      })
  void damagedThenTheFileIsNamed(String json) throws IOException {
    Files.writeString(folder.resolve(DriftReferenceFile.NAME), json);

    assertThatIOException()
        .isThrownBy(() -> DriftReferenceFile.read(folder))
        .withMessageContaining(DriftReferenceFile.NAME);
  }
}
