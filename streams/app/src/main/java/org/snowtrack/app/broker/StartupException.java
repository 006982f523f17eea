package org.snowtrack.app.broker;

import org.jspecify.annotations.Nullable;

/** Snowtrack cannot start. The message is one sentence for people and names the way out. */
public final class StartupException extends RuntimeException {

    public StartupException(String sentence) {
        super(sentence);
    }

    public StartupException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}
