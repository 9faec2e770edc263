package dev.verdict.model;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.verdict.model.DistilBertParameters.Parameter;
import dev.verdict.model.DistilBertSource.Setting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The loaded program of {@link DistilBertSource} with a set of weights in native memory, all freed
 * when it is closed. Not safe for several threads: its owner lets in one at a time.
 */
final class DistilBertProgram implements AutoCloseable {
  private final List<Parameter> parameters;
  private final PtNDManager manager;
  private final PtSymbolBlock block;
  private final PtNDArray[] weights;
  // The weights as one argument, made once: it costs more than a small batch's arithmetic.
  private final IValue weightList;
  private boolean closed;

  private DistilBertProgram(
      List<Parameter> parameters, PtNDManager manager, PtSymbolBlock block, PtNDArray[] weights) {
    this.parameters = parameters;
    this.manager = manager;
    this.block = block;
    this.weights = weights;
    this.weightList = IValue.listFrom(weights);
  }

  /** Where the values of a weight come from. */
  @FunctionalInterface
  interface WeightSource {
    float[] values(Parameter parameter) throws IOException;
  }

  /**
   * Loads the program and copies the weights into native memory, one at a time.
   *
   * @throws IOException when the source cannot give a weight
   * @throws ModelException when the native runtime fails
   */
  static DistilBertProgram load(DistilBertConfig config, WeightSource source) throws IOException {
    PtNDManager manager = (PtNDManager) TorchRuntime.start().newBaseManager(Device.cpu());
    boolean loaded = false;
    try {
      byte[] archive = TorchScriptArchive.pack(DistilBertSource.of(config));
      PtSymbolBlock block =
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
      List<Parameter> parameters = DistilBertParameters.of(config);
      PtNDArray[] weights = new PtNDArray[parameters.size()];
      for (int i = 0; i < weights.length; i++) {
        Parameter parameter = parameters.get(i);
        weights[i] = manager.create(new Shape(parameter.shape()), DataType.FLOAT32);
        weights[i].setName("w[]");
        write(weights[i], finite(parameter, source.values(parameter)));
      }
      DistilBertProgram program = new DistilBertProgram(parameters, manager, block, weights);
      loaded = true;
      return program;
    } catch (EngineException e) {
      throw new ModelException("The model program cannot be loaded: " + e.getMessage(), e);
    } finally {
      if (!loaded) {
        manager.close();
      }
    }
  }

  /**
   * The classifier's outputs before softmax.
   *
   * @return shape [rows][classes], flattened
   * @throws ModelMemoryException when native memory does not suffice for a batch of this size
   */
  float[] logits(PaddedBatch batch) {
    requireOpen();
    try (PtNDManager scope = (PtNDManager) manager.newSubManager();
        IValue ids = IValue.from(ids(scope, batch));
        IValue lengths = IValue.from(integers(scope, batch.lengths()));
        IValue result = IValueUtils.runMethod(block, "forward", ids, lengths, weightList)) {
      return result.toTensor(scope).toFloatArray();
    } catch (EngineException e) {
      String message = failure("classify", batch, e);
      throw ModelMemoryException.explains(e)
          ? new ModelMemoryException(message, e)
          : new ModelException(message, e);
    } catch (OutOfMemoryError e) {
      if (ModelMemoryException.explains(e)) {
        throw new ModelMemoryException(failure("classify", batch, e), e);
      }
      throw e;
    }
  }

  /**
   * Runs a step of training.
   *
   * @param kinds how the step treats each weight, one of the constants of {@link DistilBertSource}
   * @return the loss before the step, and the norm of the gradients; the weights have changed only
   *     if both are finite
   */
  float[] step(
      PaddedBatch batch,
      int[] labels,
      float[] classWeights,
      double[] settings,
      int[] kinds,
      OptimizerState state) {
    requireOpen();
    for (int i = 0; i < weights.length; i++) {
      boolean train = kinds[i] != DistilBertSource.FROZEN;
      if (weights[i].hasGradient() != train) {
        weights[i].setRequiresGradient(train);
      }
    }
    try (NDManager scope = manager.newSubManager()) {
      NDList inputs = trainingInputs(scope, batch, labels, classWeights, settings);
      inputs.add(scope.create(kinds));
      inputs.addAll(Arrays.asList(weights));
      inputs.addAll(state.arrays());
      NDList results = call("step", inputs);
      return new float[] {results.get(0).getFloat(), results.get(1).getFloat()};
    } catch (EngineException e) {
      throw new ModelException(failure("train on", batch, e), e);
    }
  }

