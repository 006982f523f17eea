package org.snowtrack.topologies;

import java.util.List;

/** Mail services that everybody meets, for {@link TopologyConfig#KNOWN_SENDERS}. */
final class KnownSenders {

    /** Registrable domains under which the services name the hosts they send from, by the services' own pages. */
    static final List<String> DEFAULT = List.of(
            "amazonses.com",
            "apple.com",
            "ccsend.com",
            "createsend.com",
            "exacttarget.com",
            "gmx.net",
            "google.com",
            "hubspotemail.net",
            "klaviyomail.com",
            "mailchimpapp.net",
            "mailgun.net",
            "mailjet.com",
            "mcdlv.net",
            "mcsv.net",
            "messagingengine.com",
            "mtasv.net",
            "outlook.com",
            "pphosted.com",
            "rsgsv.net",
            "sender-sib.com",
            "sendgrid.net",
            "sparkpostmail.com",
            "yahoo.com",
            "zoho.com");

    private KnownSenders() {}
}
