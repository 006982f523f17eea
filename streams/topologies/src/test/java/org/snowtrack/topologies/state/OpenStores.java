package org.snowtrack.topologies.state;

import java.io.File;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * A task's stores without a topology: a stage can be stopped over them, and another one started. The builders are
 * those of production, so what is on disk there is on disk here.
 */
public final class OpenStores implements AutoCloseable {

    private final File directory;
    private final List<StateStore> stores;

    public OpenStores(File directory, List<StoreBuilder<?>> builders) {
        this.directory = directory;
        stores = builders.stream()
                .<StateStore>map(builder -> builder.withLoggingDisabled().build())
                .toList();
        MockProcessorContext<String, Object> opener = context(forwarded -> {});
        stores.forEach(store -> store.init(opener.getStateStoreContext(), store));
    }

    /** A context over these stores for one stage. */
    public MockProcessorContext<String, Object> context(Consumer<Record<String, Object>> next) {
        MockProcessorContext<String, Object> context =
                new MockProcessorContext<>(new Properties(), new TaskId(0, 0), directory) {
                    @Override
                    public <K extends String, V> void forward(Record<K, V> record) {
                        next.accept(new Record<>(record.key(), record.value(), record.timestamp(), record.headers()));
                    }
                };
        stores.forEach(context::addStateStore);
        return context;
    }

    @Override
    public void close() {
        stores.forEach(StateStore::close);
    }
}
