package io.weir.exporters.alert;

import io.weir.exporters.transport.Connections;
import java.net.URI;
import java.util.List;

/**
 * A syslog receiver.
 *
 * @param to {@code udp://host:port}, {@code tcp://host:port} or {@code tls://host:port}
 * @param facility number of RFC 5424 section 6.2.1
 * @param host this machine's name, for HOSTNAME
 */
public record SyslogConfig(URI to, int facility, String host) {

    /** Greatest facility: local7. */
    public static final int MAX_FACILITY = 23;

    void check(List<String> mistakes) {
        if (!Connections.isAddress(to)) {
            mistakes.add(
                    "alerts.syslog.to: '" + to
                            + "' does not have the form udp://host:port, tcp://host:port or tls://host:port; ports are mostly 514, over TLS 6514");
        }
        if (facility < 0 || facility > MAX_FACILITY) {
            mistakes.add("alerts.syslog.facility: " + facility + " is not between 0 and " + MAX_FACILITY);
        }
        if (host == null || host.isBlank()) {
            mistakes.add("alerts.syslog: missing the name of this machine");
        }
    }

    @Override
    public String toString() {
        return "syslog at " + to;
    }
}
