package dev.verdict.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.verdict.contract.CheckedEvaluation.Difference;
import dev.verdict.contract.CheckedEvaluation.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationAuditTest {
  /** What had been served by the time of publishing is not in the log. */
  private static final Set<String> NOT_COUNTED_AGAIN = Set.of("evaluated_at", "complete_up_to");

  private static List<CheckedEvaluation> audit(
      Map<String, Evaluation> published, List<LoggedLabel> log, boolean whole) {
    EvaluationAudit audit =
        new EvaluationAudit(
            published, PublishedScores.GRACE, PublishedScores.SEGMENT_VALUES, whole);
    log.forEach(audit::add);
    return audit.results();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void scoresCountedStepByStepThenTheSameCountedAgain(long seed) {
    PublishedScores scores = new PublishedScores(seed, 900);

    List<CheckedEvaluation> results = audit(scores.published(), scores.log(), true);

    assertThat(results)
        .hasSameSizeAs(scores.published().keySet())
        .hasSizeGreaterThan(60)
        .allSatisfy(
            each -> {
              assertThat(each.differences()).as(each.key()).isEmpty();
              assertThat(each.outcome()).isEqualTo(Outcome.AGREES);
            });
    // Else the stream has not tried what it should.
    assertThat(scores.published().values())
        .anyMatch(each -> each.tooLate() > 0 && each.window().equals("1h_by_15m"))
        .anyMatch(each -> each.tooLate() > 0 && each.window().equals("1h"))
        .anyMatch(each -> each.segment().orElse("").equals("line=other"))
        .anyMatch(each -> each.window().equals("last_50") && each.labels() == 50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reviews/all/last_50",
        "reviews/v2/1h",
        "reviews/all/last_7/line=other",
        "reviews/all/1h_by_15m"
      })
  void anyFieldChangedThenItIsFound(String key) throws IOException {
    PublishedScores scores = new PublishedScores(7, 900);
    String full =
        scores.published().keySet().stream()
            .filter(each -> each.startsWith(key))
            .findFirst()
            .orElseThrow();
    Evaluation honest = scores.published().get(full);
    List<String> changed = new ArrayList<>();
    for (Change change : changes(Json.readTree(Json.write(honest)))) {
      Evaluation forged = Json.read(Json.write(change.forged()), Evaluation.class);
      List<CheckedEvaluation> results = audit(Map.of(full, forged), scores.log(), true);
      assertThat(results)
          .singleElement()
          .satisfies(
              each ->
                  assertThat(each.outcome())
                      .as("%s changed: %s", change.field(), each.differences())
                      .isEqualTo(
                          NOT_COUNTED_AGAIN.contains(change.field())
                              ? Outcome.AGREES
                              : Outcome.DIFFERS));
      changed.add(change.field());
    }
    assertThat(changed)
        .contains(
            "macro_f1",
            "macro_f1_interval.low",
            "confusion_matrix.0.2",
            "per_class.neutral.support",
            "label_lag.p99",
            "labelled_through",
            "expected_calibration_error");
  }

  @Test
  void macroF1ForgedThenTheDifferenceSaysBoth() throws IOException {
    PublishedScores scores = new PublishedScores(8, 300);
    String key = "reviews/all/last_50";
    Evaluation honest = scores.published().get(key);
    ObjectNode json = (ObjectNode) Json.readTree(Json.write(honest));
    json.put("macro_f1", 0.99);
    Evaluation forged = Json.read(Json.write(json), Evaluation.class);

    assertThat(audit(Map.of(key, forged), scores.log(), true))
        .singleElement()
        .satisfies(
            each ->
                assertThat(each.differences())
                    .containsExactly(
                        new Difference("macro_f1", "0.99", String.valueOf(honest.macroF1()))));
  }

  @Test
  void logChangedThenEveryWindowThatHeldTheLabelDiffers() {
    PublishedScores scores = new PublishedScores(9, 300);
    List<LoggedLabel> log = new ArrayList<>(scores.log());
    log.remove(log.size() - 1);

    Map<String, Outcome> outcomes =
        audit(scores.published(), log, true).stream()
            .collect(Collectors.toMap(CheckedEvaluation::key, CheckedEvaluation::outcome));

    assertThat(outcomes)
        .containsEntry("reviews/all/last_7", Outcome.DIFFERS)
        .containsEntry("reviews/v3/last_50", Outcome.DIFFERS)
        .containsEntry("reviews/v1/last_50", Outcome.AGREES);
  }

  @Test
  void beginningOfTheLogIsGoneThenWhatReachesBackIsVerifiedAndTheRestNamed() {
    PublishedScores scores = new PublishedScores(10, 900);
    List<LoggedLabel> kept = scores.log().subList(600, 900);
    Instant begin = kept.get(0).writtenAt();

    List<CheckedEvaluation> results = audit(scores.published(), kept, false);

    assertThat(results).allSatisfy(each -> assertThat(each.differences()).isEmpty());
    Map<String, Outcome> outcomes =
        results.stream()
            .collect(Collectors.toMap(CheckedEvaluation::key, CheckedEvaluation::outcome));
    assertThat(outcomes)
        .containsEntry("reviews/all/last_50", Outcome.AGREES)
        .containsEntry("reviews/all/30s", Outcome.AGREES)
        .containsEntry("reviews/v3/1h", Outcome.AGREES)
        .containsEntry("reviews/v1/last_50", Outcome.NOT_VERIFIABLE)
        .containsEntry("reviews/all/last_7/line=other", Outcome.NOT_VERIFIABLE);
    scores
        .published()
        .forEach(
            (key, each) -> {
              if (each.modelVersion().equals("all") && each.segment().isEmpty()) {
                assertThat(outcomes.get(key))
                    .as(key)
                    .isEqualTo(
                        each.windowStart().filter(start -> !start.isAfter(begin)).isPresent()
                            ? Outcome.NOT_VERIFIABLE
                            : Outcome.AGREES);
              }
            });
    assertThat(outcomes).containsValue(Outcome.NOT_VERIFIABLE);
  }

  @Test
  void windowOfAnotherReleaseThenNotVerifiable() throws IOException {
    PublishedScores scores = new PublishedScores(11, 50);
    ObjectNode json =
        (ObjectNode) Json.readTree(Json.write(scores.published().get("reviews/all/last_7")));
    json.put("window", "session_30m");
    Evaluation unknown = Json.read(Json.write(json), Evaluation.class);

    assertThat(audit(Map.of("reviews/all/session_30m", unknown), scores.log(), true))
        .singleElement()
        .satisfies(each -> assertThat(each.outcome()).isEqualTo(Outcome.NOT_VERIFIABLE));
  }

  @Test
  void countedLabelsThenThoseOfTheWindowsWithTheLastLabelOfEach() {
    PublishedScores scores = new PublishedScores(12, 300);
    String key = "reviews/all/last_50";
    EvaluationAudit audit =
        new EvaluationAudit(
            Map.of(key, scores.published().get(key)),
            PublishedScores.GRACE,
            PublishedScores.SEGMENT_VALUES,
            true);
    assertThat(audit.through()).isEqualTo(scores.log().get(299).offset());
    scores.log().forEach(audit::add);

    assertThat(audit.counted()).hasSize(50);
    assertThat(audit.counted())
        .allSatisfy(
            label ->
                assertThat(scores.log())
                    .noneMatch(
                        later ->
                            later.offset() > label.offset()
                                && later.id().equals(label.id())
                                && later.graded().replaces().isPresent()
                                && later
                                    .graded()
                                    .predictedAt()
                                    .equals(label.graded().predictedAt())));
    assertThat(audit.counted()).anyMatch(label -> label.graded().replaces().isPresent());
  }

  /** An evaluation of which one field was changed. */
  private record Change(String field, JsonNode forged) {}

  /** Each leaf of the document changed, by itself. */
  private static List<Change> changes(JsonNode whole) {
    List<Change> changes = new ArrayList<>();
    leaves("", whole)
        .forEach(
            (field, pointer) -> {
              JsonNode copy = whole.deepCopy();
              int last = pointer.lastIndexOf('/');
              JsonNode parent = copy.at(pointer.substring(0, last));
              String name = pointer.substring(last + 1);
              JsonNode forged = forged(copy.at(pointer), field);
              if (parent instanceof ArrayNode array) {
                array.set(Integer.parseInt(name), forged);
              } else {
                ((ObjectNode) parent).set(name, forged);
              }
              changes.add(new Change(field, copy));
            });
    return changes;
  }

  private static Map<String, String> leaves(String pointer, JsonNode node) {
    Map<String, String> leaves = new LinkedHashMap<>();
    if (node.isObject()) {
      node.fieldNames()
          .forEachRemaining(name -> leaves.putAll(leaves(pointer + "/" + name, node.get(name))));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        leaves.putAll(leaves(pointer + "/" + i, node.get(i)));
      }
    } else {
      leaves.put(pointer.substring(1).replace('/', '.'), pointer);
    }
    return leaves;
  }

  private static JsonNode forged(JsonNode leaf, String field) {
    ObjectNode holder = JsonNodeFactory.instance.objectNode();
    if (field.startsWith("label_lag")) {
      holder.put("it", leaf.asDouble() * 1.06);
    } else if (leaf.isIntegralNumber()) {
      holder.put("it", leaf.asLong() + 1);
    } else if (leaf.isNumber()) {
      holder.put("it", leaf.asDouble() + 1e-6);
    } else if (field.endsWith("_at")
        || field.startsWith("window_")
        || field.equals("latest_review")
        || field.equals("complete_up_to")) {
      holder.put("it", Json.time(Instant.parse(leaf.asText()).plusMillis(1)));
    } else {
      holder.put("it", leaf.asText() + "x");
    }
    return holder.get("it");
  }
}
