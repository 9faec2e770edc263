package dev.verdict.model;

import dev.verdict.model.DistilBertParameters.Parameter;
import dev.verdict.model.DistilBertSource.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The weights of a model that learns, with what its optimizer remembers. Owns native memory until
 * closed. Not safe for several threads.
 */
final class TrainedWeights implements AutoCloseable {
  private static final String WEIGHTS = "weights/";

  private final DistilBertProgram program;
  private Optional<OptimizerState> optimizer = Optional.empty();
  private Optional<NativeTensors> sums = Optional.empty();
  private Optional<NativeTensors> average = Optional.empty();

  /**
   * @param program closed with this
   */
  TrainedWeights(DistilBertProgram program) {
    this.program = program;
  }

  DistilBertProgram program() {
    return program;
  }

  /** One step by one batch; returns its loss before the step. */
  float step(TrainingTask task, StepSettings settings, DistilBertConfig config) {
    Groups groups = Groups.of(program.parameters(), settings, config);
    Dropout dropout = Dropout.of(settings, config);
    float[] lossAndNorm =
        program.step(
            task, numbers(settings, dropout, 1), dropout, groups.indexes(), groups.rates(), adam());
    requireFinite(lossAndNorm[0], lossAndNorm[1]);
    return lossAndNorm[0];
  }

  /** Adds the gradients of a batch, which counts {@code share} in the sum; returns its loss. */
  float accumulate(
      TrainingTask task, StepSettings settings, DistilBertConfig config, double share) {
    Groups groups = Groups.of(program.parameters(), settings, config);
    NativeTensors into = sums.orElseGet(program::newGradientSums);
    sums = Optional.of(into);
    Dropout dropout = Dropout.of(settings, config);
    return program.accumulate(
        task, numbers(settings, dropout, share), dropout, groups.indexes(), into);
  }

  /** Steps by the sums of gradients, which are 0 then. */
  void apply(StepSettings settings, DistilBertConfig config, float loss) {
    Groups groups = Groups.of(program.parameters(), settings, config);
    NativeTensors from =
        sums.orElseThrow(() -> new IllegalStateException("No gradients are summed"));
    float norm =
        program.apply(
            numbers(settings, Dropout.none(), 1), groups.indexes(), groups.rates(), adam(), from);
    requireFinite(loss, norm);
  }

  /** Forgets the sums of gradients. */
  void dropSums() {
    sums.ifPresent(NativeTensors::close);
    sums = Optional.empty();
  }

  /** The loss of a task without dropout and smoothing. */
  float loss(TrainingTask task) {
    return program.loss(task, new double[Setting.values().length]);
  }

  /** The gradient of every weight without dropout. */
  List<NamedTensor> gradients(TrainingTask task) {
    return program.gradients(task, new double[Setting.values().length]);
  }

  /** Starts an average of the weights, or moves it: {@code decay} of it stays. */
  void average(double decay) {
    if (average.isEmpty()) {
      average = Optional.of(program.newAverage());
      return;
    }
    double[] numbers = new double[Setting.values().length];
    numbers[Setting.SHARE.index()] = 1 - decay;
    program.average(numbers, average.get());
  }

  /** Puts the average in the place of the weights and the other way round, where there is one. */
  void exchangeWithAverage() {
    average.ifPresent(program::exchange);
  }

  /** The weights, each copied to the heap when asked for. */
  List<NamedTensor> tensors() {
    List<NamedTensor> weights = new ArrayList<>();
    for (int i = 0; i < program.parameters().size(); i++) {
      int index = i;
      Parameter parameter = program.parameters().get(i);
      weights.add(
          new NamedTensor(parameter.name(), parameter.shape(), () -> program.weight(index).data()));
    }
    return weights;
  }

  /** Sets the weights; there is no average any more. */
  void restore(List<NamedTensor> weights) {
    List<Parameter> parameters = program.parameters();
    boolean same = weights.size() == parameters.size();
    for (int i = 0; same && i < weights.size(); i++) {
      same = Arrays.equals(weights.get(i).shape(), parameters.get(i).shape());
    }
    if (!same) {
      throw new IllegalArgumentException("The snapshot is of a model of another shape");
    }
    average.ifPresent(NativeTensors::close);
    average = Optional.empty();
    for (int i = 0; i < weights.size(); i++) {
      program.setWeight(i, weights.get(i).data());
    }
  }

