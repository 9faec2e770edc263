package dev.verdict.cli.bench;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.cli.source.SourcedReview;
import dev.verdict.trainer.data.DataColumns;
import dev.verdict.trainer.data.DataFiles;
import dev.verdict.trainer.data.DataRow;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which reviews a bench uses. */
final class WorkloadOptions {
  @Option(
      names = "--workload",
      split = ",",
      showDefaultValue = NEVER,
      description =
          "clothing, sentences, films or mix: generated reviews as long as those. Several are"
              + " separated by commas.")
  private List<Workload> workloads = List.of();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      showDefaultValue = NEVER,
      description = "Your own reviews, as for `verdict train`, in place of generated ones.")
  private List<Path> data = List.of();

  /**
   * Reviews under a name.
   *
   * @param id as a part of an id
   * @param title as people read it
   */
  record NamedReviews(String id, String title, List<SourcedReview> reviews) {
    List<String> texts() {
      return reviews.stream().map(SourcedReview::text).toList();
    }
  }

  /**
   * The reviews to measure on.
   *
   * @param count of each generated workload, and at most of the user's own
   */
  List<NamedReviews> reviews(int count, long seed, Workload... usual) {
    if (!data.isEmpty()) {
      return List.of(
          new NamedReviews(
              "data",
              "own reviews",
              DataFiles.unlabelled(DataColumns.DEFAULT).read(data).stream()
                  .limit(count)
                  .map(WorkloadOptions::review)
                  .toList()));
    }
    return (workloads.isEmpty() ? List.of(usual) : workloads)
        .stream()
            .map(load -> new NamedReviews(load.id(), load.title(), load.reviews(count, seed)))
            .toList();
  }

  private static SourcedReview review(DataRow row) {
    return new SourcedReview(row.id(), row.text(), row.label().orElse(""), "own");
  }
}
