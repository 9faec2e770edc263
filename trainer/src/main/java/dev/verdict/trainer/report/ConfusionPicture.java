package dev.verdict.trainer.report;

import static dev.verdict.trainer.report.Markup.count;
import static dev.verdict.trainer.report.Markup.escaped;
import static dev.verdict.trainer.report.Markup.percent;
import static dev.verdict.trainer.report.Markup.place;

import dev.verdict.evaluation.ConfusionMatrix;
import java.util.List;
import java.util.Locale;

/**
 * A confusion matrix as a heat map: counts, and below them the share of the row, which is the
 * actual class.
 */
record ConfusionPicture(String title, ConfusionMatrix matrix) {
  private static final int LONGEST_NAME = 18;
  private static final double CHARACTER = 6.6;
  private static final int MARGIN = 8;

  /** Above this share of the row a cell is dark enough for light text. */
  private static final double DARK = 0.55;

  String figure() {
    List<String> classes = matrix.classes();
    int size = Math.max(38, Math.min(96, 640 / Math.max(1, classes.size())));
    double longest =
        CHARACTER * classes.stream().mapToInt(name -> shortened(name).length()).max().orElse(0);
    boolean slanted = longest > size - 6;
    double left = 22 + longest + 2 * MARGIN;
    double top = 24 + (slanted ? longest * 0.71 + 14 : 22);
    double right = slanted ? Math.max(MARGIN, longest * 0.71 + 14 - size / 2.0) : MARGIN;
    double width = left + size * classes.size() + right;
    double height = top + size * classes.size() + MARGIN;
    StringBuilder svg = new StringBuilder();
    svg.append(
        ("<figure class=\"matrix\"><figcaption>%s</figcaption><svg viewBox=\"0 0 %s %s\""
                + " style=\"width:%spx\" role=\"img\" aria-label=\"%s\"><title>%s</title>")
            .formatted(
                escaped(title),
                place(width),
                place(height),
                place(width),
                escaped(title),
                escaped(title + ": rows are actual classes, columns predicted ones")));
    svg.append(
        "<text class=\"label\" x=\"%s\" y=\"14\" text-anchor=\"middle\">predicted</text>"
            .formatted(place(left + size * classes.size() / 2.0)));
    svg.append(
        "<text class=\"label\" transform=\"translate(14 %s) rotate(-90)\" text-anchor=\"middle\">actual</text>"
            .formatted(place(top + size * classes.size() / 2.0)));
    for (int i = 0; i < classes.size(); i++) {
      appendColumnName(svg, classes.get(i), left + size * (i + 0.5), top - MARGIN, slanted);
      svg.append(
          "<text class=\"name\" x=\"%s\" y=\"%s\" text-anchor=\"end\">%s<title>%s</title></text>"
              .formatted(
                  place(left - MARGIN),
                  place(top + size * (i + 0.5) + 4),
                  escaped(shortened(classes.get(i))),
                  escaped(classes.get(i))));
      for (int j = 0; j < classes.size(); j++) {
        appendCell(svg, i, j, left + size * j, top + size * i, size);
      }
    }
    return svg.append("</svg></figure>").toString();
  }

  private static void appendColumnName(
      StringBuilder svg, String name, double x, double y, boolean slanted) {
    svg.append(
        slanted
            ? "<text class=\"name\" transform=\"translate(%s %s) rotate(-45)\">%s<title>%s</title></text>"
                .formatted(place(x), place(y), escaped(shortened(name)), escaped(name))
            : "<text class=\"name\" x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s<title>%s</title></text>"
                .formatted(place(x), place(y), escaped(shortened(name)), escaped(name)));
  }

  private void appendCell(StringBuilder svg, int row, int column, double x, double y, int size) {
    List<String> classes = matrix.classes();
    long reviews = matrix.rows().get(row).get(column);
    long support = matrix.support(classes.get(row));
    double share = support == 0 ? 0 : (double) reviews / support;
    boolean withShare = size >= 44;
    svg.append(
        ("<g><title>%s</title><rect class=\"back\" x=\"%s\" y=\"%s\" width=\"%d\" height=\"%d\"/>"
                + "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%d\" height=\"%d\""
                + " fill-opacity=\"%s\"/>")
            .formatted(
                escaped(
                    "%s predicted as %s: %s of %s"
                        .formatted(
                            classes.get(row), classes.get(column), count(reviews), count(support))),
                place(x + 1),
                place(y + 1),
                size - 2,
                size - 2,
                row == column ? "right" : "wrong",
                place(x + 1),
                place(y + 1),
                size - 2,
                size - 2,
                String.format(Locale.ROOT, "%.3f", share)));
    String tone = share > DARK ? "cell on" : "cell";
    double middle = x + size / 2.0;
    svg.append(
        "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>"
            .formatted(
                tone, place(middle), place(y + size / 2.0 + (withShare ? -1 : 4)), count(reviews)));
    if (withShare) {
      svg.append(
          "<text class=\"%s share\" x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>"
              .formatted(tone, place(middle), place(y + size / 2.0 + 14), percent(share)));
    }
    svg.append("</g>");
  }

  private static String shortened(String name) {
    return Markup.cut(name, LONGEST_NAME);
  }
}
