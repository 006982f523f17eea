package org.snowtrack.topologies.lines;

import org.snowtrack.schemas.MailRejection;

/** Takes what a line tells. */
public interface LineFacts {

    /** A client, or recipients of its, were refused, or a client has left. Reporter and origin are still empty. */
    void rejection(MailRejection rejection);

    /** The line looks like a refusal or the end of a session but cannot be read. */
    void unreadable();

    /**
     * A line refuses a client whose address stood on another line, which is missing.
     *
     * @param offset of that line, or of an earlier one
     */
    void unattributed(long offset);
}
