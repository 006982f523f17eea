package org.snowtrack.lookups.dns;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.WireParseException;

/** What became of a question, by the reply or its lack. */
final class Replies {

    private Replies() {}

    /** Whether the server does not know EDNS, which the question had ({@link #read}). */
    static boolean lackEdns(Answer<Message> answer) {
        return answer instanceof Answer.Found<Message> reply && reply.value().getRcode() == Rcode.FORMERR;
    }

    static boolean isTruncated(Answer<Message> answer) {
        return answer instanceof Answer.Found<Message> reply
                && reply.value().getHeader().getFlag(Flags.TC);
    }

    /**
     * A reply that answers the question, or would have it without EDNS: FORMERR without an OPT record comes from servers that do
     * not know these (RFC 6891, section 7).
     *
     * @param hadEdns whether the question can be asked without, if need be
     */
    static Answer<Message> read(@Nullable Message reply, @Nullable Throwable broken, boolean hadEdns) {
        if (reply == null) {
            return new Answer.Failed<>(broken == null ? Failure.MALFORMED : failure(broken));
        }
        if (!reply.getHeader().getFlag(Flags.QR)) {
            return new Answer.Failed<>(Failure.MALFORMED);
        }
        return switch (reply.getRcode()) {
            case Rcode.NOERROR, Rcode.NXDOMAIN -> new Answer.Found<>(reply);
            case Rcode.REFUSED -> new Answer.Failed<>(Failure.REFUSED);
            case Rcode.FORMERR ->
                hadEdns && reply.getOPT() == null ? new Answer.Found<>(reply) : new Answer.Failed<>(Failure.MALFORMED);
            default -> new Answer.Failed<>(Failure.SERVER_FAILURE);
        };
    }

    static Failure failure(Throwable broken) {
        Throwable cause =
                broken instanceof CompletionException && broken.getCause() != null ? broken.getCause() : broken;
        if (cause instanceof SocketTimeoutException) {
            return Failure.TIMED_OUT;
        }
        if (cause instanceof RejectedExecutionException) {
            return Failure.REFUSED;
        }
        // Whatever else the parser throws, it is the message's fault; an error is nobody's.
        return cause instanceof Error || (cause instanceof IOException && !(cause instanceof WireParseException))
                ? Failure.SERVER_FAILURE
                : Failure.MALFORMED;
    }
}
