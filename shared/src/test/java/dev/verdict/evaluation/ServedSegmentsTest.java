package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServedSegmentsTest {
  private final ServedSegments segments = new ServedSegments(List.of("line", "language"), 2);

  private List<String> of(String line) {
    return new ServedSegments(List.of("line"), 2).of(Map.of("line", line));
  }

  @Test
  void reviewThenOneNameForEachAttribute() {
    assertThat(segments.of(Map.of("line", "kitchen", "color", "red")))
        .containsExactly("line=kitchen", ServedSegments.none("language"));
    assertThat(segments.of(Map.of()))
        .containsExactly(ServedSegments.none("line"), ServedSegments.none("language"));
  }

  @Test
  void moreValuesThanAreKeptThenTheFirstHaveNames() {
    segments.of(Map.of("line", "kitchen"));
    segments.of(Map.of("line", "garden"));

    assertThat(segments.of(Map.of("line", "attic"))).contains(ServedSegments.more("line"));
    assertThat(segments.of(Map.of("line", "garden"))).contains("line=garden");
  }

  @Test
  void goesOnFromWhatWasCountedThenThoseValuesHaveNames() {
    segments.counted("line=attic");
    segments.counted("line=garden");
    segments.counted(ServedSegments.more("line"));
    segments.counted("v000001-aaaaaaaa");

    assertThat(segments.of(Map.of("line", "kitchen"))).contains(ServedSegments.more("line"));
    assertThat(segments.of(Map.of("line", "attic"))).contains("line=attic");
  }

  @Test
  void valueIsCalledOtherOrEmptyThenItIsAValueAsAnyOther() {
    assertThat(of("other")).containsExactly("line=other");
    assertThat(of("")).containsExactly("line=");
  }
}
