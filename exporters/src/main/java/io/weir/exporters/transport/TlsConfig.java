package io.weir.exporters.transport;

import java.nio.file.Path;

/**
 * How TLS is spoken; each may be null.
 *
 * @param caFile certificates in PEM that the receiver's must come from; without it, those that Java trusts
 * @param certificateFile our certificate and those up to its root, in PEM, for receivers that ask for one
 * @param keyFile private key of our certificate, in PEM (PKCS #8, not encrypted); given together with it
 */
public record TlsConfig(Path caFile, Path certificateFile, Path keyFile) {

    /** What Java trusts, and no certificate of our own. */
    public static TlsConfig defaults() {
        return new TlsConfig(null, null, null);
    }
}
