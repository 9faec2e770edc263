package dev.verdict.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.verdict.config.BaseData;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.trainer.training.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseExamplesTest {
  private static final Set<String> CLASSES = Set.of("negative", "positive");

  private static final HoldOut NONE = new HoldOut(0);

  @TempDir private Path folder;

  @Test
  void moreThanAskedForThenASampleThatTheSeedDecides() throws IOException {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 200; i++) {
      lines.add("review %d,%s".formatted(i, i % 2 == 0 ? "negative" : "positive"));
    }
    BaseExamples base = base(30, lines);

    List<Example> sample = base.sample(CLASSES, NONE, 1);

    assertThat(sample).hasSize(30).doesNotHaveDuplicates();
    assertThat(base.sample(CLASSES, NONE, 1)).isEqualTo(sample);
    assertThat(base.sample(CLASSES, NONE, 2)).isNotEqualTo(sample);
  }

  @Test
  void rowsThatWereNotTrainedOnOrHaveAnotherClassThenLeftOut() throws IOException {
    BaseExamples base =
        base(
            30,
            List.of(
                "text,label,split",
                "one,negative,train",
                "two,negative,validation",
                "three,negative,test",
                "four,mixed,train"));

    assertThat(base.sample(CLASSES, NONE, 1)).extracting(Example::text).containsExactly("one");
  }

  @Test
  void idsOfTheHoldOutThenLeftOut() throws IOException {
    HoldOut half = new HoldOut(50);
    List<String> lines = new ArrayList<>(List.of("id,text,label"));
    for (int i = 0; i < 100; i++) {
      lines.add("r%d,review,negative".formatted(i));
    }

    List<Example> sample = base(100, lines).sample(CLASSES, half, 1);

    assertThat(sample).hasSizeBetween(30, 70).noneMatch(example -> half.contains(example.id()));
  }

  @Test
  void brokenRowThenTheFaultNamesIt() throws IOException {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> base(30, List.of("text,label", "one,")).sample(CLASSES, NONE, 1))
        .withMessageContaining("base.csv line 2");
  }

  @Test
  void noFilesThenNothing() {
    assertThat(new BaseExamples(new BaseData(List.of(), 30)).sample(CLASSES, NONE, 1)).isEmpty();
  }

  private BaseExamples base(int examples, List<String> lines) throws IOException {
    Path file = Files.write(folder.resolve("base.csv"), lines);
    return new BaseExamples(new BaseData(List.of(file), examples));
  }
}
