package org.snowtrack.lookups.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Rate;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What a zone, or a server, that wants to do harm can do. */
class HostileZoneTest {

    private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.4");
    private static final int MESSAGES = DnsClient.Limits.DEFAULT.messages();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** Ways of not answering a question: forged, about something else, or no message at all. */
    enum Stray {
        OTHER_ID,
        OTHER_NAME,
        OTHER_TYPE,
        A_QUERY,
        NO_QUESTION,
        HALF_A_HEADER,
        NOTHING;

        byte[] to(Message query) throws IOException {
            Message reply = answer(query, "A 192.0.2.66");
            byte[] wire = reply.toWire();
            switch (this) {
                case OTHER_ID -> wire[1] ^= 1;
                case OTHER_NAME -> wire[13] ^= 1;
                case OTHER_TYPE -> wire[12 + query.getQuestion().getName().length() + 1] ^= 1;
                case A_QUERY -> wire[2] &= 0x7f;
                case NO_QUESTION -> wire[5] = 0;
                case HALF_A_HEADER -> wire = new byte[] {wire[0], wire[1], wire[2], wire[3], 0, 1};
                case NOTHING -> wire = new byte[0];
            }
            return wire;
        }
    }

    @Test
    void shouldWaitForTheAnswerWhenForgedOnesComeFirst() throws IOException {
        // Given
        HostileDnsServer server = open(HostileDnsServer.byUdp(query -> {
            List<byte[]> replies = new ArrayList<>();
            for (Stray stray : Stray.values()) {
                replies.add(stray.to(query));
            }
            replies.add(answer(query, "A 192.0.2.4").toWire());
            return replies;
        }));
        DnsClient client = client(server, Duration.ofSeconds(10));

        // When
        Fresh<List<IpAddress>> answer = join(new DnsRecords(client).addresses("mx.example.net"));

        // Then: the AAAA question has an A record for an answer
        assertThat(answer.answer().found()).contains(List.of(ADDRESS));
        assertThat(server.datagrams()).isEqualTo(2);
        assertThat(client.strays()).isEqualTo(2L * (Stray.values().length - 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTimeOutWhenNobodyButAStrangerAnswers(boolean isElsewhere) throws IOException {
        // Given
        HostileDnsServer server = open(new HostileDnsServer(
                query -> List.of(isElsewhere ? answer(query, "A 192.0.2.66").toWire() : Stray.OTHER_ID.to(query)),
                (query, out) -> {},
                isElsewhere));

        // When
        Fresh<?> answer = resolve(server, Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.TIMED_OUT));
        assertThat(server.datagrams()).isEqualTo(3);
    }

    @Test
    void shouldNotTakeGarbageForAnAnswer() throws IOException {
        // Given: the question is right, what follows is an owner name that points to itself
        HostileDnsServer server = open(HostileDnsServer.byUdp(query -> {
            byte[] question = TestDnsServer.reply(query, Rcode.NOERROR).toWire();
            question[7] = 1;
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            wire.writeBytes(question);
            wire.writeBytes(new byte[] {(byte) 0xc0, (byte) question.length, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0});
            return List.of(wire.toByteArray());
        }));

        // When
        Fresh<?> answer = resolve(server, Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
        assertThat(server.datagrams()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"A 192.0.2.4,other.example.", "DNAME elsewhere.example.,net.", "CNAME mx.example.net.,other.example."})
    void shouldNotTakeAnAnswerToAnotherQuestionForAbsence(String record, String owner) throws IOException {
        // Given
        HostileDnsServer server = open(HostileDnsServer.byUdp(query -> {
            Message reply = TestDnsServer.reply(query, Rcode.NOERROR);
            TestDnsServer.parse(owner + " " + record).forEach(each -> reply.addRecord(each, Section.ANSWER));
            return List.of(reply.toWire());
        }));

        // When
        Fresh<?> answer = resolve(server, Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
    }

    @Test
    void shouldStopAfterNineQuestionsWhenADnameLeadsEverDeeper() throws IOException {
        // Given
        AtomicInteger depth = new AtomicInteger();
        HostileDnsServer server = open(HostileDnsServer.byUdp(query -> {
            Message reply = TestDnsServer.reply(query, Rcode.NOERROR);
            Name at = query.getQuestion().getName();
            String next = "d" + depth.incrementAndGet() + ".example.";
            TestDnsServer.parse(new Name(at, 1) + " DNAME " + next, at + " CNAME mx." + next)
                    .forEach(record -> reply.addRecord(record, Section.ANSWER));
            return List.of(reply.toWire());
        }));

        // When
        Fresh<?> answer = resolve(server, Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.MALFORMED));
        assertThat(server.datagrams()).isEqualTo(1 + DnsClient.MAX_ALIASES);
    }

    /** What stands behind a truncated answer. */
    enum Tcp {
        HANGS_UP(Failure.SERVER_FAILURE),
        STOPS_HALFWAY(Failure.SERVER_FAILURE),
        DRIPS(Failure.TIMED_OUT),
        IS_EMPTY(Failure.MALFORMED),
        IS_ZEROS(Failure.MALFORMED),
        IS_TRUNCATED_TOO(Failure.SERVER_FAILURE);

        private final Failure failure;

        Tcp(Failure failure) {
            this.failure = failure;
        }

        void to(Message query, OutputStream out) throws IOException, InterruptedException {
            switch (this) {
                case HANGS_UP -> {}
                case STOPS_HALFWAY -> out.write(new byte[] {1, 0, 7, 7});
                case DRIPS -> {
                    out.write(new byte[] {(byte) 0xff, (byte) 0xff});
                    while (true) {
                        out.write(0);
                        Thread.sleep(10);
                    }
                }
                case IS_EMPTY -> out.write(new byte[2]);
                case IS_ZEROS -> {
                    out.write(new byte[] {1, 0});
                    out.write(new byte[0x100]);
                }
                case IS_TRUNCATED_TOO -> frame(truncated(query), out);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldFailInTimeWhenWhatWasTruncatedCannotBeHadByTcp(Tcp behaviour) throws IOException {
        // Given
        HostileDnsServer server =
                open(new HostileDnsServer(query -> List.of(truncated(query).toWire()), behaviour::to, false));

        // When
        Fresh<?> answer = resolve(server, Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(behaviour.failure));
        assertThat(server.connections()).isBetween(1, DnsClient.MAX_CONNECTIONS);
    }

    @Test
    void shouldFailWhenWhatWasTruncatedIsRefusedByTcp() throws IOException {
        // Given
        HostileDnsServer server =
                open(HostileDnsServer.byUdp(query -> List.of(truncated(query).toWire())));

        // When
        Fresh<?> answer = resolve(server, Type.A);

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.SERVER_FAILURE));
    }

    @Test
    void shouldKeepSixteenNamesWhenAnAnswerFillsSixtyFourKilobytes() throws IOException {
        // Given
        HostileDnsServer server = open(new HostileDnsServer(
                query -> List.of(truncated(query).toWire()),
                (query, out) -> frame(
                        answer(
                                query,
                                IntStream.range(0, 1_900)
                                        .mapToObj(i -> "PTR h%04d.%s.example.".formatted(i, "x".repeat(1 + i % 20)))
                                        .toArray(String[]::new)),
                        out),
                false));
        DnsClient client = client(server, Duration.ofSeconds(10));

        // When
        Fresh<List<PtrName>> answer = join(new DnsRecords(client).ptr(ADDRESS));

        // Then
        assertThat(answer.answer().found().orElseThrow())
                .hasSize(DnsRecords.MAX_PTR_NAMES)
                .extracting(PtrName::confirmation)
                .containsOnly(Confirmation.UNKNOWN);
        assertThat(server.connections()).isEqualTo(DnsClient.MAX_CONNECTIONS);
        assertThat(server.datagrams() + server.connections()).isLessThanOrEqualTo(MESSAGES);
    }

    @Test
    void shouldSendNoMoreThanItsMessagesWhenEveryNameIsAnEndlessAlias() throws IOException {
        // Given
        AtomicInteger next = new AtomicInteger();
        HostileDnsServer server = open(
                HostileDnsServer.byUdp(query -> List.of((query.getQuestion().getType() == Type.PTR
                                ? answer(
                                        query,
                                        "PTR a.example.",
                                        "PTR b.example.",
                                        "PTR c.example.",
                                        "PTR d.example.",
                                        "PTR e.example.",
                                        "PTR f.example.",
                                        "PTR g.example.",
                                        "PTR h.example.",
                                        "PTR i.example.")
                                : answer(query, "CNAME n" + next.incrementAndGet() + ".example."))
                        .toWire())));
        DnsClient client = client(server, Duration.ofSeconds(10));

        // When
        Fresh<List<PtrName>> answer = join(new DnsRecords(client).ptr(ADDRESS));

        // Then
        assertThat(answer.answer().found().orElseThrow()).hasSize(9);
        assertThat(server.datagrams()).isEqualTo(MESSAGES);
    }

    @Test
    void shouldLetNothingButHostNamesThroughWhenLabelsHoldAnything() throws IOException {
        // Given
        List<String> names = List.of(
                "<script>alert\\(1\\)</script>.example.",
                "$\\(reboot\\).example.",
                "a\\059rm.example.",
                "\\000.example.",
                "\\027[31m.example.",
                "line\\010feed.example.",
                "quote\\\".example.",
                "\\255\\254.example.",
                "mx.example.net.");
        HostileDnsServer server = open(HostileDnsServer.byUdp(query -> List.of((query.getQuestion()
                                        .getType()
                                == Type.PTR
                        ? answer(query, names.stream().map("PTR "::concat).toArray(String[]::new))
                        : answer(query, "A 192.0.2.4"))
                .toWire())));
        DnsClient client = client(server, Duration.ofSeconds(10));

        // When
        Fresh<List<PtrName>> answer = join(new DnsRecords(client).ptr(ADDRESS));

        // Then
        assertThat(answer.answer())
                .isEqualTo(new Answer.Found<>(List.of(new PtrName("mx.example.net", Confirmation.CONFIRMED))));
    }

    private Fresh<?> resolve(HostileDnsServer server, int type) {
        DnsClient client = client(server, Duration.ofMillis(300));
        return client.resolve(Name.fromConstantString("mx.example.net."), type, client.budget())
                .join();
    }

    private DnsClient client(HostileDnsServer server, Duration timeout) {
        return open(new DnsClient(
                List.of(server.address()),
                new DnsClient.Limits(
                        timeout, 3, MESSAGES, Duration.ofMinutes(1), 256, Rate.UNBOUNDED, Rate.UNBOUNDED)));
    }

    private <T extends AutoCloseable> T open(T each) {
        opened.add(each);
        return each;
    }

    /** Records of the name that is asked for. */
    private static Message answer(Message query, String... records) {
        Message reply = TestDnsServer.reply(query, Rcode.NOERROR);
        TestDnsServer.parse(Stream.of(records)
                        .map(record -> query.getQuestion().getName() + " " + record)
                        .toArray(String[]::new))
                .forEach(record -> reply.addRecord(record, Section.ANSWER));
        return reply;
    }

    private static Message truncated(Message query) {
        Message reply = TestDnsServer.reply(query, Rcode.NOERROR);
        reply.getHeader().setFlag(Flags.TC);
        return reply;
    }

    private static void frame(Message reply, OutputStream out) throws IOException {
        byte[] wire = reply.toWire(Message.MAXLENGTH);
        out.write(new byte[] {(byte) (wire.length >>> 8), (byte) wire.length});
        out.write(wire);
    }

    private static <A> Fresh<A> join(CompletionStage<Fresh<A>> stage) {
        return stage.toCompletableFuture().join();
    }
}
