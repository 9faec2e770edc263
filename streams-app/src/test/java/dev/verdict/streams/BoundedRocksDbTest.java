package dev.verdict.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class BoundedRocksDbTest {
  private static final long BYTES = 8L * 1024 * 1024;

  /** Of 1 KiB: of one store alone more than the memory holds. */
  private static final int RECORDS = 12 * 1024;

  /** As many as eight partitions have with three segments each. */
  private static final int STORES = 24;

  @TempDir private Path folder;

  @Test
  void moreIsReadFromTwoStoresThanFitsThenTheyShareTheMemoryAndItIsToldUntilItIsFreed()
      throws Exception {
    RocksDB.loadLibrary();
    BoundedRocksDb.Memory memory = BoundedRocksDb.Memory.of(BYTES);
    try (Options first = options(memory);
        Options second = options(memory);
        RocksDB one = RocksDB.open(first, folder.resolve("one").toString());
        RocksDB two = RocksDB.open(second, folder.resolve("two").toString())) {
      // Written buffers are a soft bound: until they are flushed there may be more.
      write(one);
      write(two);
      read(one);
      read(two);

      assertThat(memory.used()).isBetween(BYTES / 2, BYTES + BYTES / 4);
    }
    memory.close();

    assertThat(memory.used()).isZero();
  }

  @Test
  void aFewRecordsInEachOfManyStoresThenAllFitIntoTheMemoryAndNoneIsWrittenOut() throws Exception {
    RocksDB.loadLibrary();
    List<Options> options = new ArrayList<>();
    List<RocksDB> stores = new ArrayList<>();
    BoundedRocksDb.Memory memory = BoundedRocksDb.Memory.of(BYTES);
    try {
      for (int store = 0; store < STORES; store++) {
        options.add(options(memory));
        stores.add(
            RocksDB.open(options.get(store), folder.resolve(Integer.toString(store)).toString()));
      }
      for (int record = 0; record < 20; record++) {
        for (RocksDB store : stores) {
          store.put(key(record), new byte[1024]);
        }
      }

      for (RocksDB store : stores) {
        assertThat(store.getProperty("rocksdb.num-files-at-level0")).isEqualTo("0");
        assertThat(store.getProperty("rocksdb.num-immutable-mem-table")).isEqualTo("0");
      }
    } finally {
      stores.forEach(RocksDB::close);
      options.forEach(Options::close);
      memory.close();
    }
  }

  private static Options options(BoundedRocksDb.Memory memory) {
    Options options =
        new Options().setCreateIfMissing(true).setTableFormatConfig(new BlockBasedTableConfig());
    new BoundedRocksDb().setConfig("store", options, Map.of(BoundedRocksDb.MEMORY, memory));
    return options;
  }

  private static void write(RocksDB store) throws RocksDBException {
    for (int i = 0; i < RECORDS; i++) {
      store.put(key(i), new byte[1024]);
    }
    try (FlushOptions flushed = new FlushOptions().setWaitForFlush(true)) {
      store.flush(flushed);
    }
  }

  private static void read(RocksDB store) throws RocksDBException {
    for (int i = 0; i < RECORDS; i++) {
      assertThat(store.get(key(i))).hasSize(1024);
    }
  }

  private static byte[] key(int record) {
    return Integer.toString(record).getBytes(StandardCharsets.UTF_8);
  }
}
