package dev.verdict.benchmarks.rival;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.translator.TextClassificationTranslatorFactory;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.cli.bench.RivalModel;
import dev.verdict.model.DistilBertConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A checkpoint behind DJL's own translator for text classification. */
final class PredictorModel implements RivalModel.OfReviews {
  private static final String NAME = "model";

  private final Path folder;
  private final List<String> labels;
  private final ZooModel<String, Classifications> model;
  private final Predictor<String, Classifications> predictor;

  private PredictorModel(
      Path folder, List<String> labels, ZooModel<String, Classifications> model) {
    this.folder = folder;
    this.labels = labels;
    this.model = model;
    predictor = model.newPredictor();
  }

  static PredictorModel open(Path checkpoint, int maxLength)
      throws IOException, ModelNotFoundException, MalformedModelException {
    Path folder = Files.createTempDirectory("verdict-predictor-");
    boolean opened = false;
    try {
      for (String file : List.of("config.json", "tokenizer.json")) {
        Files.copy(checkpoint.resolve(file), folder.resolve(file));
      }
      TracedDistilBert.write(checkpoint, folder.resolve(NAME + ".pt"));
      ZooModel<String, Classifications> model =
          Criteria.builder()
              .setTypes(String.class, Classifications.class)
              .optEngine("PyTorch")
              .optModelPath(folder)
              .optModelName(NAME)
              .optTranslatorFactory(new TextClassificationTranslatorFactory())
              .optArgument("maxLength", maxLength)
              .optArgument("truncation", true)
              .build()
              .loadModel();
      opened = true;
      return new PredictorModel(folder, DistilBertConfig.read(checkpoint).labels(), model);
    } finally {
      if (!opened) {
        CheckpointFolder.deleteRecursively(folder);
      }
    }
  }

  @Override
  public float[] classify(String review) throws TranslateException {
    Classifications result = predictor.predict(review);
    float[] probabilities = new float[labels.size()];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = (float) result.get(labels.get(i)).getProbability();
    }
    return probabilities;
  }

  @Override
  public void close() throws IOException {
    predictor.close();
    model.close();
    CheckpointFolder.deleteRecursively(folder);
  }
}
