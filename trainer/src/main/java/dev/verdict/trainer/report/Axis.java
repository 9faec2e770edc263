package dev.verdict.trainer.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A linear axis whose ends and ticks are round numbers: 1, 2 or 5 times a power of ten apart.
 *
 * @param low first tick
 * @param high last tick
 * @param step between two ticks
 */
record Axis(double low, double high, double step) {
  private static final double SLACK = 1e-9;

  /**
   * An axis that holds both values.
   *
   * @param intervals about how many
   */
  static Axis around(double min, double max, int intervals) {
    double low = min;
    double high = max;
    if (!(high - low > Math.abs(high) * SLACK)) {
      double margin = high == 0 ? 1 : Math.abs(high) / 10;
      low -= low >= 0 && low - margin < 0 ? low : margin;
      high += margin;
    }
    double step = round((high - low) / intervals);
    return new Axis(
        Math.floor(low / step + SLACK) * step, Math.ceil(high / step - SLACK) * step, step);
  }

  /** An axis of counts: from 0, no fractions, ending with the last value. */
  static Axis counts(double max, int intervals) {
    double high = Math.max(1, max);
    return new Axis(0, high, Math.max(1, round(high / intervals)));
  }

  private static double round(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double leading = rough / power;
    return (leading <= 1 + SLACK ? 1 : leading <= 2 + SLACK ? 2 : leading <= 5 + SLACK ? 5 : 10)
        * power;
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    int count = (int) Math.floor((high - low) / step + SLACK);
    for (int i = 0; i <= count; i++) {
      ticks.add(low + i * step);
    }
    return ticks;
  }

  /** Where the value lies, 0 at the low end and 1 at the high one. */
  double share(double value) {
    return (value - low) / (high - low);
  }

  /** A tick as short as its neighbours allow: 0.25, 1,500, 5e-5. */
  String text(double tick) {
    double largest = Math.max(Math.abs(low), Math.abs(high));
    if (Math.abs(tick) < step / 2) {
      return "0";
    }
    if (largest < 0.01) {
      BigDecimal exact =
          new BigDecimal(tick)
              .setScale(1 - (int) Math.floor(Math.log10(step)), RoundingMode.HALF_UP)
              .stripTrailingZeros();
      int exponent = exact.precision() - exact.scale() - 1;
      return exact.scaleByPowerOfTen(-exponent).stripTrailingZeros().toPlainString()
          + "e"
          + exponent;
    }
    int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + SLACK));
    NumberFormat format = NumberFormat.getInstance(Locale.ROOT);
    format.setMinimumFractionDigits(decimals);
    format.setMaximumFractionDigits(decimals);
    return format.format(tick);
  }
}
