package dev.verdict.trainer.training;

import dev.verdict.text.TokenizedText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Examples as the model takes them: token ids and class indexes, in one order. */
final class EncodedExamples {
  private static final Logger LOG = LoggerFactory.getLogger(EncodedExamples.class);
  private static final int CHUNK = 1024;

  /** As {@link dev.verdict.text.ReviewTokenizer#encode}. */
  @FunctionalInterface
  interface Tokenizer {
    List<TokenizedText> encode(List<String> texts);
  }

  private final List<TokenizedText> texts = new ArrayList<>();
  private final int[] labels;
  private final int skipped;

  /**
   * Encodes examples; one that the tokenizer fails on is left out.
   *
   * @param tokenizer of as many texts as it is given, in their order
   * @param classes in the model's order; every label is one of them
   */
  EncodedExamples(
      List<Example> examples, Tokenizer tokenizer, List<String> classes, BooleanSupplier stopped) {
    List<Example> encoded = new ArrayList<>(examples.size());
    for (int from = 0; from < examples.size(); from += CHUNK) {
      if (stopped.getAsBoolean()) {
        throw new TrainingStoppedException();
      }
      List<Example> chunk = examples.subList(from, Math.min(examples.size(), from + CHUNK));
      try {
        texts.addAll(tokenizer.encode(chunk.stream().map(Example::text).toList()));
        encoded.addAll(chunk);
      } catch (RuntimeException e) {
        chunk.forEach(example -> encodeAlone(example, tokenizer, encoded));
      }
    }
    labels = encoded.stream().mapToInt(example -> index(example, classes)).toArray();
    skipped = examples.size() - encoded.size();
  }

  private void encodeAlone(Example example, Tokenizer tokenizer, List<Example> encoded) {
    try {
      texts.addAll(tokenizer.encode(List.of(example.text())));
      encoded.add(example);
    } catch (RuntimeException e) {
      LOG.warn("Review {} is left out, the tokenizer failed on it: {}", example.id(), e.toString());
    }
  }

  /** Examples that were left out. */
  int skipped() {
    return skipped;
  }

  int size() {
    return labels.length;
  }

  int[] lengths() {
    return texts.stream().mapToInt(TokenizedText::length).toArray();
  }

  TokenizedText text(int index) {
    return texts.get(index);
  }

  int label(int index) {
    return labels[index];
  }

  List<TokenizedText> texts(List<Integer> indexes) {
    return indexes.stream().map(texts::get).toList();
  }

  int[] labels() {
    return labels.clone();
  }

  /** Examples / (classes × examples of the class); 1 for a class without examples. */
  List<Float> balancedWeights(int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    List<Float> weights = new ArrayList<>();
    for (int count : counts) {
      weights.add(count == 0 ? 1f : (float) labels.length / (classes * (float) count));
    }
    return weights;
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
