package dev.verdict.cli.tail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.cli.Colours;
import dev.verdict.cli.PrintableText;
import dev.verdict.cli.replay.LetterText;
import dev.verdict.contract.Json;
import dev.verdict.streams.replay.DeadLetter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record as a line for people. Others can write to the topics too: a field that is missing or of
 * another kind is left out, and nothing can steer a terminal.
 */
final class RecordLine {
  private static final int NAME = 80;
  private static final int REASON = 300;
  private static final int TEXT = 100;

  private final FollowedTopic topic;
  private final Colours colours;

  RecordLine(FollowedTopic topic, Colours colours) {
    this.topic = topic;
    this.colours = colours;
  }

  /** The line, without its end. */
  String of(ConsumerRecord<byte[], byte[]> record) {
    if (topic == FollowedTopic.DEAD_LETTERS) {
      return LetterText.line(new DeadLetter(record), Optional.empty());
    }
    Instant time = Instant.ofEpochMilli(record.timestamp());
    String key =
        record.key() == null
            ? "(no key)"
            : PrintableText.of(new String(record.key(), StandardCharsets.UTF_8), NAME);
    if (record.value() == null) {
      return join(List.of(time(time), colours.bold(key), "(removed)"));
    }
    Optional<JsonNode> value = object(record.value());
    if (value.isEmpty()) {
      return join(
          List.of(
              time(time),
              colours.bold(key),
              PrintableText.of(new String(record.value(), StandardCharsets.UTF_8), TEXT)));
    }
    List<String> parts = new ArrayList<>();
    Row row = new Row(value.get(), parts);
    parts.add(colours.bold(key));
    describe(row, key);
    parts.add(0, time(row.time().orElse(time)));
    return join(parts);
  }

  private void describe(Row row, String key) {
    switch (topic) {
      case PREDICTIONS, SHADOW_PREDICTIONS -> {
        row.text("label", NAME);
        row.percent("", "probability");
        row.text("model_version", NAME);
        row.flag("truncated");
        row.flag("seen_in_training");
      }
      case EVALUATIONS -> {
        row.figure("macro F1", "macro_f1");
        row.interval("macro_f1_interval");
        row.figure("accuracy", "accuracy");
        row.count("labels", "labels");
        row.percent("coverage ", "label_coverage");
      }
      case DECISIONS -> {
        // The key is the model's name, which all have.
        row.parts.remove(0);
        row.parts.add(colours.bold(row.words("decision")));
        row.text("rule", NAME);
        row.text("model_version", NAME);
        row.text("outcome", NAME);
        row.text("reason", REASON);
      }
      case DRIFT -> {
        row.level();
        row.figure("F1 estimated", "estimated_macro_f1");
        row.figure("realised", "/realised/macro_f1");
        row.count("reviews", "reviews");
      }
      case TRAINING_RUNS -> {
        row.state();
        row.text("request_id", NAME);
        row.text("model_version", NAME);
        row.steps();
        row.figure("loss", "loss");
        row.figure("validation F1", "validation_macro_f1");
        row.seconds("ETA", "eta_seconds");
        row.text("detail", REASON);
      }
      case RETRAIN_REQUESTS -> {
        row.text("request_id", NAME);
        row.text("trigger", NAME);
        row.text("reason", REASON);
      }
      case MODEL_REGISTRY -> {
        if (key.contains("/@")) {
          row.text("version", NAME);
          row.text("/decision/reason", REASON);
        } else {
          row.figure("held-out macro F1", "/metrics/holdout_macro_f1");
          row.named("from", "base");
          row.named("for", "request_id");
        }
      }
      case REPLAYED_DEAD_LETTERS -> row.text("dead_letter", NAME);
      case GRADED_PREDICTIONS -> {
        row.graded();
        row.percent("", "confidence");
        row.text("model_version", NAME);
        row.named("replaces", "replaces");
      }
      case TRAINING_EXAMPLES -> {
        row.text("label", NAME);
        row.named("predicted", "predicted");
        row.text("model_version", NAME);
        row.text("text", TEXT);
      }
      case REVIEWS -> row.text("text", TEXT);
      case LABELS -> {
        row.text("label", NAME);
        row.named("by", "source");
      }
      case DEAD_LETTERS -> throw new IllegalStateException("Dead letters have a line of their own");
    }
  }

