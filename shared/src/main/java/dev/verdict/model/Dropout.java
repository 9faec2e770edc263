package dev.verdict.model;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/**
 * What a step of training drops (Srivastava et al. (2014), Dropout, JMLR 15). Drawn here because
 * libtorch draws one value at a time, on one thread and from one generator for the whole process:
 * that was a tenth of a step of a large model, and models that learn beside each other waited.
 *
 * @param layers of the encoder
 * @param heads of its attention
 * @param width of a token
 * @param all rate of what the embeddings and each feed-forward layer give, 0 or more and below 1;
 *     this and the others are rounded to a 65,536th
 * @param attention rate of the weights that a token gives to the others
 * @param head rate of what the classifier's first layer gives
 * @param seed of all that is drawn
 */
record Dropout(
    int layers, int heads, int width, double all, double attention, double head, int seed) {
  private static final int STEPS_OF_RATE = 1 << Short.SIZE;
  private static final int LOWEST_BITS = STEPS_OF_RATE - 1;
  private static final int PART = 1 << 14;

  Dropout {
    all = rounded(all);
    attention = rounded(attention);
    head = rounded(head);
  }

  /** No dropout. */
  static Dropout none() {
    return new Dropout(0, 0, 0, 0, 0, 0, 0);
  }

  /** That of a step. */
  static Dropout of(StepSettings settings, DistilBertConfig config) {
    if (!settings.dropout()) {
      return none();
    }
    return new Dropout(
        config.layers(),
        config.heads(),
        config.width(),
        config.dropout(),
        config.attentionDropout(),
        config.headDropout(),
        settings.seed());
  }

  private static double rounded(double rate) {
    return Math.min(STEPS_OF_RATE - 1.0, Math.rint(rate * STEPS_OF_RATE)) / STEPS_OF_RATE;
  }

  /**
   * Draws the masks of a step, in the order in which the program comes to them.
   *
   * @param scope that frees them
   * @return tensors of booleans, true for what is dropped, named as the program takes them; none
   *     for a rate of 0, and one more at the end since DJL passes no empty list
   */
  NDList masks(NDManager scope, TrainingTask task) {
    NDList masks = new NDList();
    SplittableRandom random = new SplittableRandom(seed);
    List<Runnable> draws = new ArrayList<>();
    shapes(
        task,
        (rate, shape) -> {
          int threshold = (int) (rate * STEPS_OF_RATE);
          if (threshold > 0) {
            PtNDArray mask = (PtNDArray) scope.create(shape, DataType.BOOLEAN);
            masks.add(mask);
            SplittableRandom ofMask = random.split();
            draws.add(() -> draw(ofMask, threshold, mask.toByteBuffer(true)));
          }
        });
    draws.parallelStream().forEach(Runnable::run);
    masks.add(scope.zeros(new Shape(0), DataType.BOOLEAN));
    masks.forEach(mask -> mask.setName("masks[]"));
    return masks;
  }

  private void shapes(TrainingTask task, BiConsumer<Double, Shape> each) {
    task.batch()
        .ifPresent(
            batch -> {
              each.accept(all, new Shape(batch.tokens(), width));
              for (int layer = 1; layer <= layers; layer++) {
                boolean firsts = task.readsFirsts() && layer == layers;
                batch.forEachRun(
                    (texts, length) ->
                        each.accept(
                            attention, new Shape(texts, heads, firsts ? 1 : length, length)));
                each.accept(all, new Shape(firsts ? batch.rows() : batch.tokens(), width));
              }
            });
    if (task.classifies()) {
      each.accept(head, new Shape(task.targets().length, width));
    }
  }

  /** Draws a part at a time: masks of long texts are too large to be in the heap too. */
  private static void draw(SplittableRandom random, int threshold, ByteBuffer mask) {
    byte[] dropped = new byte[PART];
    while (mask.hasRemaining()) {
      draw(random, threshold, dropped);
      mask.put(dropped, 0, Math.min(PART, mask.remaining()));
    }
  }

  /** Four values of 16 random bits each from one draw, without a branch that guesses wrong. */
  private static void draw(SplittableRandom random, int threshold, byte[] dropped) {
    for (int i = 0; i < dropped.length; i += 4) {
      long bits = random.nextLong();
      dropped[i] = below(threshold, (int) (bits & LOWEST_BITS));
      dropped[i + 1] = below(threshold, (int) (bits >>> 16 & LOWEST_BITS));
      dropped[i + 2] = below(threshold, (int) (bits >>> 32 & LOWEST_BITS));
      dropped[i + 3] = below(threshold, (int) (bits >>> 48));
    }
  }

  /** 1 if a value is below a threshold, else 0. */
  private static byte below(int threshold, int value) {
    return (byte) ((value - threshold) >>> 31);
  }
}
