package io.weir.exporters;

import io.weir.testing.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that was made by itself, as a key store and in PEM. */
public final class TlsFiles {

    private static final char[] PASSWORD = "changeit".toCharArray();

    public final Path certificate;
    public final Path key;
    private final KeyStore store;

    /**
     * @param name of the files
     * @param subject alternative names as keytool writes them: {@code dns:localhost}
     */
    public TlsFiles(Path directory, String name, String subject, String algorithm)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = directory.resolve(name + ".p12");
        Commands.must(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + subject,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD));
        store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        certificate = pem(
                directory.resolve(name + ".pem"),
                "CERTIFICATE",
                store.getCertificate("it").getEncoded());
        key = pem(
                directory.resolve(name + ".key"),
                "PRIVATE KEY",
                store.getKey("it", PASSWORD).getEncoded());
    }

    private static Path pem(Path file, String label, byte[] octets) throws IOException {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(octets);
        return Files.writeString(file, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
    }

    /** What a collector with this certificate speaks; it asks for one of the client where one is given. */
    public SSLContext server(TlsFiles client) throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore clients = KeyStore.getInstance("PKCS12");
        try {
            clients.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        clients.setCertificateEntry("client", (client == null ? this : client).store.getCertificate("it"));
        trusted.init(clients);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
