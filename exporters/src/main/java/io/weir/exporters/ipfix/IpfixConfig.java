package io.weir.exporters.ipfix;

import io.weir.exporters.transport.Connections;
import io.weir.exporters.transport.TlsConfig;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One export of flows as IPFIX.
 *
 * @param name name of the sink; its consumer group is {@code <prefix>sink.<name>}
 * @param to collector: {@code udp://host:port}, {@code tcp://host:port} or {@code tls://host:port}
 * @param biflow whether a record holds both directions (RFC 5103)
 * @param totals whether records hold the counts since the flow began too
 * @param enclosed whether flows within tunnels are exported, too
 * @param applications whether records name the application
 * @param messageOctets octets of a message at most
 * @param templateInterval time after which templates are sent again, over UDP
 * @param templateMessages messages of a domain after which they are, too
 * @param messageRate datagrams a second at most; 0 is no limit
 * @param tls for {@code tls}
 */
public record IpfixConfig(
        String name,
        URI to,
        boolean biflow,
        boolean totals,
        boolean enclosed,
        boolean applications,
        int messageOctets,
        Duration templateInterval,
        int templateMessages,
        int messageRate,
        TlsConfig tls) {

    /** Schemes of {@code to}. */
    public static final List<String> SCHEMES = Connections.SCHEMES;

    /** Least {@code messageOctets}: what is said of a domain before its flows fits. */
    public static final int MIN_MESSAGE_OCTETS = 1200;

    /** Most {@code messageOctets}: what a UDP datagram over IPv4 holds. */
    public static final int MAX_MESSAGE_OCTETS = 65_507;

    /** Most {@code messageRate}. */
    public static final int MAX_MESSAGE_RATE = 10_000_000;

    public IpfixConfig {
        List<String> mistakes = new ArrayList<>();
        if (name == null || !name.matches("[a-zA-Z0-9._-]{1,100}")) {
            mistakes.add("ipfix.name: '" + name + "' is not a name of letters, digits, '.', '_' and '-'");
        }
        checkTo(to, mistakes);
        if (messageOctets < MIN_MESSAGE_OCTETS || messageOctets > MAX_MESSAGE_OCTETS) {
            mistakes.add("ipfix.message-size: " + messageOctets + " is not between " + MIN_MESSAGE_OCTETS + " and "
                    + MAX_MESSAGE_OCTETS);
        }
        if (templateInterval == null || templateInterval.toMillis() < 1) {
            mistakes.add("ipfix.template-interval: " + templateInterval + " is not a positive duration");
        }
        if (templateMessages < 1) {
            mistakes.add("ipfix.template-messages: " + templateMessages + " is not positive");
        }
        if (messageRate < 0 || messageRate > MAX_MESSAGE_RATE) {
            mistakes.add("ipfix.message-rate: " + messageRate + " is not between 0 and " + MAX_MESSAGE_RATE);
        }
        checkTls(to, tls, mistakes);
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), mistakes));
        }
    }

    /** Records of one direction, in datagrams that fit an Ethernet frame through a tunnel. */
    public static IpfixConfig defaults(URI to) {
        return new IpfixConfig(
                "ipfix",
                to,
                false,
                false,
                false,
                true,
                1400,
                Duration.ofMinutes(1),
                4000,
                10_000,
                TlsConfig.defaults());
    }

    private static void checkTo(URI to, List<String> mistakes) {
        if (to == null) {
            mistakes.add("ipfix.to: missing; give udp://host:port, tcp://host:port or tls://host:port");
        } else if (!Connections.isAddress(to)) {
            mistakes.add(
                    "ipfix.to: '" + to
                            + "' does not have the form udp://host:port, tcp://host:port or tls://host:port; collectors mostly listen at port 4739");
        }
    }

    private static void checkTls(URI to, TlsConfig tls, List<String> mistakes) {
        if (tls == null) {
            mistakes.add("ipfix.tls: missing");
            return;
        }
        if ((tls.certificateFile() == null) != (tls.keyFile() == null)) {
            mistakes.add("ipfix.tls.certificate-file and ipfix.tls.key-file: give both or none");
        }
        if (to != null && !"tls".equals(to.getScheme()) && !tls.equals(TlsConfig.defaults())) {
            mistakes.add("ipfix.tls: files are given, but ipfix.to '" + to + "' does not begin with tls://");
        }
    }

    /** Whether datagrams are sent, of which nobody knows whether they arrive. */
    boolean isUdp() {
        return "udp".equals(to.getScheme());
    }

    FlowFormat format() {
        return new FlowFormat(biflow, totals, applications);
    }
}
