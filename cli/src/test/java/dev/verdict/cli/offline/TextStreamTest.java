package dev.verdict.cli.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.batching.BatchLimits;
import dev.verdict.contract.Json;
import dev.verdict.model.Classifier;
import dev.verdict.trainer.training.TextScorer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TextStreamTest {
  private static final BatchLimits LIMITS = new BatchLimits(2048, 64, Duration.ZERO);

  private Classifier classifier;

  @BeforeAll
  void openModel(@TempDir Path folder) throws IOException {
    classifier = Classifier.open(TinyModel.write(folder.resolve("model")), 64);
  }

  @AfterAll
  void closeModel() {
    classifier.close();
  }

  @Test
  void manyLinesOfMixedLengthsThenEachOnceInOrderAndAsIfAlone() throws Exception {
    Random random = new Random(1);
    StringBuilder input = new StringBuilder();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      if (i % 100 == 50) {
        input.append("{\"text\": \n");
        texts.add("");
      } else {
        String text = (random.nextBoolean() ? "good " : "bad ").repeat(1 + random.nextInt(60));
        input.append("{\"id\":").append(i).append(",\"text\":\"").append(text).append("\"}\n");
        texts.add(text);
      }
    }
    StringWriter out = new StringWriter();

    TextStream.Tally tally =
        stream(new PrintWriter(out), true).run(bytes(input.toString()), InputFormat.AUTO);

    assertThat(tally).isEqualTo(new TextStream.Tally(5000, 50));
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(5000);
    TextScorer alone = new TextScorer(classifier, LIMITS);
    for (int i = 0; i < 5000; i++) {
      JsonNode line = Json.readTree(lines.get(i).getBytes(StandardCharsets.UTF_8));
      if (texts.get(i).isEmpty()) {
        assertThat(lines.get(i))
            .isEqualTo("{\"line\":%d,\"error\":\"the line is not valid JSON\"}".formatted(i + 1));
      } else {
        assertThat(line.path("id").asText()).isEqualTo(Integer.toString(i));
        if (i % 97 == 0) {
          TextScorer.Score expected = alone.score(List.of(texts.get(i))).get(0);
          assertThat(line.path("probabilities").path("good").asDouble())
              .isCloseTo(expected.probabilities().get(1), within(1e-4));
          assertThat(line.path("truncated").asBoolean()).isEqualTo(expected.truncated());
        }
      }
    }
  }

  @Test
  void inputPausesThenWhatIsThereIsAnswered() throws Exception {
    StringWriter out = new StringWriter();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (PipedOutputStream writer = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(writer)) {
      CompletableFuture<TextStream.Tally> run =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return stream(new PrintWriter(out), false).run(in, InputFormat.AUTO);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              },
              thread);
      for (int line = 1; line <= 3; line++) {
        writer.write(("a good kettle " + line + "\n").getBytes(StandardCharsets.UTF_8));
        writer.flush();
        int lines = line;
        await().until(() -> out.toString().lines().count() == lines);
      }
      assertThat(run).isNotDone();
      writer.write("so bad".getBytes(StandardCharsets.UTF_8));
      writer.close();
      assertThat(run.get()).isEqualTo(new TextStream.Tally(4, 0));
    } finally {
      thread.shutdownNow();
    }
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("good\t[01]\\.\\d{4}\ta good kettle 1"),
            line -> assertThat(line).endsWith("\ta good kettle 2"),
            line -> assertThat(line).endsWith("\ta good kettle 3"),
            line -> assertThat(line).matches("bad\t[01]\\.\\d{4}\tso bad"));
  }

  @Test
  void nobodyReadsTheOutputThenItEndsThoughTheInputDoesNot() throws Exception {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    InputStream endless =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            return "good\n".charAt(at++ % 5);
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            for (int i = 0; i < length; i++) {
              target[offset + i] = (byte) read();
            }
            return length;
          }
        };

    TextStream.Tally tally =
        stream(new PrintWriter(closed, false, StandardCharsets.UTF_8), false)
            .run(endless, InputFormat.TEXT);

    assertThat(tally.lines()).isPositive();
  }

  @Test
  void linesThatCannotBeUsedThenAnsweredInTheirPlace() throws Exception {
    assertThat(
            answers(
                true,
                InputFormat.AUTO,
                """

                {"id":"a","text":"good"}
                {"id":"b","text":"  "}
                {"id":"c"}
                {"id":true,"text":"good"}
                {"text":5}
                [1]
                """))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("{\"line\":1,\"error\":\"the line is blank\"}"),
            line ->
                assertThat(line).startsWith("{\"id\":\"a\",\"label\":\"good\",\"probability\":"),
            line ->
                assertThat(line)
                    .isEqualTo("{\"id\":\"b\",\"line\":3,\"error\":\"the text is blank\"}"),
            line ->
                assertThat(line)
                    .isEqualTo("{\"id\":\"c\",\"line\":4,\"error\":\"field text is missing\"}"),
            line -> assertThat(line).contains("field id must be a string or a whole number"),
            line -> assertThat(line).contains("field text must be a string"),
            line -> assertThat(line).contains("the line is not a JSON object"));
  }

  @Test
  void plainLinesThenTheTextCannotSteerTheTerminal() throws Exception {
    assertThat(answers(false, InputFormat.TEXT, "{good\t\u001b[31m\r\n\n" + "x".repeat(1 << 20)))
        .satisfiesExactly(
            line ->
                assertThat(line).matches("good\t[01]\\.\\d{4}\t\\{good\\\\u\\{9}\\\\u\\{1b}\\[31m"),
            line -> assertThat(line).isEqualTo("-\t-\tline 2: the line is blank"),
            line -> assertThat(line).endsWith("x"));
    assertThat(answers(false, InputFormat.TEXT, "x".repeat((1 << 20) + 1)))
        .containsExactly("-\t-\tline 1: the line has more than 1048576 bytes");
  }

  @Test
  void queueIsFullThenTheReaderWaits() throws Exception {
    LineQueue queue = new LineQueue(2, 100);
    Thread reader =
        new Thread(
            () -> {
              try {
                for (int number = 1; number <= 3; number++) {
                  queue.put(InputLine.of(number, 10, Optional.empty(), "x"));
                }
                queue.put(InputLine.of(4, 1000, Optional.empty(), "large"));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              } finally {
                queue.end();
              }
            });
    reader.start();

    for (int number = 1; number <= 4; number++) {
      if (number < 3) {
        await().until(() -> reader.getState() == Thread.State.WAITING);
      }
      assertThat(queue.take().orElseThrow().number()).isEqualTo(number);
    }
    assertThat(queue.take()).isEmpty();
  }

  private List<String> answers(boolean json, InputFormat format, String input) throws Exception {
    StringWriter out = new StringWriter();
    stream(new PrintWriter(out), json).run(bytes(input), format);
    return out.toString().lines().toList();
  }

  private TextStream stream(PrintWriter out, boolean json) {
    return new TextStream(
        new TextScorer(classifier, LIMITS),
        LIMITS,
        64,
        json
            ? ResultFormat.json(TinyModel.LABELS, Optional.empty())
            : ResultFormat.table(TinyModel.LABELS),
        out);
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
