package dev.verdict.contract.avro;

import dev.verdict.contract.Label;
import dev.verdict.contract.LabelFields;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.Review;
import dev.verdict.contract.ReviewFields;
import dev.verdict.contract.ValueReader;
import dev.verdict.contract.ValueWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** The values that may be in Avro, read and written with the help of one registry. */
public record AvroValues(SchemaRegistry registry) {
  /**
   * Reviews.
   *
   * @param textField the field that holds the text
   */
  public ValueReader<ReviewFields> reviews(String textField) {
    return new AvroReader<>(registry, new ReviewShape(textField));
  }

  /**
   * Labels.
   *
   * @param labelField the field that holds the class
   */
  public ValueReader<LabelFields> labels(String labelField) {
    return new AvroReader<>(registry, new LabelShape(labelField));
  }

  /** Predictions. */
  public ValueReader<Prediction> predictions() {
    return new AvroReader<>(registry, new PredictionShape(PublishedSchema.PREDICTIONS.load()));
  }

  /**
   * Writes reviews.
   *
   * @param textField the field that holds the text
   * @throws SchemaRegistryException if the schema is not registered and may or can not be
   */
  public ValueWriter<Review> reviewWriter(String topic, String textField) {
    return AvroWriter.of(
        registry,
        topic,
        renamed(PublishedSchema.REVIEWS.load(), "text", textField),
        (review, record) -> {
          record.put(textField, review.text());
          record.put("timestamp", milliseconds(review.timestamp()));
          record.put("attributes", review.attributes());
        });
  }

  /**
   * Writes labels.
   *
   * @param labelField the field that holds the class
   * @throws SchemaRegistryException if the schema is not registered and may or can not be
   */
  public ValueWriter<Label> labelWriter(String topic, String labelField) {
    return AvroWriter.of(
        registry,
        topic,
        renamed(PublishedSchema.LABELS.load(), "label", labelField),
        (label, record) -> {
          record.put(labelField, label.label());
          record.put("labeled_at", milliseconds(label.labeledAt()));
          record.put("source", label.source().orElse(null));
        });
  }

  /**
   * Writes predictions.
   *
   * @throws SchemaRegistryException if the schema is not registered and may or can not be
   */
  public ValueWriter<Prediction> predictionWriter(String topic) {
    return AvroWriter.of(
        registry,
        topic,
        PublishedSchema.PREDICTIONS.load(),
        (prediction, record) -> {
          record.put("label", prediction.label());
          record.put("probability", prediction.probability());
          record.put("probabilities", prediction.probabilities());
          record.put("model_version", prediction.modelVersion());
          record.put("review_timestamp", prediction.reviewTimestamp().toEpochMilli());
          record.put("predicted_at", prediction.predictedAt().toEpochMilli());
          record.put("truncated", prediction.truncated());
          record.put("seen_in_training", prediction.seenInTraining());
        });
  }

  /** The subjects of those topics that lack the schema of predictions. */
  public List<String> unregistered(List<String> topics) {
    Schema schema = PublishedSchema.PREDICTIONS.load();
    return topics.stream()
        .map(AvroWriter::subject)
        .filter(subject -> registry.find(subject, schema).isEmpty())
        .toList();
  }

  private static Schema renamed(Schema schema, String field, String name) {
    return Schema.createRecord(
        schema.getName(),
        schema.getDoc(),
        schema.getNamespace(),
        false,
        schema.getFields().stream()
            .map(
                each ->
                    each.name().equals(field)
                        ? new Schema.Field(name, each.schema(), each.doc())
                        : new Schema.Field(each, each.schema()))
            .toList());
  }

  private static Object milliseconds(Optional<Instant> time) {
    return time.map(Instant::toEpochMilli).orElse(null);
  }
}
