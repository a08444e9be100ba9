package io.weir.exporters.transport;

import java.net.URI;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Chooses the transport by the URI's scheme. */
public final class Connections {

    /** Schemes that are known. */
    public static final List<String> SCHEMES = List.of("udp", "tcp", "tls");

    private Connections() {}

    /**
     * Where to is one of {@link #SCHEMES}, host and port.
     *
     * @param settings name of the settings of {@code tls} for messages, for example {@code ipfix.tls}
     * @throws IllegalArgumentException when a file for TLS cannot be used
     */
    public static Connection.Opener opener(URI to, TlsConfig tls, String settings) {
        return switch (to.getScheme()) {
            case "udp" -> () -> UdpConnection.open(to);
            case "tcp" -> () -> StreamConnection.open(to, null);
            default -> {
                SSLContext context = Pem.context(tls, settings);
                yield () -> StreamConnection.open(to, context);
            }
        };
    }

    /** Whether it is one of {@link #SCHEMES} with host and port and nothing else. */
    public static boolean isAddress(URI to) {
        return SCHEMES.contains(to.getScheme())
                && to.getHost() != null
                && to.getPort() >= 1
                && to.getUserInfo() == null
                && (to.getPath() == null || to.getPath().isEmpty());
    }
}
