package dev.verdict.drift;

/**
 * Whether errors are still more frequent than before an alarm when so many labels more have come.
 * The newer half of them tells: a change that lasts is in it, and a burst of wrong labels, or an
 * alarm by chance, is over by then.
 *
 * <p>They are as before unless their share is above that of before by more than chance makes it in
 * one of twenty cases, by the normal approximation.
 *
 * @param alarm labels graded for the version when the alarm was raised
 * @param before share of errors before it
 * @param labels after it until the verdict
 * @param seen of these
 * @param errors in the newer half
 */
public record AlarmCheck(long alarm, double before, int labels, int seen, int errors) {
  private static final double ONE_IN_TWENTY = 1.645;

  /** Opens one with no label seen. */
  public static AlarmCheck of(long alarm, double before, int labels) {
    return new AlarmCheck(alarm, before, labels, 0, 0);
  }

  /** Reads the next label, wrongly predicted or not. */
  public AlarmCheck add(boolean wrong) {
    boolean newer = seen >= labels / 2;
    return new AlarmCheck(alarm, before, labels, seen + 1, errors + (newer && wrong ? 1 : 0));
  }

  /** Whether enough labels have come. */
  public boolean complete() {
    return seen >= labels;
  }

  /** Whether errors are as frequent as before; to be asked when complete. */
  public boolean over() {
    return now() <= before + ONE_IN_TWENTY * standardError();
  }

  /** Share of errors in the newer half. */
  public double now() {
    return (double) errors / newer();
  }

  /** Labels graded for the version when the newer half began. */
  public long newerSince() {
    return alarm + labels / 2;
  }

  /** Labels in the newer half. */
  public int newer() {
    return labels - labels / 2;
  }

  private double standardError() {
    // A share of 0 has no error of its own: a mistake or two in all these labels are none.
    double share = Math.min(0.5, Math.max(before, 2.0 / newer()));
    return Math.sqrt(share * (1 - share) / newer());
  }
}
