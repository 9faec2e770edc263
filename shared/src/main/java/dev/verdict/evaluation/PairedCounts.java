package dev.verdict.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How often each class was the label and each version's answer, from which the macro F1 of both
 * follows.
 *
 * @param classes in the order in which they occurred
 * @param reviews counted
 * @param agreements reviews to which both answered the same
 */
public record PairedCounts(List<ClassCounts> classes, long reviews, long agreements) {

  /**
   * Counts of one class.
   *
   * @param name of the class
   * @param actual reviews of it
   * @param champion reviews the champion took for it
   * @param challenger reviews the challenger took for it
   * @param championRight those that were of it
   * @param challengerRight those that were of it
   */
  public record ClassCounts(
      String name,
      long actual,
      long champion,
      long challenger,
      long championRight,
      long challengerRight) {

    private ClassCounts plus(PairedOutcome pair) {
      boolean isActual = name.equals(pair.actual());
      boolean isChampion = name.equals(pair.champion());
      boolean isChallenger = name.equals(pair.challenger());
      if (!isActual && !isChampion && !isChallenger) {
        return this;
      }
      return new ClassCounts(
          name,
          actual + (isActual ? 1 : 0),
          champion + (isChampion ? 1 : 0),
          challenger + (isChallenger ? 1 : 0),
          championRight + (isActual && isChampion ? 1 : 0),
          challengerRight + (isActual && isChallenger ? 1 : 0));
    }
  }

  public static final PairedCounts NONE = new PairedCounts(List.of(), 0, 0);

  public PairedCounts {
    classes = List.copyOf(classes);
  }

  /** With one review more. */
  public PairedCounts plus(PairedOutcome pair) {
    List<ClassCounts> all = new ArrayList<>(classes);
    addMissing(all, pair.actual());
    addMissing(all, pair.champion());
    addMissing(all, pair.challenger());
    all.replaceAll(each -> each.plus(pair));
    return new PairedCounts(all, reviews + 1, agreements + (pair.agrees() ? 1 : 0));
  }

  private static void addMissing(List<ClassCounts> all, String name) {
    for (ClassCounts each : all) {
      if (each.name().equals(name)) {
        return;
      }
    }
    all.add(new ClassCounts(name, 0, 0, 0, 0, 0));
  }

  /** As {@link ConfusionMatrix#macroF1} would say of the champion's answers. */
  public double championMacroF1() {
    double sum = 0;
    int occurring = 0;
    for (ClassCounts each : classes) {
      long either = each.actual() + each.champion();
      if (either > 0) {
        sum += 2.0 * each.championRight() / either;
        occurring++;
      }
    }
    return occurring == 0 ? 0 : sum / occurring;
  }

  /** As {@link ConfusionMatrix#macroF1} would say of the challenger's answers. */
  public double challengerMacroF1() {
    double sum = 0;
    int occurring = 0;
    for (ClassCounts each : classes) {
      long either = each.actual() + each.challenger();
      if (either > 0) {
        sum += 2.0 * each.challengerRight() / either;
        occurring++;
      }
    }
    return occurring == 0 ? 0 : sum / occurring;
  }
}
