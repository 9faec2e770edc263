package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SegmentsTest {
  @Test
  void valuesBeyondTheBoundThenTheyShareOther() {
    Segments segments = new Segments(List.of("line", "shop"), 2, Map.of());

    assertThat(segments.of(Map.of("line", "kitchen", "shop", "x", "page", "7")))
        .containsExactly("line=kitchen", "shop=x");
    assertThat(segments.of(Map.of("line", "garden"))).containsExactly("line=garden");
    assertThat(segments.of(Map.of("line", "books"))).containsExactly("line=other");
    assertThat(segments.of(Map.of("line", "kitchen"))).containsExactly("line=kitchen");
    assertThat(segments.of(Map.of())).isEmpty();
  }

  @Test
  void goneOnFromWhatWasKnownThenTheSameSegments() {
    Segments before = new Segments(List.of("line"), 1, Map.of());
    before.of(Map.of("line", "kitchen"));
    Segments after = new Segments(List.of("line"), 1, before.known());

    assertThat(after.of(Map.of("line", "garden"))).containsExactly("line=other");
    assertThat(after.of(Map.of("line", "kitchen"))).containsExactly("line=kitchen");
  }
}
