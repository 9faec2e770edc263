package dev.verdict.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class BoundedRocksDbTest {
  private static final long BYTES = 8L * 1024 * 1024;

  @TempDir private Path folder;

  @Test
  void muchIsWrittenToTwoStoresThenTheyShareTheMemoryAndItIsToldUntilItIsFreed() throws Exception {
    RocksDB.loadLibrary();
    BoundedRocksDb.Memory memory = BoundedRocksDb.Memory.of(BYTES);
    try (Options first = options(memory);
        Options second = options(memory);
        RocksDB one = RocksDB.open(first, folder.resolve("one").toString());
        RocksDB two = RocksDB.open(second, folder.resolve("two").toString())) {
      long most = 0;
      for (int i = 0; i < 40; i++) {
        writeMib(one, i);
        writeMib(two, i);
        most = Math.max(most, memory.used());
      }

      // Written beyond its half before the flush of the other half is done.
      assertThat(most).isBetween(BYTES / 8, 2 * BYTES);
    }
    memory.close();

    assertThat(memory.used()).isZero();
  }

  private static Options options(BoundedRocksDb.Memory memory) {
    Options options =
        new Options().setCreateIfMissing(true).setTableFormatConfig(new BlockBasedTableConfig());
    new BoundedRocksDb().setConfig("store", options, Map.of(BoundedRocksDb.MEMORY, memory));
    return options;
  }

  private static void writeMib(RocksDB store, int round) throws RocksDBException {
    byte[] value = new byte[1024];
    for (int i = 0; i < 1024; i++) {
      store.put((round + "-" + i).getBytes(StandardCharsets.UTF_8), value);
    }
  }
}