  /** Everything that the next step depends on, each tensor copied to the heap when asked for. */
  List<NamedTensor> state() {
    Stream<NamedTensor> weights =
        tensors().stream().map(weight -> weight.named(WEIGHTS + weight.name()));
    Stream<NamedTensor> moments = optimizer.stream().flatMap(OptimizerState::tensors);
    Stream<NamedTensor> averaged = average.stream().flatMap(list -> list.tensors().stream());
    return Stream.of(weights, moments, averaged).flatMap(tensors -> tensors).toList();
  }

  /**
   * Goes back to what {@link #state} gave.
   *
   * @throws IllegalArgumentException when it is of a model of another shape
   */
  void restoreState(Map<String, NamedTensor> state) {
    restore(
        program.parameters().stream()
            .map(
                parameter ->
                    Optional.ofNullable(state.get(WEIGHTS + parameter.name()))
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "The saved state has no weight " + parameter.name())))
            .toList());
    resetOptimizer();
    if (state.keySet().stream().anyMatch(name -> name.startsWith("m/"))) {
      adam().restore(state);
    }
    if (state.keySet().stream().anyMatch(name -> name.startsWith("average/"))) {
      NativeTensors averaged = program.newAverage();
      average = Optional.of(averaged);
      averaged.restore(state);
    }
  }

  /** Forgets the optimizer's state: the next step is its first. */
  void resetOptimizer() {
    optimizer.ifPresent(OptimizerState::close);
    optimizer = Optional.empty();
  }

  @Override
  public void close() {
    program.close();
  }

  private OptimizerState adam() {
    OptimizerState state = optimizer.orElseGet(program::newOptimizerState);
    optimizer = Optional.of(state);
    return state;
  }

  private static void requireFinite(float loss, float norm) {
    if (!Float.isFinite(loss) || !Float.isFinite(norm)) {
      throw new ModelException(
          "A training step gave loss "
              + loss
              + " and gradient norm "
              + norm
              + "; the weights are left as they were");
    }
  }

  private static double[] numbers(StepSettings settings, Dropout dropout, double share) {
    double[] values = new double[Setting.values().length];
    values[Setting.DROPOUT.index()] = dropout.all();
    values[Setting.ATTENTION_DROPOUT.index()] = dropout.attention();
    values[Setting.HEAD_DROPOUT.index()] = dropout.head();
    values[Setting.LABEL_SMOOTHING.index()] = settings.labelSmoothing();
    values[Setting.CONSISTENCY.index()] = settings.consistency();
    values[Setting.BETA1.index()] = settings.beta1();
    values[Setting.BETA2.index()] = settings.beta2();
    values[Setting.EPSILON.index()] = settings.epsilon();
    values[Setting.MAX_GRADIENT_NORM.index()] = settings.maxGradientNorm();
    values[Setting.SHARE.index()] = share;
    return values;
  }

  /**
   * Weights that a step treats alike.
   *
   * @param indexes of each weight's row in {@code rates}, or {@link DistilBertSource#FROZEN}
   * @param rates shape [groups][2]: learning rate and weight decay
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed to the program, compared nowhere.
  private record Groups(int[] indexes, double[][] rates) {

    static Groups of(List<Parameter> parameters, StepSettings settings, DistilBertConfig config) {
      Map<List<Double>, Integer> rows = new LinkedHashMap<>();
      int[] indexes = new int[parameters.size()];
      for (int i = 0; i < indexes.length; i++) {
        Parameter parameter = parameters.get(i);
        if (frozen(parameter, settings, config)) {
          indexes[i] = DistilBertSource.FROZEN;
          continue;
        }
        double rate =
            settings.learningRate()
                * Math.pow(settings.layerDecay(), parameter.depth(config.layers()));
        boolean decays = settings.decayAll() || !(parameter.isBias() || parameter.isLayerNorm());
        List<Double> row = List.of(rate, decays ? settings.weightDecay() : 0.0);
        rows.putIfAbsent(row, rows.size());
        indexes[i] = rows.get(row);
      }
      if (rows.isEmpty()) {
        throw new ModelException("Every weight is frozen: nothing is left to train");
      }
      double[][] rates =
          rows.keySet().stream()
              .map(row -> new double[] {row.get(0), row.get(1)})
              .toArray(double[][]::new);
      return new Groups(indexes, rates);
    }

    private static boolean frozen(
        Parameter parameter, StepSettings settings, DistilBertConfig config) {
      return settings.frozen().stream().anyMatch(parameter.name()::startsWith)
          || (config.sinusoidalPositions()
              && parameter.name().equals(DistilBertParameters.POSITION_EMBEDDINGS));
    }
  }
}
