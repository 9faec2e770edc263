package dev.verdict.benchmarks.jmh;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizedText;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Texts to token ids: one a call, and 64 a call. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenizerBenchmark {
  private static final int BATCH = 64;
  private static final int POSITIONS = 512;
  private static final int MAX_LENGTH = 128;

  private List<String> texts;
  private Path folder;
  private ReviewTokenizer tokenizer;

  /** Learns a vocabulary. */
  @Setup
  public void open() throws IOException {
    texts = GeneratedTexts.of(2000);
    folder = Files.createTempDirectory("verdict-jmh-");
    TokenizerFiles.write(folder, new WordPieceTrainer(12_000).train(texts), POSITIONS);
    tokenizer = ReviewTokenizer.open(folder, MAX_LENGTH);
  }

  /** Frees the native tokenizer. */
  @TearDown
  public void close() throws IOException {
    tokenizer.close();
    CheckpointFolder.deleteRecursively(folder);
  }

  @Benchmark
  public List<TokenizedText> one() {
    return tokenizer.encode(texts.subList(0, 1));
  }

  @Benchmark
  public List<TokenizedText> batch() {
    return tokenizer.encode(texts.subList(0, BATCH));
  }
}