  /** The loss of a batch and the gradient of every weight, in their order. */
  List<NamedTensor> gradients(
      PaddedBatch batch, int[] labels, float[] classWeights, double[] settings) {
    requireOpen();
    for (PtNDArray weight : weights) {
      weight.setRequiresGradient(true);
    }
    try (NDManager scope = manager.newSubManager()) {
      NDList inputs = trainingInputs(scope, batch, labels, classWeights, settings);
      inputs.addAll(Arrays.asList(weights));
      NDList results = call("all_gradients", inputs);
      NamedTensor[] gradients = new NamedTensor[weights.length];
      for (int i = 0; i < weights.length; i++) {
        Parameter parameter = parameters.get(i);
        gradients[i] =
            new NamedTensor(parameter.name(), parameter.shape(), results.get(i + 1).toFloatArray());
      }
      return List.of(gradients);
    }
  }

  /** Fresh state of the optimizer for these weights; freed with the program at the latest. */
  OptimizerState newOptimizerState() {
    requireOpen();
    return new OptimizerState(manager.newSubManager(), parameters);
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /** Copies a weight to the heap. */
  NamedTensor weight(int index) {
    requireOpen();
    Parameter parameter = parameters.get(index);
    float[] values = new float[parameter.size()];
    floats(weights[index]).get(values);
    return new NamedTensor(parameter.name(), parameter.shape(), values);
  }

  /** Overwrites a weight. */
  void setWeight(int index, float[] values) {
    requireOpen();
    write(weights[index], values);
  }

  long parameterCount() {
    return parameters.stream().mapToLong(Parameter::size).sum();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      weightList.close();
      manager.close();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ModelException("The model is closed");
    }
  }

  private NDList trainingInputs(
      NDManager scope, PaddedBatch batch, int[] labels, float[] classWeights, double[] settings) {
    if (settings.length != Setting.values().length) {
      throw new IllegalArgumentException("The program takes " + Setting.values().length);
    }
    // The results belong to the manager of the first input.
    NDList inputs = new NDList();
    inputs.add(ids(scope, batch));
    inputs.add(integers(scope, batch.lengths()));
    inputs.add(integers(scope, Arrays.stream(labels).asLongStream().toArray()));
    inputs.add(
        classWeights.length == 0
            ? scope.zeros(new Shape(0), DataType.FLOAT32)
            : scope.create(classWeights));
    inputs.add(scope.create(settings));
    return inputs;
  }

  /** Runs a method outside inference mode, so that the engine records what gradients need. */
  private NDList call(String method, NDList inputs) {
    try (NDArray name = manager.zeros(new Shape(0), DataType.FLOAT32)) {
      name.setName("module_method:" + method);
      inputs.add(name);
      return IValueUtils.forward(block, inputs, true);
    }
  }

  private static PtNDArray ids(NDManager scope, PaddedBatch batch) {
    return (PtNDArray) scope.create(batch.ids(), new Shape(batch.rows(), batch.tokens()));
  }

  private static PtNDArray integers(NDManager scope, long[] values) {
    // An empty buffer has no address to make a tensor from.
    return (PtNDArray)
        (values.length == 0 ? scope.zeros(new Shape(0), DataType.INT64) : scope.create(values));
  }

  /** A view of a tensor's own memory. */
  private static FloatBuffer floats(PtNDArray array) {
    return array.toByteBuffer(true).asFloatBuffer();
  }

  private static void write(PtNDArray array, float[] values) {
    FloatBuffer target = floats(array);
    if (target.remaining() != values.length) {
      throw new IllegalArgumentException(
          values.length + " values given for a weight of " + target.remaining());
    }
    target.put(values);
  }

  /** A text that meets no damaged weight would be classified as if nothing were wrong. */
  private static float[] finite(Parameter parameter, float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new ModelException(
            "Weight " + parameter.name() + " holds " + value + ", must be finite");
      }
    }
    return values;
  }

  private static String failure(String verb, PaddedBatch batch, Throwable e) {
    return "The model failed to "
        + verb
        + " a batch of "
        + batch.rows()
        + " texts of "
        + batch.tokens()
        + " tokens: "
        + e.getMessage();
  }
}
