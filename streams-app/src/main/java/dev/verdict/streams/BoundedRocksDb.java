package dev.verdict.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * Lets all RocksDB stores of an instance share one bounded piece of native memory; by default each
 * segment of each partition would have its own 50 MiB cache. Kafka makes it by class name, so it
 * finds its {@link Memory} among the settings.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
  /**
   * Least of a buffer that anything is written to. RocksDB's own, 1 MiB, times partitions and
   * segments of the retention, would be more than all buffers may have, so that each write would
   * have one flushed.
   */
  private static final long ARENA_BYTES = 64L * 1024;

  /** Four shards: each of RocksDB's 64 would be smaller than the index of a large file. */
  private static final int CACHE_SHARD_BITS = 2;

  /** Setting that holds the {@link Memory} itself. */
  public static final String MEMORY = "verdict.rocksdb.memory";

  /**
   * The shared memory.
   *
   * @param cache of blocks, against which write buffers count too
   */
  public record Memory(Cache cache, WriteBufferManager writeBuffers) implements AutoCloseable {
    /**
     * @param bytes of which write buffers have about half
     */
    static Memory of(long bytes) {
      Cache cache = new LRUCache(bytes, CACHE_SHARD_BITS);
      return new Memory(cache, new WriteBufferManager(bytes / 2, cache));
    }

    /** Bytes in use; 0 when closed. */
    synchronized long used() {
      return cache.isOwningHandle() ? cache.getUsage() : 0;
    }

    @Override
    public synchronized void close() {
      writeBuffers.close();
      cache.close();
    }
  }

  @Override
  public void setConfig(String store, Options options, Map<String, Object> settings) {
    Memory memory = (Memory) settings.get(MEMORY);
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(memory.cache());
    table.setCacheIndexAndFilterBlocks(true);
    options.setTableFormatConfig(table);
    options.setArenaBlockSize(ARENA_BYTES);
    options.setWriteBufferManager(memory.writeBuffers());
  }

  @Override
  public void close(String store, Options options) {
    // The memory is shared by all stores and freed with the instance.
  }
}
