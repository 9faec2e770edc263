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
import java.util.Optional;

/**
 * The loaded program of {@link DistilBertSource} with a set of weights in native memory, all freed
 * when it is closed. Several threads may classify at once; of what changes weights or closes it,
 * its owner lets in one at a time and nothing beside it.
 */
final class DistilBertProgram implements AutoCloseable {
  private final List<Parameter> parameters;
  private final PtNDManager manager;
  private final PtSymbolBlock block;
  private final PtNDArray[] weights;
  // The weights as one argument, made once: it costs more than a small batch's arithmetic.
  private final IValue weightList;
  private final Optional<IValue> quantized;
  private boolean closed;

  private DistilBertProgram(
      List<Parameter> parameters,
      PtNDManager manager,
      PtSymbolBlock block,
      PtNDArray[] weights,
      Optional<IValue> quantized) {
    this.parameters = parameters;
    this.manager = manager;
    this.block = block;
    this.weights = weights;
    this.weightList = IValue.listFrom(weights);
    this.quantized = quantized;
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
    return load(config, Precision.FLOAT32, source);
  }

  /**
   * As above; in {@link Precision#INT8} the program only classifies, and what was rounded is not
   * kept.
   */
  static DistilBertProgram load(DistilBertConfig config, Precision precision, WeightSource source)
      throws IOException {
    return load(config, DistilBertParameters.of(config), precision, source);
  }

  /** As above, for a model of other weights than a classifier's. */
  static DistilBertProgram load(
      DistilBertConfig config, List<Parameter> parameters, WeightSource source) throws IOException {
    return load(config, parameters, Precision.FLOAT32, source);
  }

