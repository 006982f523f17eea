package org.snowtrack.lookups.dns;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/**
 * Equal questions of different lookups share one request while it is under way: many addresses have the same name. It costs
 * the lookup that came first. The others wait for as long as they have time themselves; and where the first had nothing left
 * before there was an answer, they ask on their own. Safe for any thread.
 */
final class JoinedQuestions {

    /** Longer than any lookup has time. */
    private static final Duration ALL = Duration.ofDays(1);

    private record Question(Name name, int type) {}

    private record Request(Budget payer, CompletableFuture<Fresh<List<Record>>> answer) {}

    private final DnsClient client;
    private final Map<Question, Request> underWay = new ConcurrentHashMap<>();

    JoinedQuestions(DnsClient client) {
        this.client = client;
    }

    /**
     * As {@link DnsClient#resolve}.
     *
     * @param budget pays, unless another pays for the same question
     */
    CompletableFuture<Fresh<List<Record>>> resolve(Name name, int type, Budget budget) {
        Question question = new Question(name, type);
        Request ours = new Request(budget, new CompletableFuture<>());
        Request others = underWay.putIfAbsent(question, ours);
        if (others != null) {
            return joined(others, name, type, budget);
        }
        return client.resolve(name, type, budget).thenApply(answer -> {
            underWay.remove(question);
            ours.answer().complete(answer);
            return answer;
        });
    }

    private CompletableFuture<Fresh<List<Record>>> joined(Request request, Name name, int type, Budget budget) {
        return request.answer()
                .copy()
                .completeOnTimeout(
                        Fresh.failed(Failure.TIMED_OUT), budget.within(ALL).toNanos(), TimeUnit.NANOSECONDS)
                .thenCompose(answer -> answer.answer() instanceof Answer.Failed
                                && request.payer().isOver()
                                && !budget.isOver()
                        ? resolve(name, type, budget)
                        : CompletableFuture.completedFuture(answer));
    }
}
