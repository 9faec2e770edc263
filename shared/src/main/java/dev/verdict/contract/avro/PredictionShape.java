package dev.verdict.contract.avro;

import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** Predictions, as Verdict itself writes them. */
record PredictionShape(Schema published) implements Shape<Prediction> {
  @Override
  public Schema reader(Schema writer) {
    return published;
  }

  @Override
  public Prediction value(GenericRecord record, Schema writer) throws RejectedException {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    ((Map<?, ?>) record.get("probabilities"))
        .forEach((label, probability) -> probabilities.put(label.toString(), (Double) probability));
    return new Prediction(
        Fields.text(record, "label").orElseThrow(),
        (Double) record.get("probability"),
        probabilities,
        Fields.text(record, "model_version").orElseThrow(),
        Fields.time(record, "review_timestamp", writer).orElseThrow(),
        Fields.time(record, "predicted_at", writer).orElseThrow(),
        (Boolean) record.get("truncated"),
        (Boolean) record.get("seen_in_training"));
  }
}
