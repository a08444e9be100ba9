package io.weir.exporters.ipfix;

import java.net.URI;
import javax.net.ssl.SSLContext;

/** Chooses the transport by the URI's scheme. */
final class Connections {

    private Connections() {}

    /** @throws IllegalArgumentException when a file for TLS cannot be used */
    static Connection.Opener opener(IpfixConfig config) {
        URI to = config.to();
        return switch (to.getScheme()) {
            case "udp" -> () -> UdpConnection.open(to);
            case "tcp" -> () -> StreamConnection.open(to, null);
            default -> {
                SSLContext tls = Pem.context(config.tls());
                yield () -> StreamConnection.open(to, tls);
            }
        };
    }
}
