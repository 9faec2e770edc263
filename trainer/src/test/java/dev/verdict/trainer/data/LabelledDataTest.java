package dev.verdict.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.trainer.training.Example;
import dev.verdict.trainer.training.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledDataTest {
  @TempDir private Path folder;

  @Test
  void noSplitThenEveryClassInItsShares() throws IOException {
    Split split = data(unsplit(1000, 100, 5, 2, 1)).split(SplitShares.DEFAULT, 7);

    assertThat(counts(split.training())).containsExactly(600, 60, 3, 1, 1);
    assertThat(counts(split.validation())).containsExactly(200, 20, 1);
    assertThat(counts(split.heldOut())).containsExactly(200, 20, 1, 1);
    assertThat(
            Stream.of(split.training(), split.validation(), split.heldOut())
                .flatMap(List::stream)
                .map(Example::id))
        .hasSize(1108)
        .doesNotHaveDuplicates();
  }

  @Test
  void partOfAPartThenSeveralClasses() throws IOException {
    Split split = data(unsplit(500, 500)).split(SplitShares.DEFAULT, 7);

    assertThat(counts(split.heldOut().subList(100, 200))).allMatch(count -> count > 20);
  }

  @Test
  void sameSeedThenTheSameSplitInWhateverOrder() throws IOException {
    List<String> rows = new ArrayList<>(unsplit(50, 30));
    Split split = data(rows).split(SplitShares.DEFAULT, 7);
    Collections.shuffle(rows, new Random(1));

    assertThat(data(rows).split(SplitShares.DEFAULT, 7)).isEqualTo(split);
    assertThat(data(rows).split(SplitShares.DEFAULT, 8)).isNotEqualTo(split);
  }

  @Test
  void otherSharesThenThose() throws IOException {
    Split split = data(unsplit(100, 100)).split(new SplitShares(10, 30), 7);

    assertThat(counts(split.training())).containsExactly(60, 60);
    assertThat(counts(split.validation())).containsExactly(10, 10);
    assertThatThrownBy(() -> new SplitShares(50, 50))
        .hasMessage(
            "Shares of validation and test are 50 % and 50 %, must be at least 1 and 99 together");
  }

  @Test
  void splitInTheFileThenThatInItsOrder() throws IOException {
    LabelledData data =
        data(
            List.of(
                row("1", "a", "test"),
                row("2", "b", "train"),
                row("3", "c", "val"),
                row("4", "d", "test")));

    Split split = data.split(SplitShares.DEFAULT, 7);

    assertThat(split.training()).extracting(Example::id).containsExactly("2");
    assertThat(split.validation()).extracting(Example::id).containsExactly("3");
    assertThat(split.heldOut()).extracting(Example::id).containsExactly("1", "4");
    assertThat(data.part(Part.TEST)).extracting(DataRow::id).containsExactly("1", "4");
  }

  @Test
  void trainAndTestAloneThenValidationComesFromTrain() throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(row("r" + i, i % 4 == 0 ? "0" : "1", i < 80 ? "train" : "test"));
    }

    Split split = data(rows).split(SplitShares.DEFAULT, 7);

    assertThat(counts(split.training())).containsExactly(15, 45);
    assertThat(counts(split.validation())).containsExactly(5, 15);
    assertThat(split.heldOut()).hasSize(20);
  }

  @Test
  void splitInSomeRowsAloneThenTheFirstWithout() {
    List<String> rows = List.of(row("1", "a", "test"), row("2", "b", ""), row("3", "b", ""));

    assertThatThrownBy(() -> data(rows))
        .isInstanceOf(DataException.class)
        .hasMessage(
            folder.resolve("r.csv")
                + " line 3: field split is missing, must be train, validation or test as in other"
                + " rows");
  }

  @Test
  void nothingToTrainOnThenSaid() throws IOException {
    LabelledData data = data(List.of(row("1", "a", "test")));

    assertThatThrownBy(() -> data.split(SplitShares.DEFAULT, 7))
        .isInstanceOf(DataException.class)
        .hasMessage(folder.resolve("r.csv") + ": no row has the split train");
  }

  @Test
  void sameTextAndLabelInTrainAndTestThenOneWarning() throws IOException {
    Split split =
        data(List.of(
                "1,same,a,train",
                "2,same,a,test",
                "3,same,b,test",
                "2,other,a,test",
                "5,third,a,validation",
                "6,same,a,test"))
            .split(SplitShares.DEFAULT, 7);

    assertThat(split.heldOut()).hasSize(4);
    assertThat(LabelledData.leak(split))
        .contains(
            "2 of 4 test examples repeat text and label of a training example, first 2; the test"
                + " scores are better than those of new texts");
    assertThat(LabelledData.leak(new Split(split.validation(), List.of(), split.heldOut())))
        .isEmpty();
  }

  @Test
  void labelThatTheModelDoesNotKnowThenItsLineAndTheClasses() throws IOException {
    LabelledData data = data(List.of(row("1", "good", ""), row("2", "mixed", "")));

    LabelledData.requireLabels(data.rows(), List.of("good", "mixed"));
    assertThatThrownBy(() -> LabelledData.requireLabels(data.rows(), List.of("bad", "good")))
        .isInstanceOf(DataException.class)
        .hasMessage(
            folder.resolve("r.csv")
                + " line 3: label is mixed, must be one of the model's classes: bad, good");
  }

  private static List<String> unsplit(int... classSizes) {
    List<String> rows = new ArrayList<>();
    for (int label = 0; label < classSizes.length; label++) {
      for (int i = 0; i < classSizes[label]; i++) {
        rows.add(row(label + "-" + i, Integer.toString(label), ""));
      }
    }
    return rows;
  }

  private static String row(String id, String label, String split) {
    return "%s,text %s,%s,%s".formatted(id, id, label, split);
  }

  private LabelledData data(List<String> rows) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("r.csv"), "id,text,label,split\n" + String.join("\n", rows) + "\n");
    return LabelledData.read(List.of(file), DataColumns.DEFAULT);
  }

  /** Examples by class 0, 1 … */
  private static List<Integer> counts(List<Example> examples) {
    List<Integer> counts = new ArrayList<>();
    for (Example example : examples) {
      int label = Integer.parseInt(example.label());
      while (counts.size() <= label) {
        counts.add(0);
      }
      counts.set(label, counts.get(label) + 1);
    }
    return counts;
  }
}
