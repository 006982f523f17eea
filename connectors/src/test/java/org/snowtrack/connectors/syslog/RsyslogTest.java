package org.snowtrack.connectors.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real rsyslogd as the sender; skipped where it is not installed. */
@Timeout(60)
class RsyslogTest {

    private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");
    private static final Path TLS = Path.of("/usr/share/doc/rsyslog-gnutls");

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "udp RSYSLOG_TraditionalForwardFormat traditional",
                "tcp RSYSLOG_TraditionalForwardFormat traditional",
                "tcp RSYSLOG_ForwardFormat octet-counted",
                "tcp RSYSLOG_SyslogProtocol23Format octet-counted",
                "tls RSYSLOG_SyslogProtocol23Format octet-counted"
            })
    void shouldReceiveEveryMessageThatRsyslogRelays(String shape) throws Exception {
        String[] words = shape.split(" ", -1);
        boolean isTls = words[0].equals("tls");
        assumeTrue(Files.isExecutable(RSYSLOGD), "rsyslogd is not installed: nothing was tested against it.");
        assumeTrue(!isTls || Files.exists(TLS), "rsyslog-gnutls is not installed: TLS was not tested against it.");

        // Given
        Path portFile = temp.resolve("port");
        Certificates certificates = isTls ? Certificates.make(temp, "host", "RSA") : null;
        TlsServer tls = certificates == null ? null : TlsServer.ofPem(certificates.certificate(), certificates.key());
        int count = 500;
        try (Received received = Received.at(temp.resolve("spool"), Received.endpoint(words[0], tls))) {
            String certificate =
                    certificates == null ? "" : certificates.certificate().toString();
            Process rsyslog = start(configuration(
                    portFile, words, certificate, received.address().getPort()));
            try {
                // When
                List<String> lines = IntStream.range(0, count)
                        .mapToObj(i -> "<22>Nov 25 11:59:30 mx1 postfix/smtpd[" + i + "]: NOQUEUE: reject: RCPT from "
                                + "unknown[192.0.2." + i % 4 + "]: 550 5.1.1 <bob@example.org>: Recipient address "
                                + "rejected: User unknown; from=<a@b.example> to=<bob@example.org> proto=ESMTP "
                                + "helo=<ä.example>")
                        .toList();
                relay(lines, portFile);
                List<String> messages = received.messagesWhen(counts -> counts.messages() >= count);

                // Then
                assertThat(messages).hasSize(count);
                assertThat(IntStream.range(0, count).filter(i -> messages.get(i).endsWith(behindHeader(lines.get(i)))))
                        .hasSize(count);
                assertThat(SenderShapesTest.rejections(received.spool))
                        .hasSize(4)
                        .allSatisfy(rejection ->
                                assertThat(rejection.getRejectedRecipients()).isEqualTo(count / 4));
            } finally {
                rsyslog.destroy();
                rsyslog.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    private static void relay(List<String> lines, Path portFile) throws Exception {
        while (!Files.exists(portFile) || Files.size(portFile) == 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        int port = Integer.parseInt(Files.readString(portFile).strip());
        try (Socket socket = connect(port)) {
            Received.send(socket, String.join("\n", lines) + "\n");
        }
    }

    /** rsyslogd writes the port down when it is bound, a moment before it listens. */
    private static Socket connect(int port) throws Exception {
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (ConnectException e) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    private static String behindHeader(String line) {
        return line.substring(line.indexOf("NOQUEUE"));
    }

    private Path configuration(Path portFile, String[] words, String certificate, int port) throws IOException {
        String tls = words[0].equals("tls")
                ? " StreamDriver=\"gtls\" StreamDriverMode=\"1\" StreamDriverAuthMode=\"x509/certvalid\""
                : "";
        return Files.writeString(temp.resolve("rsyslog.conf"), """
                global(workDirectory="%s" DefaultNetstreamDriverCAFile="%s" net.enableDNS="off"
                  parser.escapeControlCharactersOnReceive="off" parser.permitSlashInProgramName="on")
                module(load="imtcp")
                input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="%s")
                action(type="omfwd" target="127.0.0.1" port="%d" protocol="%s" template="%s" TCP_Framing="%s"%s)
                """.formatted(
                temp, certificate, portFile, port, words[0].equals("udp") ? "udp" : "tcp", words[1], words[2], tls));
    }

    private Process start(Path configuration) throws IOException {
        return new ProcessBuilder(
                        RSYSLOGD.toString(),
                        "-n",
                        "-f",
                        configuration.toString(),
                        "-i",
                        temp.resolve("rsyslog.pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("rsyslog.out").toFile())
                .start();
    }
}
