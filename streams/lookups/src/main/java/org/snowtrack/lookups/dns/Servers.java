package org.snowtrack.lookups.dns;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whose turn it is: questions go round the servers that are well. Safe for any thread. */
final class Servers {

    private final List<Server> servers;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param servers at least one */
    Servers(List<Server> servers) {
        this.servers = List.copyOf(servers);
    }

    /**
     * The next one that is well; where none is, the one whose rest ends first.
     *
     * @param tried those that come into question only when there is no other
     */
    Server next(Collection<Server> tried) {
        long now = System.nanoTime();
        int first = turn.getAndIncrement();
        Server usual = at(first);
        if (!tried.contains(usual) && usual.health().admits(now)) {
            return usual;
        }
        return next(inTurn(first).filter(server -> !tried.contains(server)).toList(), now)
                .or(() -> next(inTurn(first).toList(), now))
                .orElseThrow();
    }

    private static Optional<Server> next(List<Server> untried, long now) {
        return untried.stream()
                .filter(server -> server.health().admits(now))
                .findFirst()
                .or(() -> untried.stream()
                        .min(Comparator.comparingLong(server -> server.health().restEnds(now) - now)));
    }

    /** Whether any is well. */
    boolean isAnyWell() {
        return servers.stream().anyMatch(server -> server.health().isWell());
    }

    private Stream<Server> inTurn(int first) {
        return IntStream.range(0, servers.size()).mapToObj(i -> at(first + i));
    }

    private Server at(int place) {
        return servers.get(Math.floorMod(place, servers.size()));
    }

    int size() {
        return servers.size();
    }

    Stream<Server> stream() {
        return servers.stream();
    }

    @Override
    public String toString() {
        return stream().map(Server::toString).collect(Collectors.joining(", "));
    }
}
