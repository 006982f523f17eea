package org.snowtrack.connectors.formats;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.snowtrack.connectors.envelope.Years;
import org.snowtrack.connectors.grammar.LogFormat;

/**
 * Lines a second that one thread reads, of each format's corpus over and over: mostly refusals, unlike a real log.
 * {@code mvn -pl connectors -am test-compile}, then run {@link #main} with the module's test class path; what a whole
 * program makes of a whole file, beside other programs, is measured by {@code streams/app/src/bench/logs.sh}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets them
public class LogReaderBenchmark {

    private static final int LINES = 1_000;

    @Param({"postfix"})
    private String format;

    @Param({"false", "true"})
    private boolean isDetected;

    private LogReader reader;
    private List<byte[]> lines;
    private long position;

    @Setup
    public void prepare() {
        List<byte[]> corpus = Corpus.logs().stream()
                .filter(log -> log.format().id().equals(format))
                .flatMap(log -> log.lines().stream())
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList();
        lines = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            lines.add(corpus.get(i % corpus.size()));
        }
        LogFormat read = isDetected ? new AnyLog() : LogFormats.of(format).orElseThrow();
        InstantSource clock = InstantSource.fixed(Lines.NOW);
        reader = new LogReader(read, ZoneOffset.UTC, Years.live(ZoneOffset.UTC, clock), clock);
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public void read(Blackhole facts) {
        for (byte[] line : lines) {
            reader.read(line, 0, line.length, position, position, (tag, fact) -> facts.consume(fact));
            position += line.length + 1;
        }
    }

    public static void main(String[] arguments) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(LogReaderBenchmark.class.getSimpleName())
                        .param(
                                "format",
                                LogFormats.ALL.stream().map(LogFormat::id).toArray(String[]::new))
                        .build())
                .run();
    }
}
