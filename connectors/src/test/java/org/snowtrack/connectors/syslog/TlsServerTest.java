package org.snowtrack.connectors.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsServerTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path files;

    @SuppressWarnings("NullAway.Init")
    private static Certificates rsa;

    @SuppressWarnings("NullAway.Init")
    private static Certificates ec;

    @TempDir
    private Path temp;

    @BeforeAll
    static void make() throws Exception {
        rsa = Certificates.make(files, "rsa", "RSA");
        ec = Certificates.make(files, "ec", "EC");
    }

    @Test
    void shouldReceiveOverTlsWithAKeyInPem() throws Exception {
        for (Certificates certificates : List.of(rsa, ec)) {
            // Given
            TlsServer tls = TlsServer.ofPem(certificates.certificate(), certificates.key());

            // Then
            assertThat(received(tls, Certificates.sender(certificates, ec))).containsExactly("<22>a b", "<22>c");
        }
    }

    @Test
    void shouldReceiveOverTlsWithAPkcs12File() throws Exception {
        // Given
        TlsServer tls = TlsServer.ofPkcs12(ec.pkcs12(), Certificates.PASSWORD);

        // Then
        assertThat(received(tls, Certificates.sender(ec, rsa))).containsExactly("<22>a b", "<22>c");
    }

    @Test
    void shouldReceiveOnlyFromSendersWhoseCertificateItTrusts() throws Exception {
        // Given
        TlsServer tls = TlsServer.ofPem(ec.certificate(), ec.key()).forSendersOf(rsa.certificate());

        // Then
        assertThat(received(tls, Certificates.sender(ec, rsa))).containsExactly("<22>a b", "<22>c");
        try (Received received = Received.at(temp.resolve("other"), Received.endpoint("tls", tls))) {
            try (Socket socket = Certificates.sender(ec, ec).getSocketFactory().createSocket()) {
                socket.connect(received.address());
                Received.send(socket, "<22>a\n");
                received.await(counts -> counts.refused() == 1);
            } catch (IOException e) {
                received.await(counts -> counts.refused() == 1);
            }
            assertThat(received.receiver.counts().messages()).isZero();
        }
    }

    @Test
    void shouldRefuseWhoSpeaksNoTlsAndServeTheNext() throws Exception {
        TlsServer tls = TlsServer.ofPem(ec.certificate(), ec.key());
        try (Received received = Received.at(temp, Received.endpoint("tls", tls))) {
            // When
            received.sendStream("<22>plain\n".repeat(10));
            received.await(counts -> counts.refused() == 1);
            try (Socket socket = Certificates.sender(ec, ec).getSocketFactory().createSocket()) {
                socket.connect(received.address());
                Received.send(socket, "<22>a\n");

                // Then
                assertThat(received.messagesWhen(counts -> counts.messages() == 1))
                        .containsExactly("<22>a");
            }
            assertThat(received.notices).singleElement().asString().startsWith("TLS with 127.0.0.1 at tls://");
        }
    }

    private List<String> received(TlsServer tls, SSLContext sender) throws Exception {
        Path directory = Files.createTempDirectory(temp, "spool");
        try (Received received = Received.at(directory, Received.endpoint("tls", tls));
                Socket socket = sender.getSocketFactory().createSocket()) {
            socket.connect(received.address());
            Received.send(socket, "7 <22>a\nb");
            Received.send(socket, "<22>c\n");
            return received.messagesWhen(counts -> counts.messages() == 2);
        }
    }

    @Test
    void shouldRefuseAKeyOfAnotherCertificate() throws Exception {
        // Given
        Certificates other = Certificates.make(files, "other", "EC");
        Path certificate = ec.certificate();
        Path key = other.key();

        // Then
        assertThatThrownBy(() -> TlsServer.ofPem(certificate, key))
                .isInstanceOf(IOException.class)
                .hasMessage("The key in " + key + " is not that of the first certificate in " + certificate
                        + "; name the two files that were made together.");
        assertThatThrownBy(() -> TlsServer.ofPem(rsa.certificate(), key))
                .isInstanceOf(IOException.class)
                .hasMessage("The key in " + key + " is damaged, or is no RSA key like its certificate's.");
    }

    @Test
    void shouldSayHowToMakeAPlainKeyOfAnother() throws Exception {
        // Given
        Path key = Files.writeString(
                temp.resolve("old.key"), Files.readString(rsa.key()).replace("PRIVATE", "RSA PRIVATE"));

        // Then
        assertThatThrownBy(() -> TlsServer.ofPem(rsa.certificate(), key))
                .isInstanceOf(IOException.class)
                .hasMessage(key + " holds its key as BEGIN RSA PRIVATE KEY; make it a plain one with: openssl pkcs8 "
                        + "-topk8 -nocrypt -in " + key + " -out key.pem");
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws Exception {
        // Given
        Path missing = temp.resolve("missing");
        Path certificate = ec.certificate();

        // Then
        assertThatThrownBy(() -> TlsServer.ofPem(missing, ec.key()))
                .hasMessage(missing + " does not exist; correct the path.");
        assertThatThrownBy(() -> TlsServer.ofPem(certificate, certificate))
                .hasMessage(certificate + " holds no private key in PEM (BEGIN PRIVATE KEY).");
        assertThatThrownBy(() -> TlsServer.ofPem(ec.pkcs12(), ec.key()))
                .hasMessageStartingWith(ec.pkcs12() + " cannot be read as certificates in PEM (BEGIN CERTIFICATE): ");
        assertThatThrownBy(() -> TlsServer.ofPkcs12(ec.pkcs12(), "wrong".toCharArray()))
                .hasMessageStartingWith(ec.pkcs12() + " cannot be opened as a PKCS #12 file with the password given: ");
        assertThatThrownBy(() -> SyslogEndpoint.parse("tls://0.0.0.0:6514", null, List.of()))
                .hasMessage("To listen at tls://0.0.0.0:6514, a certificate and its key are needed.");
    }
}
