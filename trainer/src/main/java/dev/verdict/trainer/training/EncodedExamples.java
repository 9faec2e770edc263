package dev.verdict.trainer.training;

import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizedText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Examples as the model takes them: token ids and class indexes, in one order. */
final class EncodedExamples {
  private static final int CHUNK = 1024;

  private final List<TokenizedText> texts = new ArrayList<>();
  private final int[] labels;

  /**
   * @param classes in the model's order; every label is one of them
   */
  EncodedExamples(
      List<Example> examples,
      ReviewTokenizer tokenizer,
      List<String> classes,
      BooleanSupplier stopped) {
    for (int from = 0; from < examples.size(); from += CHUNK) {
      if (stopped.getAsBoolean()) {
        throw new TrainingStoppedException();
      }
      List<Example> chunk = examples.subList(from, Math.min(examples.size(), from + CHUNK));
      texts.addAll(tokenizer.encode(chunk.stream().map(Example::text).toList()));
    }
    labels = examples.stream().mapToInt(example -> index(example, classes)).toArray();
  }

  int size() {
    return labels.length;
  }

  int[] lengths() {
    return texts.stream().mapToInt(TokenizedText::length).toArray();
  }

  int label(int index) {
    return labels[index];
  }

  List<TokenizedText> texts(List<Integer> indexes) {
    return indexes.stream().map(texts::get).toList();
  }

  int[] labels(List<Integer> indexes) {
    return indexes.stream().mapToInt(index -> labels[index]).toArray();
  }

  private static int index(Example example, List<String> classes) {
    int index = classes.indexOf(example.label());
    if (index < 0) {
      throw new IllegalArgumentException(
          "Label of review %s is %s, must be one of %s"
              .formatted(example.id(), example.label(), classes));
    }
    return index;
  }
}
