package org.snowtrack.lookups.networks;

import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Half a million disjoint prefixes of 80,000 networks, 350,000 in IPv4 and 150,000 in IPv6, no two neighbours alike: the
 * time to read them as the first thing a process does, what then stays on the heap, and lookups a second of one thread for
 * random addresses of theirs, beside a {@link TreeMap} and MaxMind's own reader. {@code src/bench/networks.sh} runs it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets them
public class NetworkTableBenchmark {

    private static final int NETWORKS = 80_000;
    private static final int IPV4 = 350_000;
    private static final int PREFIXES = 500_000;
    private static final int QUESTIONS = 1 << 16;

    private List<IpAddress> questions;
    private Lookup<IpAddress, Network> table;
    private NavigableMap<IpAddress, Row> tree;
    private Reader reader;

    @Setup
    public void prepare() throws IOException {
        List<Row> rows = rows();
        Random random = new Random(2);
        questions = random.ints(QUESTIONS, 0, PREFIXES)
                .mapToObj(i -> rows.get(i).range.first().plus(random.nextInt(256)))
                .toList();
        Path file = Files.createTempFile("networks", ".tsv");
        writeTsv(rows, file, false);
        table = NetworkTable.read(file, problem -> {});
        Files.delete(file);
        tree = tree(rows);
        reader = reader(mmdb(rows));
    }

    @Benchmark
    @OperationsPerInvocation(QUESTIONS)
    public void networkTable(Blackhole answers) {
        for (IpAddress question : questions) {
            answers.consume(table.ask(question, Instant.EPOCH));
        }
    }

    @Benchmark
    @OperationsPerInvocation(QUESTIONS)
    public void treeMap(Blackhole answers) {
        for (IpAddress question : questions) {
            Map.Entry<IpAddress, Row> floor = tree.floorEntry(question);
            answers.consume(floor != null && floor.getValue().range.contains(question));
        }
    }

    @Benchmark
    @OperationsPerInvocation(QUESTIONS)
    public void maxMindReader(Blackhole answers) throws IOException {
        for (IpAddress question : questions) {
            answers.consume(reader.get(question.toInetAddress(), Map.class));
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2) {
            measure(arguments[0], Path.of(arguments[1]));
        } else if (arguments.length == 1) {
            Path directory = Path.of(arguments[0]);
            List<Row> rows = rows();
            writeTsv(rows, directory.resolve("networks.tsv"), false);
            writeTsv(rows, directory.resolve("networks.tsv.gz"), true);
            Files.write(directory.resolve("networks.mmdb"), mmdb(rows));
        } else {
            new Runner(new OptionsBuilder()
                            .include(NetworkTableBenchmark.class.getSimpleName())
                            .build())
                    .run();
        }
    }

    /** One load in this process, cold, and the heap that it leaves. */
    private static void measure(String way, Path file) throws Exception {
        Map<String, Callable<Object>> ways = Map.of(
                "table", () -> NetworkTable.read(file, problem -> System.err.println(problem)),
                "treemap", () -> tree(readTsv(file)),
                "reader", () -> reader(Files.readAllBytes(file)));
        Callable<Object> load = ways.get(way);
        if (load == null) {
            throw new IllegalArgumentException("'" + way + "' is none of " + ways.keySet());
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = System.nanoTime();
        Object[] loaded = {load.call()};
        double seconds = (System.nanoTime() - start) / 1e9;
        double busy = threads.getCurrentThreadCpuTime() / 1e9;
        long with = heap();
        loaded[0] = "";
        double megabytes = (with - heap()) / 1e6;
        System.out.printf(
                "%-8s %-16s %6.2f s, of which its thread ran %5.2f s %8.1f MB%n",
                way, file.getFileName(), seconds, busy, megabytes);
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static List<Row> rows() {
        Random random = new Random(1);
        List<Network> networks = IntStream.range(0, NETWORKS)
                .mapToObj(i -> new Network(1 + i, "NETWORK-" + i + " Example Internet Services", "DE"))
                .toList();
        return Stream.concat(
                        random.ints()
                                .mapToObj(i -> IpRange.prefix(IpAddress.ipv4(Integer.toUnsignedLong(i)), 24))
                                .distinct()
                                .limit(IPV4),
                        random.ints()
                                .mapToObj(i -> IpRange.prefix(
                                        new IpAddress(0x2000_0000_0000_0000L | (i & 0x1fff_ffffL) << 16, 0), 48))
                                .distinct()
                                .limit(PREFIXES - IPV4))
                .sorted(Comparator.comparing(IpRange::first))
                .map(range -> new Row(range, networks.get(random.nextInt(NETWORKS))))
                .toList();
    }

    private static void writeTsv(List<Row> rows, Path file, boolean isZipped) throws IOException {
        try (OutputStream plain = Files.newOutputStream(file);
                PrintStream lines = new PrintStream(
                        isZipped ? new GZIPOutputStream(plain) : plain, false, StandardCharsets.UTF_8)) {
            for (Row row : rows) {
                lines.printf(
                        "%s\t%s\t%d\t%s\t%s%n",
                        row.range.first(),
                        row.range.last(),
                        row.network.asn(),
                        row.network.country(),
                        row.network.name());
            }
        }
    }

    private static List<Row> readTsv(Path file) throws IOException {
        Map<Network, Network> networks = new HashMap<>();
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.split("\t", 5))
                    .map(columns -> new Row(
                            new IpRange(IpAddress.parse(columns[0]), IpAddress.parse(columns[1])),
                            networks.computeIfAbsent(
                                    new Network(Long.parseLong(columns[2]), columns[4], columns[3]), unseen -> unseen)))
                    .toList();
        }
    }

    private static NavigableMap<IpAddress, Row> tree(List<Row> rows) {
        NavigableMap<IpAddress, Row> tree = new TreeMap<>();
        rows.forEach(row -> tree.put(row.range.first(), row));
        return tree;
    }

    private static byte[] mmdb(List<Row> rows) {
        MmdbWriter writer = new MmdbWriter("GeoLite2-ASN", 6, 28);
        for (Row row : rows) {
            writer.add(
                    row.range.first(),
                    row.range.first().isIpv4() ? 24 : 48,
                    Map.of(
                            "autonomous_system_number",
                            row.network.asn(),
                            "autonomous_system_organization",
                            row.network.name()));
        }
        return writer.alias().toBytes();
    }

    private static Reader reader(byte[] mmdb) throws IOException {
        return new Reader(new ByteArrayInputStream(mmdb), new CHMCache());
    }

    record Row(IpRange range, Network network) {}
}
