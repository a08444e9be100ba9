package io.weir.exporters.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Makes a TLS context of PEM files (RFC 7468). */
public final class Pem {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** What private keys can be of. */
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private static final char[] NO_PASSWORD = new char[0];

    private Pem() {}

    /**
     * @param settings name of the settings, for messages
     * @throws IllegalArgumentException when a file cannot be used; it names the setting and the file
     */
    public static SSLContext context(TlsConfig tls, String settings) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    tls.keyFile() == null ? null : keys(tls, settings).getKeyManagers(),
                    tls.caFile() == null
                            ? null
                            : trusted(tls.caFile(), settings).getTrustManagers(),
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static TrustManagerFactory trusted(Path file, String settings) throws GeneralSecurityException {
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate certificate : certificates(settings + ".ca-file", file)) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyManagerFactory keys(TlsConfig tls, String settings) throws GeneralSecurityException {
        KeyStore store = emptyStore();
        Certificate[] chain = certificates(settings + ".certificate-file", tls.certificateFile())
                .toArray(new Certificate[0]);
        store.setKeyEntry("key", key(settings + ".key-file", tls.keyFile()), NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return store;
    }

    private static List<Certificate> certificates(String setting, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            List<Certificate> certificates =
                    List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException(setting + ": " + file + " holds no certificate in PEM");
            }
            return certificates;
        } catch (IOException e) {
            throw unreadable(setting, file, e);
        } catch (CertificateException e) {
            throw new IllegalArgumentException(
                    setting + ": " + file + " is not a file of certificates in PEM: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(String setting, Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw unreadable(setting, file, e);
        }
        Matcher key = KEY.matcher(text);
        if (!key.find()) {
            throw new IllegalArgumentException(setting + ": " + file
                    + " holds no 'BEGIN PRIVATE KEY' (PKCS #8, not encrypted); openssl pkcs8 -topk8 -nodes makes one");
        }
        byte[] octets;
        try {
            octets = Base64.getMimeDecoder().decode(key.group(1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(setting + ": " + file + " is not Base64: " + e.getMessage(), e);
        }
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(octets));
            } catch (NoSuchAlgorithmException | InvalidKeySpecException e) {
                // It may be of the next one.
            }
        }
        throw new IllegalArgumentException(
                setting + ": " + file + " holds no private key of " + String.join(", ", KEY_ALGORITHMS));
    }

    private static IllegalArgumentException unreadable(String setting, Path file, IOException e) {
        return new IllegalArgumentException(setting + ": " + file + " cannot be read: " + e, e);
    }
}
