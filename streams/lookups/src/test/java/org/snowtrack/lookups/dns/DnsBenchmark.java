package org.snowtrack.lookups.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.cache.Rate;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * How many lookups a second one way of asking makes of a server on loopback that knows all of 10.0.0.0/16 and its names,
 * without a memory in front. Started by {@code src/bench/dns.sh}: {@code DnsBenchmark WAY PORT SECONDS}. Every answer is
 * checked; a rate with failures says how many there were.
 */
final class DnsBenchmark {

    private static final int IN_FLIGHT = 1000;

    /** More sockets at once fail here: dnsjava's client holds one for each. */
    private static final int IN_FLIGHT_OF_DNSJAVA = 256;

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final IpAddress FIRST = IpAddress.parse("10.0.0.0");

    private final AtomicInteger next = new AtomicInteger();
    private final LongAdder good = new LongAdder();
    private final LongAdder bad = new LongAdder();
    private volatile boolean isOver;

    public static void main(String[] arguments) throws IOException, InterruptedException {
        InetSocketAddress server =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
        new DnsBenchmark().run(arguments[0], server, Integer.parseInt(arguments[2]));
    }

    private void run(String way, InetSocketAddress server, int seconds) throws IOException, InterruptedException {
        try (DnsClient client = new DnsClient(
                List.of(server),
                new DnsClient.Limits(
                        TIMEOUT, 3, 64, Duration.ofSeconds(15), IN_FLIGHT, Rate.UNBOUNDED, Rate.UNBOUNDED))) {
            SimpleResolver resolver = new SimpleResolver(server);
            resolver.setTimeout(TIMEOUT);
            DnsRecords records = new DnsRecords(client);
            switch (way) {
                case "names" ->
                    begin(IN_FLIGHT, address -> client.resolve(
                                    ReverseMap.fromAddress(address.toInetAddress()), Type.PTR, client.budget())
                            .thenApply(fresh -> fresh.answer() instanceof Answer.Found));
                case "confirmed" ->
                    begin(IN_FLIGHT, address -> records.ptr(address).thenApply(fresh -> fresh.answer().found().stream()
                            .flatMap(List::stream)
                            .anyMatch(name -> name.confirmation() == Confirmation.CONFIRMED)));
                case "dnsjava" ->
                    begin(IN_FLIGHT_OF_DNSJAVA, address -> resolver.sendAsync(query(address))
                            .handle((reply, broken) -> isGood(reply)));
                case "blocking" -> {
                    Thread thread = new Thread(() -> block(resolver), "blocking");
                    thread.setDaemon(true);
                    thread.start();
                }
                default -> throw new IllegalArgumentException(way);
            }
            measure(seconds);
        }
    }

    private void begin(int inFlight, Function<IpAddress, CompletionStage<Boolean>> way) {
        for (int i = 0; i < inFlight; i++) {
            ask(way);
        }
    }

    private void ask(Function<IpAddress, CompletionStage<Boolean>> way) {
        way.apply(address()).whenComplete((isGood, broken) -> {
            count(broken == null && isGood);
            if (!isOver) {
                ask(way);
            }
        });
    }

    private void block(SimpleResolver resolver) {
        while (!isOver) {
            try {
                count(isGood(resolver.send(query(address()))));
            } catch (IOException e) {
                count(false);
            }
        }
    }

    private IpAddress address() {
        return FIRST.plus(next.getAndIncrement() & 0xffff);
    }

    private static Message query(IpAddress address) {
        return Message.newQuery(Record.newRecord(ReverseMap.fromAddress(address.toInetAddress()), Type.PTR, DClass.IN));
    }

    private static boolean isGood(@Nullable Message reply) {
        return reply != null
                && reply.getRcode() == Rcode.NOERROR
                && !reply.getSection(Section.ANSWER).isEmpty();
    }

    private void count(boolean isGood) {
        (isGood ? good : bad).increment();
    }

    /** Warms up for as long as it measures. */
    private void measure(int seconds) throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(seconds).toMillis());
        long goodBefore = good.sum();
        long badBefore = bad.sum();
        long start = System.nanoTime();
        Thread.sleep(Duration.ofSeconds(seconds).toMillis());
        double rate = (good.sum() - goodBefore) * 1e9 / (System.nanoTime() - start);
        isOver = true;
        System.out.printf(Locale.ROOT, "%.0f %d%n", rate, bad.sum() - badBefore);
    }
}
