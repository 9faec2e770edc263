package dev.verdict.checkpoint.s3;

import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells now and then how far a long transfer is. */
final class TransferLog {
  private static final Logger LOG = LoggerFactory.getLogger(TransferLog.class);
  private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();
  private static final double MEBIBYTE = 1 << 20;

  private final String what;
  private final long total;
  private long done;
  private long toldAt = System.nanoTime();

  /**
   * @param what is done, for the log: "Uploading …"
   * @param total bytes
   */
  TransferLog(String what, long total) {
    this.what = what;
    this.total = total;
  }

  void add(long bytes) {
    done += bytes;
    long now = System.nanoTime();
    if (now - toldAt >= EVERY_NANOS) {
      toldAt = now;
      LOG.info(
          "{}: {} of {} MiB",
          what,
          String.format(Locale.ROOT, "%.0f", done / MEBIBYTE),
          String.format(Locale.ROOT, "%.0f", total / MEBIBYTE));
    }
  }
}
