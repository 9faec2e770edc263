package dev.verdict.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.evaluation.HoldOut;
import dev.verdict.trainer.LabelledReviews.PlacedReview;
import dev.verdict.trainer.training.Example;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelledReviewsTest {

  @Test
  void labelBeforeOrAfterItsReviewThenJoined() {
    LabelledReviews reviews = wanting(2);
    reviews.addReview("a", at(0, 0, "first"));
    reviews.addLabel("a", "positive");
    reviews.addLabel("b", "negative");
    assertThat(reviews.complete()).isFalse();
    reviews.addReview("b", at(1, 7, "second"));

    assertThat(reviews.complete()).isTrue();
    assertThat(reviews.examples())
        .containsExactly(
            new Example("a", "first", "positive"), new Example("b", "second", "negative"));
  }

  @Test
  void repeatedReviewAndLabelThenTheLastCount() {
    LabelledReviews reviews = wanting(2);
    reviews.addReview("a", at(0, 0, "old"));
    reviews.addLabel("a", "positive");
    reviews.addReview("a", at(0, 3, "new"));
    reviews.addLabel("a", "negative");

    assertThat(reviews.examples()).containsExactly(new Example("a", "new", "negative"));
    assertThat(reviews.lastOffsets(reviews.examples().stream())).isEqualTo(Map.of(0, 3L));
  }

  @Test
  void someLearnedFromThenTheirLastOffsetByPartitionAlone() {
    LabelledReviews reviews = wanting(4);
    for (int i = 0; i < 4; i++) {
      reviews.addReview("id" + i, at(i % 2, 10 + i, "text"));
      reviews.addLabel("id" + i, i < 2 ? "positive" : "negative");
    }
    reviews.addReview("unlabelled", at(0, 99, "text"));

    assertThat(reviews.lastOffsets(reviews.examples().stream().limit(3)))
        .isEqualTo(Map.of(0, 12L, 1, 11L));
  }

  @Test
  void oneClassAloneThenIncompleteUntilAnotherComes() {
    LabelledReviews reviews = wanting(3);
    for (int i = 0; i < 5; i++) {
      reviews.addReview("id" + i, at(0, i, "text"));
      reviews.addLabel("id" + i, "positive");
    }
    assertThat(reviews.complete()).isFalse();
    assertThat(reviews.size()).isEqualTo(3);
    reviews.addReview("other", at(0, 9, "text"));
    reviews.addLabel("other", "negative");

    assertThat(reviews.complete()).isTrue();
    assertThat(reviews.examples()).extracting(Example::id).containsExactly("id3", "id4", "other");
  }

  @Test
  void labelOutsideTheSettingThenNotCounted() {
    LabelledReviews reviews =
        new LabelledReviews(2, Set.of("positive", "negative"), new HoldOut(0), 1000);
    reviews.addReview("a", at(0, 0, "text"));
    reviews.addLabel("a", "neutral");

    assertThat(reviews.size()).isZero();
  }

  @Test
  void labelsOfForgottenReviewsThenTheyAreReadAgain() {
    LabelledReviews reviews = new LabelledReviews(2, Set.of(), new HoldOut(0), 20);
    for (int i = 0; i < 5; i++) {
      reviews.addReview("id" + i, at(0, i, "ten chars."));
    }
    reviews.addLabel("id0", "positive");
    assertThat(reviews.mustReadAgain()).isFalse();
    reviews.addLabel("id1", "negative");
    assertThat(reviews.mustReadAgain()).isTrue();
    assertThat(reviews.mustReadAgain()).isFalse();
    reviews.addReview("id0", at(0, 0, "ten chars."));
    reviews.addReview("id1", at(0, 1, "ten chars."));

    assertThat(reviews.complete()).isTrue();
  }

  private static LabelledReviews wanting(int count) {
    return new LabelledReviews(count, Set.of(), new HoldOut(0), 1000);
  }

  private static PlacedReview at(int partition, long offset, String text) {
    return new PlacedReview(text, partition, offset);
  }
}
