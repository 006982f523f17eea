package org.snowtrack.topologies.lines;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.topologies.TopologyConfig;
import org.snowtrack.topologies.intake.DeadLetter;
import org.snowtrack.topologies.state.LineStores;
import org.snowtrack.topologies.state.OpenStores;

/** The stage over its stores, to be stopped and started anew between any two records. */
final class LinesTask implements AutoCloseable {

    private final OpenStores stores = new OpenStores(new File("unused"), LineStores.all());
    private final List<String> told = new ArrayList<>();
    private MockProcessorContext<String, Object> context;
    private LinesStage stage;

    LinesTask() {
        restart();
    }

    /** A new stage over the same rows, as after a crash whose last transaction was complete. */
    void restart() {
        context = stores.context(this::take);
        stage = new LinesStage(new TopologyConfig(Map.of()), (zone, sessions) -> new PlainLines(sessions));
        stage.init(context);
    }

    private void take(Record<String, Object> record) {
        if (record.value() instanceof MailRejection rejection) {
            told.add(rejection.getSourceIp() + " " + rejection.getOrigin());
        } else if (record.value() instanceof DeadLetter) {
            told.add("unattributed "
                    + new String(record.headers().lastHeader(DeadLetter.OFFSET).value(), StandardCharsets.US_ASCII));
        }
    }

    void ship(long offset, String line) {
        ship("mta-logs.isp-a", offset, line);
    }

    void ship(String topic, long offset, String line) {
        context.setRecordMetadata(topic, 0, offset);
        stage.process(new Record<>(null, line.getBytes(StandardCharsets.UTF_8), offset));
    }

    /** Sources with origins, and the offsets of refusals without a client, in their order. */
    List<String> told() {
        return List.copyOf(told);
    }

    /** How many rows each store holds. */
    List<Integer> rows() {
        return List.of(rows(LineStores.SESSIONS), rows(LineStores.SESSION_AGES));
    }

    private int rows(String store) {
        int rows = 0;
        try (KeyValueIterator<Object, Object> all =
                context.<KeyValueStore<Object, Object>>getStateStore(store).all()) {
            while (all.hasNext()) {
                all.next();
                rows++;
            }
        }
        return rows;
    }

    @Override
    public void close() {
        stores.close();
    }
}
