package org.snowtrack.topologies.state;

import java.io.File;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * A task's stores without a topology: a stage can be stopped over them, and another one started. The builders are
 * those of production, so what is on disk there is on disk here.
 */
public final class OpenStores implements AutoCloseable {

    private final MockProcessorContext<String, Object> context;
    private final List<StateStore> stores;

    public OpenStores(File directory, List<StoreBuilder<?>> builders) {
        context = new MockProcessorContext<>(new Properties(), new TaskId(0, 0), directory);
        stores = builders.stream()
                .<StateStore>map(builder -> builder.withLoggingDisabled().build())
                .toList();
        stores.forEach(store -> {
            store.init(context.getStateStoreContext(), store);
            context.addStateStore(store);
        });
    }

    public MockProcessorContext<String, Object> context() {
        return context;
    }

    @Override
    public void close() {
        stores.forEach(StateStore::close);
    }
}
