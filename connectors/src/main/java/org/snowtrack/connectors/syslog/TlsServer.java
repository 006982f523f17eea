package org.snowtrack.connectors.syslog;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What this host shows to senders that come over TLS, and what it wants to see of them. TLS 1.2 and 1.3, with the
 * algorithms that the JDK allows. Files are read once. Immutable.
 */
public final class TlsServer {

    private static final Pattern PEM_KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END [A-Z ]*PRIVATE KEY-----");
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final PrivateKey key;
    private final Certificate[] chain;
    private final boolean asksSenders;
    private final SSLContext context;

    private TlsServer(PrivateKey key, Certificate[] chain, @Nullable Collection<? extends Certificate> authorities)
            throws GeneralSecurityException, IOException {
        this.key = key;
        this.chain = chain;
        this.asksSenders = authorities != null;
        KeyStore keys = emptyStore();
        keys.setKeyEntry("server", key, new char[0], chain);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, new char[0]);
        TrustManager[] trust = new TrustManager[0];
        if (authorities != null) {
            KeyStore trusted = emptyStore();
            int number = 0;
            for (Certificate authority : authorities) {
                trusted.setCertificateEntry("sender" + number++, authority);
            }
            TrustManagerFactory trustManagers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trustManagers.init(trusted);
            trust = trustManagers.getTrustManagers();
        }
        this.context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trust, null);
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /**
     * A certificate and its key in PEM.
     *
     * @param certificates the host's first, then those that lead to its authority
     * @param key unencrypted, in PKCS #8 ({@code BEGIN PRIVATE KEY}); RSA, EC or EdDSA
     * @throws IOException with a sentence if they cannot be read or do not belong together
     */
    public static TlsServer ofPem(Path certificates, Path key) throws IOException {
        List<Certificate> chain = certificates(certificates);
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey privateKey = privateKey(key, publicKey.getAlgorithm());
        try {
            if (!isPair(privateKey, publicKey)) {
                throw new IOException("The key in " + key + " is not that of the first certificate in " + certificates
                        + "; name the two files that were made together.");
            }
            return new TlsServer(privateKey, chain.toArray(new Certificate[0]), null);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "The certificate in " + certificates + " cannot be used for TLS: " + e.getMessage() + ".", e);
        }
    }

    /**
     * The only certificate with a key, or the first, in a PKCS #12 file.
     *
     * @throws IOException with a sentence if it cannot be read, or has none
     */
    public static TlsServer ofPkcs12(Path file, char[] password) throws IOException {
        byte[] bytes = bytes(file);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes), password);
            for (String alias : Collections.list(store.aliases())) {
                Key found = store.getKey(alias, password);
                if (found instanceof PrivateKey privateKey) {
                    return new TlsServer(privateKey, store.getCertificateChain(alias), null);
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException(
                    file + " cannot be opened as a PKCS #12 file with the password given: " + e.getMessage() + ".", e);
        }
        throw new IOException(file + " holds no certificate with a private key.");
    }

    /**
     * The same, but only senders with a certificate of one of these authorities (or with one of these themselves) may
     * come.
     *
     * @param authorities certificates in PEM
     * @throws IOException with a sentence if they cannot be read
     */
    public TlsServer forSendersOf(Path authorities) throws IOException {
        try {
            return new TlsServer(key, chain, certificates(authorities));
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "The certificates in " + authorities + " cannot be used for TLS: " + e.getMessage() + ".", e);
        }
    }

    /** Wraps a connection, whose handshake is still to be made. */
    SSLSocket wrap(Socket socket) throws IOException {
        SSLSocket wrapped = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        wrapped.setUseClientMode(false);
        wrapped.setEnabledProtocols(PROTOCOLS);
        wrapped.setNeedClientAuth(asksSenders);
        return wrapped;
    }

    private static List<Certificate> certificates(Path file) throws IOException {
        List<Certificate> certificates = new ArrayList<>();
        try (InputStream in = new ByteArrayInputStream(bytes(file))) {
            certificates.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
        } catch (CertificateException e) {
            throw new IOException(
                    file + " cannot be read as certificates in PEM (BEGIN CERTIFICATE): " + e.getMessage() + ".", e);
        }
        if (certificates.isEmpty()) {
            throw new IOException(file + " holds no certificate in PEM (BEGIN CERTIFICATE).");
        }
        return certificates;
    }

    private static PrivateKey privateKey(Path file, String algorithm) throws IOException {
        Matcher pem = PEM_KEY.matcher(new String(bytes(file), StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new IOException(file + " holds no private key in PEM (BEGIN PRIVATE KEY).");
        }
        if (!pem.group(1).isEmpty()) {
            throw new IOException(file + " holds its key as BEGIN " + pem.group(1)
                    + "PRIVATE KEY; make it a plain one with: openssl pkcs8 -topk8 -nocrypt -in " + file
                    + " -out key.pem");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (IllegalArgumentException | InvalidKeySpecException e) {
            throw new IOException(
                    "The key in " + file + " is damaged, or is no " + algorithm + " key like its certificate's.", e);
        } catch (GeneralSecurityException e) {
            throw new IOException("Keys of the kind " + algorithm + " are not known here; use RSA or EC.", e);
        }
    }

    private static boolean isPair(PrivateKey privateKey, PublicKey publicKey) throws GeneralSecurityException {
        String algorithm = SIGNATURES.get(publicKey.getAlgorithm());
        if (algorithm == null) {
            return true;
        }
        byte[] text = "syslog".getBytes(StandardCharsets.US_ASCII);
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(privateKey);
        signing.update(text);
        Signature verifying = Signature.getInstance(algorithm);
        verifying.initVerify(publicKey);
        verifying.update(text);
        return verifying.verify(signing.sign());
    }

    private static byte[] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist; correct the path.", e);
        } catch (AccessDeniedException e) {
            throw new IOException(file + " may not be read by this user.", e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