  private static DistilBertProgram load(
      DistilBertConfig config, List<Parameter> parameters, Precision precision, WeightSource source)
      throws IOException {
    PtNDManager manager = (PtNDManager) TorchRuntime.start().newBaseManager(Device.cpu());
    boolean loaded = false;
    try {
      boolean reducedRange = precision == Precision.INT8 && !EightBitSums.areExact();
      byte[] archive = TorchScriptArchive.pack(DistilBertSource.of(config, reducedRange));
      PtSymbolBlock block =
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
      PtNDArray[] weights = new PtNDArray[parameters.size()];
      for (int i = 0; i < weights.length; i++) {
        Parameter parameter = parameters.get(i);
        weights[i] = manager.create(new Shape(parameter.shape()), DataType.FLOAT32);
        weights[i].setName("w[]");
        write(weights[i], finite(parameter, source.values(parameter)));
      }
      Optional<IValue> quantized =
          precision == Precision.INT8
              ? Optional.of(quantize(manager, block, weights, parameters))
              : Optional.empty();
      DistilBertProgram program =
          new DistilBertProgram(parameters, manager, block, weights, quantized);
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

  /** Rounds the weights of the layers' products and frees them, with their biases. */
  private static IValue quantize(
      PtNDManager manager, PtSymbolBlock block, PtNDArray[] weights, List<Parameter> parameters) {
    IValue quantized;
    try (IValue all = IValue.listFrom(weights)) {
      quantized = IValueUtils.runMethod(block, "quantize", all);
    }
    for (int i = 0; i < weights.length; i++) {
      if (parameters.get(i).isLayerProduct()) {
        weights[i].close();
        weights[i] = manager.create(new Shape(0), DataType.FLOAT32);
      }
    }
    return quantized;
  }

  /**
   * The classifier's outputs before softmax.
   *
   * @return shape [rows][classes], flattened
   * @throws ModelMemoryException when native memory does not suffice for a batch of this size
   */
  float[] logits(PackedBatch batch) {
    requireOpen();
    try (PtNDManager scope = (PtNDManager) manager.newSubManager();
        IValue ids = IValue.from(ids(scope, batch));
        IValue layout = IValue.from(integers(scope, batch.layout()));
        IValue result =
            quantized.isPresent()
                ? run("forward_int8", ids, layout, weightList, quantized.get())
                : run("forward", ids, layout, weightList)) {
      return result.toTensor(scope).toFloatArray();
    } catch (EngineException e) {
      throw failed("classify", batch.toString(), e);
    } catch (OutOfMemoryError e) {
      if (ModelMemoryException.explains(e)) {
        throw new ModelMemoryException(failure("classify", batch.toString(), e), e);
      }
      throw e;
    }
  }

  /**
   * The encoder's outputs of the first tokens, what a classifier's head reads.
   *
   * @return shape [rows][width], flattened
   */
  float[] features(PackedBatch batch) {
    requireOpen();
    try (PtNDManager scope = (PtNDManager) manager.newSubManager();
        IValue ids = IValue.from(ids(scope, batch));
        IValue layout = IValue.from(integers(scope, batch.layout()));
        IValue result = run("features", ids, layout, weightList)) {
      return result.toTensor(scope).toFloatArray();
    } catch (EngineException e) {
      throw failed("encode", batch.toString(), e);
    }
  }

  /**
   * What the head makes of features.
   *
   * @param features shape [rows][width], flattened
   * @return shape [rows][classes], flattened
   */
  float[] headLogits(float[] features, int rows) {
    requireOpen();
    try (PtNDManager scope = (PtNDManager) manager.newSubManager();
        IValue input = IValue.from(floats(scope, features, rows));
        IValue result = run("head_logits", input, weightList)) {
      return result.toTensor(scope).toFloatArray();
    } catch (EngineException e) {
      throw failed("classify", rows + " features", e);
    }
  }

  /** The loss of a task without dropout. */
  float loss(TrainingTask task, double[] settings) {
    requireOpen();
    try (PtNDManager scope = (PtNDManager) manager.newSubManager();
        IValue input = IValue.from(input(scope, task));
        IValue layout = IValue.from(integers(scope, task.layout()));
        IValue targets = IValue.from(targets(scope, task));
        IValue extra = IValue.from(extra(scope, task));
        IValue numbers = IValue.from((PtNDArray) scope.create(with(settings, task)));
        IValue result =
            run("loss_without_dropout", input, layout, targets, extra, numbers, weightList)) {
      return result.toTensor(scope).getFloat();
    } catch (EngineException e) {
      throw failed("score", task.toString(), e);
    }
  }

  /**
   * Runs a step of training.
   *
   * @param groups for each weight the row of {@code rates} that it is trained with, or {@link
   *     DistilBertSource#FROZEN}
   * @param rates shape [groups][2]: learning rate and weight decay
   * @return the loss before the step, and the norm of the gradients; the weights have changed only
   *     if both are finite
   * @throws ModelMemoryException when native memory does not suffice; the weights are unchanged
   */
  float[] step(
      TrainingTask task,
      double[] settings,
      Dropout dropout,
      int[] groups,
      double[][] rates,
      OptimizerState state) {
    require(groups);
    try (NDManager scope = manager.newSubManager()) {
      NDList inputs = trainingInputs(scope, task, settings, dropout);
      inputs.add(scope.create(groups));
      inputs.add(scope.create(rates));
      inputs.addAll(Arrays.asList(weights));
      inputs.addAll(state.arrays());
      inputs.add(state.table(task.readsFirsts() && groups[0] != DistilBertSource.FROZEN));
      NDList results = call("step", inputs);
      return new float[] {results.get(0).getFloat(), results.get(1).getFloat()};
    } catch (EngineException e) {
      throw failed("train on", task.toString(), e);
    }
  }

  /**
   * Adds the gradients of a batch to sums.
   *
   * @param settings with the batch's share
   * @return the loss of the batch
   * @throws ModelMemoryException when native memory does not suffice; the sums are unchanged
   */
  float accumulate(
      TrainingTask task, double[] settings, Dropout dropout, int[] groups, NativeTensors sums) {
    require(groups);
    try (NDManager scope = manager.newSubManager()) {
      NDList inputs = trainingInputs(scope, task, settings, dropout);
      inputs.add(scope.create(groups));
      inputs.addAll(Arrays.asList(weights));
      inputs.addAll(sums.arrays());
      return call("accumulate", inputs).get(0).getFloat();
    } catch (EngineException e) {
      throw failed("train on", task.toString(), e);
    }
  }

  /**
   * Steps by the sums, which are 0 then.
   *
   * @return the norm of the summed gradients; the weights have changed only if it is finite
   */
  float apply(
      double[] settings, int[] groups, double[][] rates, OptimizerState state, NativeTensors sums) {
    require(groups);
    try (NDManager scope = manager.newSubManager()) {
      NDList inputs = new NDList();
      inputs.add(scope.create(settings));
      inputs.add(scope.create(groups));
      inputs.add(scope.create(rates));
      inputs.addAll(Arrays.asList(weights));
      inputs.addAll(state.arrays());
      inputs.addAll(sums.arrays());
      return call("apply_sums", inputs).get(1).getFloat();
    } catch (EngineException e) {
      throw failed("step by", "summed gradients", e);
    }
  }

  /**
   * Moves averaged weights towards these.
   *
   * @param settings with the share of these weights in the new average
   */
  void average(double[] settings, NativeTensors average) {
    requireOpen();
    try (NDManager scope = manager.newSubManager()) {
      NDList inputs = new NDList();
      inputs.add(scope.create(settings));
      inputs.addAll(Arrays.asList(weights));
      inputs.addAll(average.arrays());
      call("average", inputs).get(0).getFloat();
    } catch (EngineException e) {
      throw failed("average", "the weights", e);
    }
  }

  /** Exchanges these weights with others. */
  void exchange(NativeTensors others) {
    requireOpen();
    for (int i = 0; i < weights.length; i++) {
      FloatBuffer mine = floats(weights[i]);
      FloatBuffer theirs = others.floats(i);
      float[] kept = new float[mine.remaining()];
      mine.duplicate().get(kept);
      mine.put(theirs.duplicate());
      theirs.put(kept);
    }
  }

  /** The loss of a task and the gradient of every weight, in their order. */
  List<NamedTensor> gradients(TrainingTask task, double[] settings) {
    require(new int[weights.length]);
    try (NDManager scope = manager.newSubManager()) {
      NDList inputs = trainingInputs(scope, task, settings, Dropout.none());
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

  private void require(int[] groups) {
    requireOpen();
    for (int i = 0; i < weights.length; i++) {
      boolean train = groups[i] != DistilBertSource.FROZEN;
      if (weights[i].hasGradient() != train) {
        weights[i].setRequiresGradient(train);
      }
    }
  }

  /** Fresh state of the optimizer for these weights; freed with the program at the latest. */
  OptimizerState newOptimizerState() {
    requireOpen();
    return new OptimizerState(manager, parameters);
  }

  /** Sums of gradients, all 0; freed with the program at the latest. */
  NativeTensors newGradientSums() {
    requireOpen();
    return NativeTensors.likeWeights(manager.newSubManager(), "sums", parameters);
  }

  /** A copy of these weights, to be averaged with later ones; freed as above. */
  NativeTensors newAverage() {
    requireOpen();
    NativeTensors average =
        NativeTensors.likeWeights(manager.newSubManager(), "average", parameters);
    for (int i = 0; i < weights.length; i++) {
      average.floats(i).put(weight(i).data());
    }
    return average;
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
      quantized.ifPresent(IValue::close);
      manager.close();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ModelException("The model is closed");
    }
  }

  private static NDList trainingInputs(
      NDManager scope, TrainingTask task, double[] settings, Dropout dropout) {
    // The results belong to the manager of the first input.
    NDList inputs = new NDList();
    inputs.add(input(scope, task));
    inputs.add(integers(scope, task.layout()));
    inputs.add(targets(scope, task));
    inputs.add(extra(scope, task));
    inputs.add(scope.create(with(settings, task)));
    inputs.addAll(dropout.masks(scope, task));
    return inputs;
  }

  private static double[] with(double[] settings, TrainingTask task) {
    double[] all = settings.clone();
    all[Setting.TASK.index()] = task.code();
    return all;
  }

  private static PtNDArray input(NDManager scope, TrainingTask task) {
    return task.batch()
        .map(batch -> ids(scope, batch))
        .orElseGet(() -> floats(scope, task.features(), task.targets().length));
  }

  private static PtNDArray targets(NDManager scope, TrainingTask task) {
    return task.shares().length == 0
        ? integers(scope, task.targets())
        : floats(scope, task.shares(), task.targets().length);
  }

  private static PtNDArray extra(NDManager scope, TrainingTask task) {
    if (task.wantsPositions()) {
      return integers(scope, task.positions());
    }
    float[] values = task.classWeights();
    return (PtNDArray)
        (values.length == 0 ? scope.zeros(new Shape(0), DataType.FLOAT32) : scope.create(values));
  }

  private static PtNDArray floats(NDManager scope, float[] values, int rows) {
    return (PtNDArray) scope.create(values, new Shape(rows, values.length / rows));
  }

  /**
   * Runs a method that learns nothing. Of weights that were trained the engine computes otherwise
   * than of those that were not, with other last bits; what they give must not depend on it.
   */
  private IValue run(String method, IValue... inputs) {
    for (PtNDArray weight : weights) {
      if (weight.hasGradient()) {
        weight.setRequiresGradient(false);
      }
    }
    return IValueUtils.runMethod(block, method, inputs);
  }

  /**
   * Runs a method outside inference mode, so that the engine records what gradients need, and
   * without TorchScript's optimizer. That would work out gradients itself from the third run on,
   * with other last bits than in the first two, so that a resumed run would part from one that
   * never stopped; and it fails when weights are trained that were frozen until then. It is as fast
   * without.
   */
  private NDList call(String method, NDList inputs) {
    // Of this thread alone, which may classify next.
    JniUtils.setGraphExecutorOptimize(false);
    try (NDArray name = manager.zeros(new Shape(0), DataType.FLOAT32)) {
      name.setName("module_method:" + method);
      inputs.add(name);
      return IValueUtils.forward(block, inputs, true);
    } finally {
      JniUtils.setGraphExecutorOptimize(true);
    }
  }

  private static PtNDArray ids(NDManager scope, PackedBatch batch) {
    return (PtNDArray) scope.create(batch.ids(), new Shape(2, batch.tokens()));
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

  private static ModelException failed(String verb, String what, EngineException e) {
    String message = failure(verb, what, e);
    return ModelMemoryException.explains(e)
        ? new ModelMemoryException(message, e)
        : new ModelException(message, e);
  }

  private static String failure(String verb, String what, Throwable e) {
    return "The model failed to " + verb + " " + what + ": " + e.getMessage();
  }
}
