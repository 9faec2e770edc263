package dev.verdict.trainer.data;

import dev.verdict.trainer.training.Example;
import dev.verdict.trainer.training.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Labelled rows of one or more files; ids may be repeated. */
public final class LabelledData {
  private final String files;
  private final List<DataRow> rows;

  private record TextAndLabel(String text, String label) {}

  private LabelledData(String files, List<DataRow> rows) {
    this.files = files;
    this.rows = List.copyOf(rows);
  }

  /**
   * Reads the files.
   *
   * @throws DataException as {@link DataFiles#forEach}, or if only some of the rows have a split
   */
  public static LabelledData read(List<Path> files, DataColumns columns) {
    List<DataRow> rows = DataFiles.labelled(columns).read(files);
    Optional<DataRow> without = rows.stream().filter(row -> row.part().isEmpty()).findFirst();
    if (without.isPresent() && rows.stream().anyMatch(row -> row.part().isPresent())) {
      throw new DataException(
          without.get().place()
              + ": field split is missing, must be train, validation or test as in other rows");
    }
    return new LabelledData(
        files.stream().map(Path::toString).collect(Collectors.joining(", ")), rows);
  }

  /** Every row in the order of the files. */
  public List<DataRow> rows() {
    return rows;
  }

  /** Whether the rows say which part they belong to. */
  public boolean isSplit() {
    return rows.stream().anyMatch(row -> row.part().isPresent());
  }

  /**
   * The rows of a part in the order of the files.
   *
   * @throws DataException if there are none
   */
  public List<DataRow> part(Part part) {
    List<DataRow> chosen =
        rows.stream().filter(row -> row.part().filter(part::equals).isPresent()).toList();
    if (chosen.isEmpty()) {
      throw new DataException("%s: no row has the split %s".formatted(files, part));
    }
    return chosen;
  }

  /**
   * The split that the files say, or a stratified one: every class in the same shares. Where the
   * files have no validation rows, they are taken from those of train in the same way; where they
   * have no test rows, nothing is held out. Neither the order of the rows nor that of the files
   * changes a stratified split.
   *
   * @param shares of each class, rounded; a class of five or more has an example in every part, and
   *     every class at least one to train on
   * @throws DataException if the files have no row to train on
   */
  public Split split(SplitShares shares, long seed) {
    Random random = new Random(seed);
    if (!isSplit()) {
      return stratified(rows, shares.validation(), shares.test(), random);
    }
    List<DataRow> training = part(Part.TRAIN);
    List<Example> validation = examples(Part.VALIDATION);
    List<Example> test = examples(Part.TEST);
    if (!validation.isEmpty()) {
      return new Split(training.stream().map(DataRow::example).toList(), validation, test);
    }
    Split divided = stratified(training, shares.validationOfTrainable(), 0, random);
    return new Split(divided.training(), divided.validation(), test);
  }

  /** The rows that a {@link #split} of this data holds out, in the order of the files. */
  public List<DataRow> heldOut(Split split) {
    Set<Example> heldOut = new HashSet<>(split.heldOut());
    return rows.stream().filter(row -> heldOut.contains(row.example())).toList();
  }

  /**
   * Checks that a model knows every label.
   *
   * @param classes of the model
   * @throws DataException that names the first row whose label it does not know
   */
  public static void requireLabels(List<DataRow> rows, List<String> classes) {
    for (DataRow row : rows) {
      String label = row.example().label();
      if (!classes.contains(label)) {
        throw new DataException(
            "%s: label is %s, must be one of the model's classes: %s"
                .formatted(row.place(), label, String.join(", ", classes)));
      }
    }
  }

  /**
   * A warning in one line where held-out examples repeat the text and label of a training example:
   * the scores are then better than those of new texts.
   */
  public static Optional<String> leak(Split split) {
    Set<TextAndLabel> trained = new HashSet<>();
    split.training().forEach(example -> trained.add(content(example)));
    List<Example> repeated =
        split.heldOut().stream().filter(example -> trained.contains(content(example))).toList();
    return repeated.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of %,d test examples repeat text and label of a training example, first %s;"
                    + " the test scores are better than those of new texts",
                repeated.size(),
                split.heldOut().size(),
                repeated.get(0).id()));
  }

  private static TextAndLabel content(Example example) {
    return new TextAndLabel(example.text(), example.label());
  }

  private List<Example> examples(Part part) {
    return rows.stream()
        .filter(row -> row.part().filter(part::equals).isPresent())
        .map(DataRow::example)
        .toList();
  }

  private static Split stratified(
      List<DataRow> rows, double validationShare, double testShare, Random random) {
    Map<String, List<Example>> byClass = new TreeMap<>();
    for (DataRow row : rows) {
      Example example = row.example();
      byClass.computeIfAbsent(example.label(), label -> new ArrayList<>()).add(example);
    }
    List<Example> training = new ArrayList<>();
    List<Example> validation = new ArrayList<>();
    List<Example> test = new ArrayList<>();
    for (List<Example> sameClass : byClass.values()) {
      sameClass.sort(Comparator.comparing(Example::id).thenComparing(Example::text));
      Collections.shuffle(sameClass, random);
      int size = sameClass.size();
      int tested = count(size, testShare, size - 1);
      int validated = count(size, validationShare, size - 1 - tested);
      test.addAll(sameClass.subList(0, tested));
      validation.addAll(sameClass.subList(tested, tested + validated));
      training.addAll(sameClass.subList(tested + validated, size));
    }
    // Whoever takes only some of a part must not get one class alone.
    Collections.shuffle(training, random);
    Collections.shuffle(validation, random);
    Collections.shuffle(test, random);
    return new Split(training, validation, test);
  }

  private static int count(int examples, double share, int most) {
    return share == 0 ? 0 : Math.min(most, Math.max(1, (int) Math.round(examples * share)));
  }
}