  private String time(Instant time) {
    return colours.dim(Json.time(time));
  }

  private static String join(List<String> parts) {
    return String.join("  ", parts.stream().filter(part -> !part.isEmpty()).toList());
  }

  private static Optional<JsonNode> object(byte[] value) {
    try {
      return Optional.of(Json.read(value, JsonNode.class)).filter(JsonNode::isObject);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Puts fields of a value into words. */
  private final class Row {
    private static final List<String> TIMES =
        List.of(
            "predicted_at",
            "evaluated_at",
            "decided_at",
            "updated_at",
            "requested_at",
            "created_at",
            "replayed_at");

    private final JsonNode value;
    private final List<String> parts;

    Row(JsonNode value, List<String> parts) {
      this.value = value;
      this.parts = parts;
    }

    /** When it was made, as it says itself. */
    Optional<Instant> time() {
      for (String field : TIMES) {
        try {
          JsonNode time = value.path(field);
          if (time.isTextual()) {
            return Optional.of(Instant.parse(time.asText()));
          }
        } catch (DateTimeException e) {
          // The record's own time is shown.
        }
      }
      return Optional.empty();
    }

    void text(String field, int length) {
      JsonNode node = at(field);
      if (node.isTextual()) {
        parts.add(PrintableText.of(node.asText(), length));
      }
    }

    String words(String field) {
      return PrintableText.of(at(field).asText(""), NAME);
    }

    void named(String name, String field) {
      if (at(field).isTextual()) {
        parts.add(name + " " + words(field));
      }
    }

    void figure(String name, String field) {
      if (at(field).isNumber()) {
        parts.add(String.format(Locale.ROOT, "%s %.4f", name, at(field).asDouble()));
      }
    }

    void percent(String name, String field) {
      if (at(field).isNumber()) {
        parts.add(String.format(Locale.ROOT, "%s%.1f%%", name, 100 * at(field).asDouble()));
      }
    }

    void count(String name, String field) {
      if (at(field).isIntegralNumber()) {
        parts.add(String.format(Locale.ROOT, "%,d %s", at(field).asLong(), name));
      }
    }

    void seconds(String name, String field) {
      if (at(field).isNumber() && !at("state").asText().matches("published|rejected|failed")) {
        parts.add(String.format(Locale.ROOT, "%s %.0f s", name, at(field).asDouble()));
      }
    }

    void flag(String field) {
      if (at(field).asBoolean()) {
        parts.add("[" + field.replace('_', ' ') + "]");
      }
    }

    void interval(String field) {
      if (at(field).path("low").isNumber() && at(field).path("high").isNumber()) {
        parts.add(
            String.format(
                Locale.ROOT,
                "(%.4f to %.4f)",
                at(field).path("low").asDouble(),
                at(field).path("high").asDouble()));
      }
    }

    void steps() {
      if (at("step").isIntegralNumber() && at("steps").isIntegralNumber()) {
        parts.add(
            String.format(
                Locale.ROOT, "step %,d of %,d", at("step").asLong(), at("steps").asLong()));
      }
    }

    void state() {
      String state = words("state");
      parts.add(
          switch (state) {
            case "published" -> colours.good(state);
            case "rejected", "skipped" -> colours.doubtful(state);
            case "failed" -> colours.bad(state);
            default -> state;
          });
    }

    void level() {
      String level = words("level");
      String first =
          at("features").fieldNames().hasNext() ? at("features").fieldNames().next() : "";
      String most =
          at("features").path(first).path("psi").isNumber()
              ? String.format(
                  Locale.ROOT,
                  " (%s, PSI %.3f)",
                  PrintableText.of(first, NAME),
                  at("features").path(first).path("psi").asDouble())
              : "";
      parts.add(
          switch (level) {
                case "" -> "not compared";
                case "moderate" -> "change " + colours.doubtful(level);
                case "large" -> "change " + colours.bad(level);
                default -> "change " + level;
              }
              + most);
    }

    void graded() {
      boolean right = at("actual").asText().equals(at("predicted").asText());
      parts.add(right ? colours.good("right") : colours.bad("wrong"));
      parts.add(words("predicted") + (right ? "" : ", is " + words("actual")));
    }

    private JsonNode at(String field) {
      return field.startsWith("/") ? value.at(field) : value.path(field);
    }
  }
}
