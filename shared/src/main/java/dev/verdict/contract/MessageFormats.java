package dev.verdict.contract;

import dev.verdict.contract.avro.AvroValues;
import dev.verdict.contract.avro.RegistryAccess;
import dev.verdict.contract.avro.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads and writes the values of the topics whose format can be chosen: reviews, labels and
 * predictions. All others are JSON.
 */
public final class MessageFormats {
  private final Plan plan;
  private final Optional<AvroValues> avro;
  private final ValueReader<ReviewFields> reviews;
  private final ValueReader<LabelFields> labels;
  private final ValueReader<Prediction> predictions;

  /**
   * What was chosen.
   *
   * @param predictions also of the challenger's
   * @param textField the field of a review that holds its text
   * @param labelField the field of a label that holds its class
   * @param registry of the schemas, where one of the formats is Avro
   */
  public record Plan(
      MessageFormat reviews,
      MessageFormat labels,
      MessageFormat predictions,
      String textField,
      String labelField,
      Optional<RegistryAccess> registry) {}

  public MessageFormats(Plan plan) {
    this.plan = plan;
    this.avro = plan.registry().map(SchemaRegistry::new).map(AvroValues::new);
    this.reviews =
        switch (plan.reviews()) {
          case JSON -> JsonValues.reviews(plan.textField());
          case TEXT ->
              value ->
                  new ReviewFields(
                      Optional.of(StrictUtf8.decode(value, "value")), Optional.empty(), Map.of());
          case AVRO -> avro().reviews(plan.textField());
        };
    this.labels =
        switch (plan.labels()) {
          case JSON -> JsonValues.labels(plan.labelField());
          case TEXT ->
              value ->
                  new LabelFields(
                      Optional.of(StrictUtf8.decode(value, "value").strip()),
                      Optional.empty(),
                      Optional.empty());
          case AVRO -> avro().labels(plan.labelField());
        };
    this.predictions =
        plan.predictions() == MessageFormat.AVRO ? avro().predictions() : JsonValues.predictions();
  }

  /** What was chosen. */
  public Plan plan() {
    return plan;
  }

  /** Reads the fields of reviews. */
  public ValueReader<ReviewFields> reviews() {
    return reviews;
  }

  /** Reads the fields of labels. */
  public ValueReader<LabelFields> labels() {
    return labels;
  }

  /** Reads predictions, the challenger's too. */
  public ValueReader<Prediction> predictions() {
    return predictions;
  }

  /** The registry of the schemas, where one of the formats is Avro. */
  public Optional<SchemaRegistry> registry() {
    return avro.map(AvroValues::registry);
  }

  /**
   * Asks the registry, where there is one, whether it is there.
   *
   * @throws dev.verdict.contract.avro.SchemaRegistryException if not
   */
  public void check() {
    registry().ifPresent(SchemaRegistry::check);
  }

  /**
   * Writes reviews to a topic; plain text says nothing but the text.
   *
   * @throws dev.verdict.contract.avro.SchemaRegistryException if its schema is not registered and
   *     may or can not be
   */
  public ValueWriter<Review> reviewWriter(String topic) {
    return switch (plan.reviews()) {
      case JSON -> {
        Json.Shape<Review> json = new Json.Shape<>(Review.class, Map.of("text", plan.textField()));
        yield json::write;
      }
      case TEXT -> review -> review.text().getBytes(StandardCharsets.UTF_8);
      case AVRO -> avro().reviewWriter(topic, plan.textField());
    };
  }

  /**
   * Writes labels to a topic; plain text says nothing but the class.
   *
   * @throws dev.verdict.contract.avro.SchemaRegistryException if its schema is not registered and
   *     may or can not be
   */
  public ValueWriter<Label> labelWriter(String topic) {
    return switch (plan.labels()) {
      case JSON -> {
        Json.Shape<Label> json = new Json.Shape<>(Label.class, Map.of("label", plan.labelField()));
        yield json::write;
      }
      case TEXT -> label -> label.label().getBytes(StandardCharsets.UTF_8);
      case AVRO -> avro().labelWriter(topic, plan.labelField());
    };
  }

  /**
   * Writes predictions to a topic.
   *
   * @throws dev.verdict.contract.avro.SchemaRegistryException if its schema is not registered and
   *     may or can not be
   */
  public ValueWriter<Prediction> predictionWriter(String topic) {
    return plan.predictions() == MessageFormat.AVRO ? avro().predictionWriter(topic) : Json::write;
  }

  /**
   * The subjects of those topics that lack the schema of predictions; none unless they are Avro.
   */
  public List<String> unregistered(List<String> topics) {
    return plan.predictions() == MessageFormat.AVRO ? avro().unregistered(topics) : List.of();
  }

  private AvroValues avro() {
    return avro.orElseThrow(
        () -> new IllegalStateException("There is no schema registry. This is a bug."));
  }
}
