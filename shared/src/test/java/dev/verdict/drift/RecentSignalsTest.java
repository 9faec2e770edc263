package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.drift.RecentSignals.PaneKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentSignalsTest {
  private static final String V1 = "v000001-aaaaaaaa";
  private static final String V2 = "v000002-bbbbbbbb";

  private final RecentSignals signals = new RecentSignals(100);

  private List<PaneKey> put(int partition, long number, long latest, int reviews) {
    return signals.put(
        new PaneKey(V1, partition, number), latest, SignalPaneTest.pane(reviews, partition + 1));
  }

  private long lengthCount(int tokens) {
    FeatureHistogram lengths =
        signals.of(V1).orElseThrow().profile().histogram(NumericFeature.TEXT_LENGTH);
    return lengths.counts().get(NumericFeature.TEXT_LENGTH.bin(tokens));
  }

  @Test
  void panesOfAllPartitionsThenMerged() {
    put(0, 1, 10, 30);
    put(1, 1, 11, 20);

    assertThat(signals.of(V1).orElseThrow().reviews()).isEqualTo(50);
    assertThat(lengthCount(1)).isEqualTo(30);
    assertThat(lengthCount(2)).isEqualTo(20);
    assertThat(signals.of(V2)).isEmpty();
  }

  @Test
  void paneToldAgainThenItTakesThePlaceOfTheOneBefore() {
    put(0, 1, 10, 30);
    put(0, 1, 12, 40);
    put(0, 1, 12, 40);

    assertThat(signals.of(V1).orElseThrow().reviews()).isEqualTo(40);
  }

  @Test
  void moreThanThePeriodThenTheOldestPredictedAreForgottenWhateverTheirPartition() {
    put(0, 1, 10, 60);
    put(1, 1, 11, 50);
    assertThat(put(1, 2, 12, 40)).as("90 are newer, the period is 100").isEmpty();

    assertThat(put(1, 3, 13, 10)).containsExactly(new PaneKey(V1, 0, 1));
    assertThat(signals.of(V1).orElseThrow().reviews()).isEqualTo(100);
    assertThat(lengthCount(1)).isZero();
  }

  @Test
  void oldPaneToldAgainThenItIsForgottenAtOnce() {
    put(1, 1, 20, 100);

    assertThat(put(0, 1, 10, 60)).containsExactly(new PaneKey(V1, 0, 1));
    assertThat(lengthCount(1)).isZero();
  }

  @Test
  void unevenPartitionsThenEachHasItsShareOfTheStream() {
    RecentSignals even = new RecentSignals(1000);
    for (int i = 0; i < 100; i++) {
      int partition = i % 10 == 0 ? 0 : 1;
      even.put(new PaneKey(V1, partition, i), i, SignalPaneTest.pane(50, partition + 1));
    }

    ReferenceProfile profile = even.of(V1).orElseThrow().profile();
    assertThat(profile.reviews()).isEqualTo(1000);
    assertThat(profile.histogram(NumericFeature.TEXT_LENGTH).counts().get(1)).isEqualTo(100);
  }

  @Test
  void versionsThenKeptApartAndForgottenApart() {
    put(0, 1, 10, 30);
    signals.put(new PaneKey(V2, 0, 2), 11, SignalPaneTest.pane(100, 5));

    assertThat(signals.versions()).containsExactly(V1, V2);
    assertThat(signals.of(V1).orElseThrow().reviews()).isEqualTo(30);
    assertThat(signals.forget(V1)).containsExactly(new PaneKey(V1, 0, 1));
    assertThat(signals.versions()).containsExactly(V2);
  }

  @Test
  void paneOfOtherClassesThenTheNewestCount() {
    put(0, 1, 10, 30);
    SignalPane other = new SignalPane(List.of("bad"));
    other.add(new ReviewSignals("bad", 1, 1, 0), List.of(1.0));
    signals.put(new PaneKey(V1, 0, 2), 11, other);

    assertThat(signals.of(V1).orElseThrow().classes()).containsExactly("bad");
    assertThat(signals.of(V1).orElseThrow().reviews()).isEqualTo(1);
  }
}
