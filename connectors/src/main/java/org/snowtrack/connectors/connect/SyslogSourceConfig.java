package org.snowtrack.connectors.connect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.syslog.Spool;
import org.snowtrack.connectors.syslog.SyslogEndpoint;
import org.snowtrack.connectors.syslog.TlsServer;
import org.snowtrack.schemas.ip.IpRange;

/** Where syslog is received, from whom, and where it is written down. */
final class SyslogSourceConfig extends SourceConfig {

    static final String LISTEN = "listen";
    static final String SENDERS = "senders";
    static final String SPOOL = "spool.directory";
    static final String SPOOL_BYTES = "spool.bytes";
    static final String CERTIFICATE = "tls.certificate";
    static final String KEY = "tls.key";
    static final String KEYSTORE = "tls.keystore";
    static final String KEYSTORE_PASSWORD = "tls.keystore.password";
    static final String AUTHORITIES = "tls.sender.authorities";

    static final ConfigDef CONFIG = common().define(
                    LISTEN,
                    ConfigDef.Type.LIST,
                    ConfigDef.NO_DEFAULT_VALUE,
                    ConfigDef.ValidList.anyNonDuplicateValues(false, false),
                    Importance.HIGH,
                    "Where to listen: udp://ADDRESS:PORT, tcp://ADDRESS:PORT or tls://ADDRESS:PORT, separated by commas.")
            .define(
                    SPOOL,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    new ConfigDef.NonEmptyString(),
                    Importance.HIGH,
                    "A directory of this connector's own, for what was received and is not published yet.")
            .define(
                    SPOOL_BYTES,
                    ConfigDef.Type.LONG,
                    Spool.DEFAULT_BYTES,
                    ConfigDef.Range.atLeast(Spool.LEAST_BYTES),
                    Importance.LOW,
                    "How much of the disk it may take. When it is full, datagrams are dropped and streams wait.")
            .define(
                    SENDERS,
                    ConfigDef.Type.LIST,
                    List.of(),
                    Importance.MEDIUM,
                    "Addresses, prefixes or ranges from which syslog may come; anyone by default.")
            .define(
                    CERTIFICATE,
                    ConfigDef.Type.STRING,
                    "",
                    Importance.MEDIUM,
                    "For tls://: a PEM file with the host's certificate, then those that lead to its authority.")
            .define(
                    KEY,
                    ConfigDef.Type.STRING,
                    "",
                    Importance.MEDIUM,
                    "A PEM file with the certificate's unencrypted key.")
            .define(
                    KEYSTORE,
                    ConfigDef.Type.STRING,
                    "",
                    Importance.MEDIUM,
                    "A PKCS #12 file with certificate and key, instead of " + CERTIFICATE + " and " + KEY + ".")
            .define(
                    KEYSTORE_PASSWORD,
                    ConfigDef.Type.PASSWORD,
                    "",
                    Importance.MEDIUM,
                    "The password of " + KEYSTORE + ".")
            .define(
                    AUTHORITIES,
                    ConfigDef.Type.STRING,
                    "",
                    Importance.MEDIUM,
                    "A PEM file of authorities; over TLS, only senders with a certificate of theirs may come.");

    SyslogSourceConfig(Map<String, String> settings) {
        super(CONFIG, settings);
    }

    /**
     * The endpoints, certificates and all.
     *
     * @throws IllegalArgumentException with a sentence if one is none
     * @throws IOException with a sentence if a certificate cannot be used
     */
    SyslogEndpoint[] endpoints() throws IOException {
        TlsServer tls = tls();
        List<IpRange> senders = getList(SENDERS).stream().map(IpRange::parse).toList();
        List<SyslogEndpoint> endpoints = new ArrayList<>();
        for (String text : getList(LISTEN)) {
            endpoints.add(SyslogEndpoint.parse(text, tls, senders));
        }
        return endpoints.toArray(new SyslogEndpoint[0]);
    }

    private @Nullable TlsServer tls() throws IOException {
        TlsServer tls;
        if (!getString(KEYSTORE).isEmpty()) {
            Password password = getPassword(KEYSTORE_PASSWORD);
            tls = TlsServer.ofPkcs12(
                    Path.of(getString(KEYSTORE)), password.value().toCharArray());
        } else if (!getString(CERTIFICATE).isEmpty() && !getString(KEY).isEmpty()) {
            tls = TlsServer.ofPem(Path.of(getString(CERTIFICATE)), Path.of(getString(KEY)));
        } else {
            return null;
        }
        String authorities = getString(AUTHORITIES);
        return authorities.isEmpty() ? tls : tls.forSendersOf(Path.of(authorities));
    }

    Path spool() {
        return Path.of(getString(SPOOL));
    }

    long spoolBytes() {
        return getLong(SPOOL_BYTES);
    }
}
