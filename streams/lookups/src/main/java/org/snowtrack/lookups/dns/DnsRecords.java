package org.snowtrack.lookups.dns;

import com.google.common.collect.Comparators;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.names.HostNames;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * What the records of the DNS mean. Each method is a {@link org.snowtrack.lookups.cache.Source}: it asks every time, never
 * throws, and its stage never completes exceptionally. Text that no DNS name can have has no records. Host names in
 * answers are validated and in lower case ({@link HostNames#normalize}); what is not one is left out. Equal
 * questions for A or AAAA records that are under way are one ({@link JoinedQuestions}). Lists are sorted,
 * without repetition, and end after {@value #MAX_VALUES} values. Safe for any thread.
 */
public final class DnsRecords {

    /** How many names of an address are kept: the first ones in their order. */
    public static final int MAX_PTR_NAMES = 16;

    private static final int MAX_VALUES = 64;

    private final DnsClient client;
    private final JoinedQuestions addresses;

    public DnsRecords(DnsClient client) {
        this.client = client;
        addresses = new JoinedQuestions(client);
    }

    /**
     * All names of an address, each with its forward confirmation: confirmed if its own addresses of that family contain
     * the address, refuted if they do not or there are none, unknown if nobody could tell.
     */
    public CompletionStage<Fresh<List<PtrName>>> ptr(IpAddress address) {
        Budget budget = client.budget();
        return client.resolve(ReverseMap.fromAddress(address.toInetAddress()), Type.PTR, budget)
                .thenApply(pointers ->
                        values(pointers, record -> host(((PTRRecord) record).getTarget()).stream(), MAX_PTR_NAMES))
                .thenCompose(names -> confirm(names, address, budget));
    }

    /** The A and AAAA records of a host name; those of one family, if only the other's could not be told. */
    public CompletionStage<Fresh<List<IpAddress>>> addresses(String host) {
        Budget budget = client.budget();
        return addresses(host, Type.A, budget, MAX_VALUES)
                .thenCombine(addresses(host, Type.AAAA, budget, MAX_VALUES), DnsRecords::together);
    }

    /** The MX hosts of a domain; a null MX (RFC 7505) is none. */
    public CompletionStage<Fresh<List<String>>> mailExchangers(String domain) {
        return resolve(
                domain, Type.MX, client.budget(), MAX_VALUES, record -> host(((MXRecord) record).getTarget()).stream());
    }

    /** The name servers of a domain. */
    public CompletionStage<Fresh<List<String>>> nameServers(String domain) {
        return resolve(
                domain, Type.NS, client.budget(), MAX_VALUES, record -> host(((NSRecord) record).getTarget()).stream());
    }

    /** The TXT records of a name, each as one text, read as UTF-8. */
    public CompletionStage<Fresh<List<String>>> texts(String name) {
        return resolve(name, Type.TXT, client.budget(), MAX_VALUES, record -> Stream.of(text((TXTRecord) record)));
    }

    private CompletableFuture<Fresh<List<PtrName>>> confirm(
            Fresh<List<String>> names, IpAddress address, Budget budget) {
        CompletableFuture<Fresh<List<PtrName>>> confirmed =
                CompletableFuture.completedFuture(map(names, list -> List.of()));
        for (String name : names.answer().found().orElse(List.of())) {
            confirmed = confirmed.thenCombine(confirm(name, address, budget), DnsRecords::plus);
        }
        return confirmed;
    }

    private CompletableFuture<Fresh<PtrName>> confirm(String name, IpAddress address, Budget budget) {
        // All of them: one name for every address of a network is what snowshoe spammers have.
        int type = address.isIpv4() ? Type.A : Type.AAAA;
        return addresses(name, type, budget, Integer.MAX_VALUE).thenApply(addresses -> {
            if (addresses.answer() instanceof Answer.Failed) {
                return Fresh.partlyFound(new PtrName(name, Confirmation.UNKNOWN));
            }
            boolean contained = addresses.answer().found().orElse(List.of()).contains(address);
            return Fresh.found(
                    new PtrName(name, contained ? Confirmation.CONFIRMED : Confirmation.REFUTED), addresses.lifetime());
        });
    }

    private CompletableFuture<Fresh<List<IpAddress>>> addresses(String host, int type, Budget budget, int most) {
        return resolve(
                host,
                type,
                budget,
                most,
                record -> Stream.of(IpAddress.of(
                        record instanceof ARecord a ? a.getAddress() : ((AAAARecord) record).getAddress())));
    }

    private <A extends Comparable<? super A>> CompletableFuture<Fresh<List<A>>> resolve(
            String name, int type, Budget budget, int most, Function<Record, Stream<A>> reader) {
        Name absolute;
        try {
            absolute = Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            return CompletableFuture.completedFuture(Fresh.noRecord(Duration.ZERO));
        }
        // Others are asked for by one kind of lookup only, whose memory joins them.
        CompletableFuture<Fresh<List<Record>>> asked = type == Type.A || type == Type.AAAA
                ? addresses.resolve(absolute, type, budget)
                : client.resolve(absolute, type, budget);
        return asked.thenApply(records -> values(records, reader, most));
    }

    private static <A extends Comparable<? super A>> Fresh<List<A>> values(
            Fresh<List<Record>> records, Function<Record, Stream<A>> reader, int most) {
        Fresh<List<A>> values = map(records, list -> list.stream()
                .flatMap(reader)
                .distinct()
                .sorted()
                .limit(most)
                .toList());
        return values.answer().found().filter(List::isEmpty).isPresent() ? Fresh.noRecord(records.lifetime()) : values;
    }

    private static <A, B> Fresh<B> map(Fresh<A> fresh, Function<A, B> mapping) {
        if (fresh.answer() instanceof Answer.Failed<A> failed) {
            return Fresh.failed(failed.failure());
        }
        return fresh.answer()
                .found()
                .map(value -> Fresh.found(mapping.apply(value), fresh.lifetime()))
                .orElseGet(() -> Fresh.noRecord(fresh.lifetime()));
    }

    private static <A> Fresh<List<A>> plus(Fresh<List<A>> list, Fresh<A> value) {
        return new Fresh<>(
                new Answer.Found<>(
                        Stream.concat(list.answer().found().orElse(List.of()).stream(), value.answer().found().stream())
                                .toList()),
                Comparators.min(list.lifetime(), value.lifetime()),
                list.whole() && value.whole());
    }

    private static Fresh<List<IpAddress>> together(Fresh<List<IpAddress>> one, Fresh<List<IpAddress>> other) {
        List<IpAddress> all = Stream.of(one, other)
                .flatMap(family -> family.answer().found().orElse(List.of()).stream())
                .sorted()
                .toList();
        Optional<Failure> failure = Stream.of(one, other)
                .filter(family -> family.answer() instanceof Answer.Failed)
                .map(family -> ((Answer.Failed<?>) family.answer()).failure())
                .findFirst();
        if (failure.isPresent()) {
            return all.isEmpty() ? Fresh.failed(failure.get()) : Fresh.partlyFound(all);
        }
        Duration lifetime = Comparators.min(one.lifetime(), other.lifetime());
        return all.isEmpty() ? Fresh.noRecord(lifetime) : Fresh.found(all, lifetime);
    }

    private static Optional<String> host(Name name) {
        return HostNames.normalize(name.toString());
    }

    private static String text(TXTRecord record) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (Object string : record.getStringsAsByteArrays()) {
            text.writeBytes((byte[]) string);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
