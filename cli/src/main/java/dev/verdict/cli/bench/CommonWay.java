package dev.verdict.cli.bench;

import ai.djl.Model;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.LambdaBlock;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import dev.verdict.config.Settings;
import dev.verdict.contract.Json;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.Review;
import dev.verdict.model.Classifier;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * What one writes first: a Kafka Streams app that calls DJL's {@link Predictor} once a review, as
 * in {@code mapValues}, and writes the predictions. Same clients' settings, same weights, same
 * tokens, same stream threads as Verdict; no label join, no evaluation.
 *
 * <p>Its forward pass is Verdict's own on one row, in the place of a traced model's, which is no
 * faster. A predictor is not safe for several threads, so each task has one.
 */
final class CommonWay implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  private final Classifier classifier;
  private final HuggingFaceTokenizer tokenizer;
  private final Model model;
  private final KafkaStreams streams;

  CommonWay(Settings settings, Path modelFolder, int partitions) throws IOException {
    classifier = Classifier.open(modelFolder, settings.maxLength());
    classifier.warmUp();
    String length = Integer.toString(settings.maxLength());
    tokenizer =
        HuggingFaceTokenizer.newInstance(
            modelFolder.resolve("tokenizer.json"),
            Map.of("truncation", "true", "maxLength", length, "modelMaxLength", length));
    model = Model.newInstance("common-way", "PyTorch");
    model.setBlock(new LambdaBlock(this::forward));
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(
            settings.topics().reviews(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .processValues(Predict::new)
        .to(settings.topics().predictions(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    Properties properties = settings.kafkaStreams(partitions);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId() + "-common-way");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir() + "-common-way");
    streams = new KafkaStreams(builder.build(), properties);
    streams.start();
  }

  boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  private NDList forward(NDList inputs) {
    NDArray ids = inputs.get(0);
    float[][] rows = classifier.classify(List.of(new TokenizedText(ids.toLongArray(), false)));
    return new NDList(ids.getManager().create(rows[0]).expandDims(0));
  }

  /** One review to its probabilities. */
  private final class Reviews implements Translator<String, float[]> {
    @Override
    public NDList processInput(TranslatorContext context, String text) {
      Encoding encoding = tokenizer.encode(text);
      NDManager manager = context.getNDManager();
      return new NDList(
          manager.create(encoding.getIds()), manager.create(encoding.getAttentionMask()));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList outputs) {
      return outputs.get(0).toFloatArray();
    }
  }

  private final class Predict extends ContextualFixedKeyProcessor<byte[], byte[], byte[]> {
    private final Predictor<String, float[]> predictor = model.newPredictor(new Reviews());

    @Override
    public void process(FixedKeyRecord<byte[], byte[]> record) {
      try {
        Review review = Json.read(record.value(), Review.class);
        float[] row = predictor.predict(review.text());
        context().forward(record.withValue(Json.write(prediction(row, record.timestamp()))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (TranslateException e) {
        throw new IllegalStateException("The common way cannot classify a review", e);
      }
    }

    private Prediction prediction(float[] row, long time) {
      Map<String, Double> probabilities = new LinkedHashMap<>();
      int best = 0;
      for (int i = 0; i < row.length; i++) {
        probabilities.put(BenchModel.LABELS.get(i), (double) row[i]);
        best = row[i] > row[best] ? i : best;
      }
      return new Prediction(
          BenchModel.LABELS.get(best),
          row[best],
          probabilities,
          "common-way",
          Instant.ofEpochMilli(time),
          Instant.now(),
          false,
          false);
    }

    @Override
    public void close() {
      predictor.close();
    }
  }

  @Override
  public void close() {
    streams.close(
        CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(CLOSE_TIMEOUT));
    model.close();
    tokenizer.close();
    classifier.close();
  }
}
