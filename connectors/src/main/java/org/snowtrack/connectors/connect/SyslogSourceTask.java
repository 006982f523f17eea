package org.snowtrack.connectors.connect;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snowtrack.connectors.syslog.Spool;
import org.snowtrack.connectors.syslog.SyslogLimits;
import org.snowtrack.connectors.syslog.SyslogReceiver;
import org.snowtrack.connectors.tail.Position;

/** Receives into a spool, and reads it. What Kafka has taken goes from the spool. */
public final class SyslogSourceTask extends SourceTask {

    private static final Logger LOG = LoggerFactory.getLogger(SyslogSourceTask.class);
    private static final String PARTITION = "spool";
    private static final long PAUSE_MILLIS = 100;

    /** Records that Kafka has not taken yet. */
    private final AtomicLong outstanding = new AtomicLong();

    private @Nullable Spool spool;
    private @Nullable SyslogReceiver receiver;
    private @Nullable LogRecords log;

    @Override
    public String version() {
        return Version.text();
    }

    @Override
    public void start(Map<String, String> settings) {
        SyslogSourceConfig config = new SyslogSourceConfig(settings);
        try {
            Spool opened = Spool.open(config.spool(), config.spoolBytes(), SyslogSourceTask::tell);
            spool = opened;
            Map<String, String> partition = Map.of(PARTITION, config.spool().toString());
            Position kept = LogRecords.kept(context.offsetStorageReader().offset(partition));
            log = new LogRecords(opened.log(), partition, config, opened.start(kept));
            receiver = SyslogReceiver.start(opened, SyslogLimits.DEFAULT, SyslogSourceTask::tell, config.endpoints());
        } catch (IOException | IllegalArgumentException e) {
            stop();
            throw new ConnectException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void tell(String notice) {
        LOG.warn("{}", notice);
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        LogRecords reading = log;
        if (reading == null) {
            return null;
        }
        releaseRead(reading);
        List<SourceRecord> records = new ArrayList<>();
        boolean isIdle = reading.poll(records);
        outstanding.addAndGet(records.size());
        if (isIdle && records.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return records.isEmpty() ? null : records;
    }

    private void releaseRead(LogRecords reading) {
        Position position = reading.position();
        if (spool != null && position != null && outstanding.get() == 0) {
            try {
                spool.release(position);
            } catch (IOException e) {
                tell(String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public void commitRecord(SourceRecord sent, @Nullable RecordMetadata metadata) {
        outstanding.decrementAndGet();
    }

    @Override
    public void stop() {
        for (Closeable part :
                Stream.of(receiver, log, spool).filter(Objects::nonNull).toList()) {
            try {
                part.close();
            } catch (IOException e) {
                tell("Syslog could not be closed: " + e.getMessage());
            }
        }
        receiver = null;
        log = null;
        spool = null;
    }
}
