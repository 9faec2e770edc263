package dev.verdict.streams.processing;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/** A processor together with the stores that it owns, connected by Kafka Streams itself. */
record StoredProcessor<KI, VI, KO, VO>(
    Supplier<Processor<KI, VI, KO, VO>> processor, List<StoreBuilder<?>> ownStores)
    implements ProcessorSupplier<KI, VI, KO, VO> {

  @Override
  public Processor<KI, VI, KO, VO> get() {
    return processor.get();
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    // In their order, so that the topology is told in the same words each time.
    return new LinkedHashSet<>(ownStores);
  }
}
