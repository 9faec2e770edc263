package dev.verdict.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.verdict.model.DistilBertParameters.Parameter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** AdamW's two running means and its count of steps for every weight, in native memory. */
final class OptimizerState implements AutoCloseable {
  private final List<NativeTensors> lists;
  private final NDManager tableManager;
  private final Shape words;
  private NDArray table;

  /**
   * @param manager whose children hold the tensors
   */
  OptimizerState(NDManager manager, List<Parameter> parameters) {
    // A weight that was frozen for a while has seen fewer steps, so each counts its own.
    this.lists =
        List.of(
            NativeTensors.likeWeights(manager.newSubManager(), "m", parameters),
            NativeTensors.likeWeights(manager.newSubManager(), "v", parameters),
            NativeTensors.numbers(manager.newSubManager(), "steps", parameters));
    this.tableManager = manager.newSubManager();
    this.words = new Shape(parameters.get(0).shape());
    this.table = tableManager.zeros(new Shape(0), DataType.FLOAT32);
  }

  /**
   * All 0 between steps, of the word embeddings' shape; a step puts the gradients of its words
   * there.
   *
   * @param used whether the step does; if none has, the table is empty and takes no memory
   */
  NDArray table(boolean used) {
    if (used && table.isEmpty()) {
      table.close();
      table = tableManager.zeros(words, DataType.FLOAT32);
    }
    return table;
  }

  NDList arrays() {
    NDList all = new NDList();
    lists.forEach(list -> all.addAll(list.arrays()));
    return all;
  }

  Stream<NamedTensor> tensors() {
    return lists.stream().flatMap(list -> list.tensors().stream());
  }

  void restore(Map<String, NamedTensor> copies) {
    lists.forEach(list -> list.restore(copies));
  }

  @Override
  public void close() {
    lists.forEach(NativeTensors::close);
    tableManager.close();
  }
}
