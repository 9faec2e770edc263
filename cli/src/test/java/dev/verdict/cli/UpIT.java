package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpIT {
  @Test
  void upUntilDoneThenATableAndExitZero() throws Exception {
    StringWriter out = new StringWriter();
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .execute(
                "up",
                "--port=0",
                "--exit-when-done",
                "--before-drift=400",
                "--after-drift=300",
                "--rate=100",
                "--label-delay=0.5",
                "-Dstreams.http.port=0",
                "-Dtrainer.http.port=0",
                "-Dbootstrap.examples=200",
                "-Dscratch.epochs=8",
                "-Dscratch.batch.rows=8",
                "-Dscratch.learning.rate=0.001",
                "-Dscratch.warmup.steps=10");

    assertThat(status).as(out.toString()).isZero();
    assertThat(out.toString())
        .containsPattern("reviews +700\n")
        .containsPattern("predictions +700\n")
        .containsPattern("exactly once +yes")
        .containsPattern("labels matched +700 of 700\n")
        .containsPattern("macro F1 before the drift +0\\.\\d{4} on")
        .containsPattern("bootstrap +published v000001-[0-9a-f]{8}")
        .containsPattern("held-out kitchen +macro F1")
        .containsPattern("held-out outdoor +macro F1");
  }

  @Test
  void tooFewReviewsForTheFirstChampionThenOneSentenceAndExitTwo(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("few.jsonl");
    Files.writeString(file, "{\"id\":\"1\",\"text\":\"good\",\"label\":\"positive\"}\n");
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine()
            .setErr(new PrintWriter(err, true))
            .execute(
                "up",
                "--port=0",
                "--exit-when-done",
                "--label-delay=0",
                "--reviews=" + file,
                "-Dstreams.http.port=0",
                "-Dtrainer.http.port=0");

    assertThat(status).isEqualTo(2);
    assertThat(err.toString().trim())
        .isEqualTo(
            "The source has 1 reviews, must have at least 2000 (bootstrap.examples) to train the"
                + " first champion");
  }
}
