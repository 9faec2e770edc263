package dev.verdict.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import dev.verdict.model.DistilBertParameters.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One tensor for each weight of a model, in native memory that is freed with it. */
final class NativeTensors implements AutoCloseable {
  private final NDManager manager;
  private final String name;
  private final List<Parameter> parameters;
  private final NDList arrays = new NDList();

  private NativeTensors(NDManager manager, String name, List<Parameter> parameters) {
    this.manager = manager;
    this.name = name;
    this.parameters = parameters;
  }

  /**
   * Tensors of the weights' shapes, all 0.
   *
   * @param manager freed by {@link #close}
   * @param name of the argument by which the program takes them
   */
  static NativeTensors likeWeights(NDManager manager, String name, List<Parameter> parameters) {
    NativeTensors tensors = new NativeTensors(manager, name, parameters);
    parameters.forEach(parameter -> tensors.add(new Shape(parameter.shape())));
    return tensors;
  }

  /** One number for each weight, all 0. */
  static NativeTensors numbers(NDManager manager, String name, List<Parameter> parameters) {
    NativeTensors tensors = new NativeTensors(manager, name, parameters);
    parameters.forEach(parameter -> tensors.add(new Shape()));
    return tensors;
  }

  private void add(Shape shape) {
    NDArray array = manager.zeros(shape, DataType.FLOAT32);
    // How DJL tells which arrays are one list.
    array.setName(name + "[]");
    arrays.add(array);
  }

  NDList arrays() {
    return arrays;
  }

  /** A view of one tensor's own memory. */
  FloatBuffer floats(int index) {
    return ((PtNDArray) arrays.get(index)).toByteBuffer(true).asFloatBuffer();
  }

  /** The tensors, each named {@code <name>/<weight>} and copied to the heap when asked for. */
  List<NamedTensor> tensors() {
    List<NamedTensor> tensors = new ArrayList<>();
    for (int i = 0; i < arrays.size(); i++) {
      int index = i;
      tensors.add(
          new NamedTensor(
              storedName(i), arrays.get(i).getShape().getShape(), () -> values(floats(index))));
    }
    return tensors;
  }

  private static float[] values(FloatBuffer floats) {
    float[] values = new float[floats.remaining()];
    floats.get(values);
    return values;
  }

  /**
   * Puts back what {@link #tensors} gave.
   *
   * @throws IllegalArgumentException when one is missing or of another size
   */
  void restore(Map<String, NamedTensor> copies) {
    for (int i = 0; i < arrays.size(); i++) {
      NamedTensor copy = copies.get(storedName(i));
      FloatBuffer target = floats(i);
      if (copy == null || copy.size() != target.remaining()) {
        throw new IllegalArgumentException(
            "The saved state has no " + storedName(i) + " of " + target.remaining() + " values");
      }
      target.put(copy.data());
    }
  }

  private String storedName(int index) {
    return name + "/" + parameters.get(index).name();
  }

  @Override
  public void close() {
    manager.close();
  }
}
