package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProfileSketchTest {
  private final ProfileSketch sketch = DriftSamples.sketch(DriftSamples.REFERENCE);

  @Test
  void predictionsThenCountedByClassAndBin() {
    ReferenceProfile profile = sketch.profile();

    assertThat(profile.reviews()).isEqualTo(800);
    assertThat(profile.predictedClasses())
        .containsExactly(entry("mixed", 84), entry("negative", 414), entry("positive", 302));
    assertThat(profile.histogram(NumericFeature.TEXT_LENGTH).counts().get(30))
        .isEqualTo(DriftSamples.REFERENCE.stream().filter(each -> each.tokens() == 30).count());
    // Medians as NumPy gives them.
    assertThat(profile.histogram(NumericFeature.TEXT_LENGTH).quantile(0.5)).isEqualTo(29);
    assertThat(profile.histogram(NumericFeature.UNKNOWN_RATE).quantile(0.5)).isEqualTo(0);
    assertThat(profile.histogram(NumericFeature.CONFIDENCE).quantile(0.5))
        .isBetween(0.92739, 0.93143);
  }

  @Test
  void anotherOrderThenTheSameBytes() {
    List<ReviewSignals> shuffled = new ArrayList<>(DriftSamples.REFERENCE);
    Collections.shuffle(shuffled, new Random(1));

    assertThat(DriftSamples.sketch(shuffled).toBytes()).isEqualTo(sketch.toBytes());
  }

  @Test
  void partsMergedThenTheSameBytesAsTheWhole() {
    ProfileSketch merged = DriftSamples.sketch(DriftSamples.REFERENCE.subList(300, 800));
    merged.merge(DriftSamples.sketch(DriftSamples.REFERENCE.subList(0, 300)));

    assertThat(merged.toBytes()).isEqualTo(sketch.toBytes());
    assertThat(merged.reviews()).isEqualTo(800);
  }

  @Test
  void writtenThenReadBackAndGoesOn() {
    ProfileSketch read = ProfileSketch.fromBytes(sketch.toBytes());
    DriftSamples.CURRENT.forEach(read::add);
    DriftSamples.CURRENT.forEach(sketch::add);

    assertThat(read.profile()).isEqualTo(sketch.profile());
    assertThat(read.toBytes()).isEqualTo(sketch.toBytes());
    assertThat(ProfileSketch.of(read.profile()).toBytes()).isEqualTo(sketch.toBytes());
    assertThat(ProfileSketch.fromBytes(new ProfileSketch().toBytes()).reviews()).isZero();
  }

  @Test
  void takenBackThenAsIfNeverAdded() {
    byte[] before = sketch.toBytes();
    DriftSamples.CURRENT.forEach(sketch::add);
    DriftSamples.CURRENT.forEach(sketch::remove);

    assertThat(sketch.toBytes()).isEqualTo(before);
    assertThatThrownBy(() -> sketch.remove(new ReviewSignals("other", 0.5, 3, 0)))
        .hasMessageContaining("not added");
    assertThat(sketch.toBytes()).isEqualTo(before);
  }

  @Test
  void thousandsOfReviewsThenAFewKilobytes() {
    for (int i = 0; i < 1000; i++) {
      DriftSamples.CURRENT.forEach(sketch::add);
    }

    assertThat(sketch.toBytes()).hasSizeLessThan(4096);
  }

  @Test
  void damagedBytesThenRefused() {
    byte[] bytes = sketch.toBytes();
    byte[] miscounted = bytes.clone();
    miscounted[bytes.length - 1]++;
    byte[] later = bytes.clone();
    later[0] = 2;

    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> ProfileSketch.fromBytes(cut))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("damaged");
    }
    assertThatThrownBy(() -> ProfileSketch.fromBytes(Arrays.copyOf(bytes, bytes.length + 1)))
        .hasMessageContaining("damaged");
    assertThatThrownBy(() -> ProfileSketch.fromBytes(miscounted)).hasMessageContaining("damaged");
    assertThatThrownBy(() -> ProfileSketch.fromBytes(later))
        .hasMessage("Profile has layout 2, must be 1");
  }

  @Test
  void valuesAtEdgesThenInTheBinThatEndsThere() {
    assertThat(NumericFeature.TEXT_LENGTH.bin(0)).isZero();
    assertThat(NumericFeature.TEXT_LENGTH.bin(512)).isEqualTo(512);
    assertThat(NumericFeature.TEXT_LENGTH.bin(100_000)).isEqualTo(513);
    assertThat(NumericFeature.UNKNOWN_RATE.bin(-0.0)).isZero();
    assertThat(NumericFeature.UNKNOWN_RATE.bin(1)).isEqualTo(200);
    assertThat(NumericFeature.CONFIDENCE.bin(1)).isEqualTo(NumericFeature.CONFIDENCE.bins() - 1);
    for (NumericFeature feature : NumericFeature.values()) {
      for (int bin = 0; bin < feature.bins() - 1; bin++) {
        assertThat(feature.bin(feature.upperEdge(bin))).isEqualTo(bin);
        assertThat(feature.bin(Math.nextUp(feature.upperEdge(bin)))).isEqualTo(bin + 1);
      }
    }
  }

  @Test
  void figuresThatCannotBeThenRefused() {
    assertThatThrownBy(() -> new ReviewSignals("a", Double.NaN, 1, 0))
        .hasMessage("Confidence is NaN, must be from 0 to 1");
    assertThatThrownBy(() -> new ReviewSignals("a", 0.5, 1, 2))
        .hasMessageContaining("Unknown tokens are 2 of 1");
    assertThat(new ReviewSignals("a", 0.5, 0, 0).unknownRate()).isZero();
  }

  private static Map.Entry<String, Long> entry(String name, long count) {
    return Map.entry(name, count);
  }
}
