package dev.verdict.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.verdict.model.DistilBertParameters.Parameter;
import java.util.List;

/** AdamW's two running means and its count of steps for every weight, in native memory. */
final class OptimizerState implements AutoCloseable {
  private final NDManager manager;
  private final NDList arrays = new NDList();

  OptimizerState(NDManager manager, List<Parameter> parameters) {
    this.manager = manager;
    for (String list : List.of("m[]", "v[]", "steps[]")) {
      for (Parameter parameter : parameters) {
        // A weight that was frozen for a while has seen fewer steps, so each counts its own.
        Shape shape = list.equals("steps[]") ? new Shape() : new Shape(parameter.shape());
        NDArray array = manager.zeros(shape, DataType.FLOAT32);
        array.setName(list);
        arrays.add(array);
      }
    }
  }

  NDList arrays() {
    return arrays;
  }

  @Override
  public void close() {
    manager.close();
  }
}
