package io.weir.exporters.finding;

import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.Measurement;
import io.weir.schemas.Severity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What several forms say of a finding. */
public final class FindingFacts {

    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int GRE = 47;
    private static final int ESP = 50;
    private static final int AH = 51;
    private static final int ICMPV6 = 58;
    private static final int SCTP = 132;
    private static final int MEASUREMENT_DECIMALS = 3;
    private static final long MICROS_PER_MS = 1000;

    private FindingFacts() {}

    /** The same for the same record however often it is sent, and for no other: what receivers can recognise a repetition by. */
    public static String idempotencyKey(Finding finding) {
        return finding.getFindingId()
                + '-'
                + finding.getStatus()
                + '-'
                + finding.getLastSeenMicroseconds()
                + '-'
                + finding.getSeverity()
                + '-'
                + finding.getFlows()
                + '-'
                + finding.getPackets();
    }

    /** Epoch microseconds as RFC 3339, in UTC with milliseconds. */
    public static String milliseconds(long epochMicros) {
        return MILLISECONDS.format(instant(epochMicros));
    }

    /** Epoch microseconds as RFC 3339, in UTC with microseconds. */
    public static String microseconds(long epochMicros) {
        return MICROSECONDS.format(instant(epochMicros));
    }

    private static Instant instant(long epochMicros) {
        return Instant.EPOCH.plus(epochMicros, ChronoUnit.MICROS);
    }

    static long toMs(long epochMicros) {
        return Math.floorDiv(epochMicros, MICROS_PER_MS);
    }

    /** Name of a transport or other protocol as IANA has it, in lower case; null where it is none of the common ones. */
    static String protocolName(Integer number) {
        if (number == null) {
            return null;
        }
        return switch (number) {
            case ICMP -> "icmp";
            case TCP -> "tcp";
            case UDP -> "udp";
            case GRE -> "gre";
            case ESP -> "esp";
            case AH -> "ah";
            case ICMPV6 -> "ipv6-icmp";
            case SCTP -> "sctp";
            default -> null;
        };
    }

    static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0;
    }

    /** {@code tcp/443}, {@code icmp}, {@code 89}; null where the finding names neither protocol nor port. */
    public static String service(Finding finding) {
        Integer number = finding.getProtocolIdentifier();
        if (number == null) {
            return null;
        }
        String name = protocolName(number);
        String protocol = name == null ? number.toString() : name;
        Integer port = finding.getResponder().getPort();
        return port == null ? protocol : protocol + '/' + port;
    }

    /** Address, else entity, else MAC address; null where several have part. */
    public static String nameOf(Endpoint endpoint) {
        if (endpoint.getAddress() != null) {
            return endpoint.getAddress();
        }
        return endpoint.getEntity() != null ? endpoint.getEntity() : endpoint.getMacAddress();
    }

    /** Addresses of initiator, responder and those on the other side, each once. */
    static Set<String> addresses(Finding finding) {
        Set<String> addresses = new LinkedHashSet<>();
        if (finding.getInitiator().getAddress() != null) {
            addresses.add(finding.getInitiator().getAddress());
        }
        if (finding.getResponder().getAddress() != null) {
            addresses.add(finding.getResponder().getAddress());
        }
        addresses.addAll(peerAddresses(finding));
        return addresses;
    }

    /** Addresses among the peers, which may have a service behind them or be a service alone. */
    static List<String> peerAddresses(Finding finding) {
        List<String> addresses = new ArrayList<>();
        for (String peer : finding.getPeers()) {
            int space = peer.indexOf(' ');
            String first = space < 0 ? peer : peer.substring(0, space);
            if (isAddress(first) && !addresses.contains(first)) {
                addresses.add(first);
            }
        }
        return addresses;
    }

    private static boolean isAddress(String text) {
        return text.matches("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*");
    }

    /** From 1, informational, to 5, critical, as OCSF and {@link Severity} count; 0 is unknown. */
    static int severity(Finding finding) {
        return finding.getSeverity().ordinal();
    }

    /** {@code failedPorts 120 (threshold 100)}. */
    public static String text(Measurement measurement) {
        String unit = measurement.getUnit().isEmpty() ? "" : ' ' + measurement.getUnit();
        String threshold = measurement.getThreshold() == null
                ? ""
                : " (threshold " + number(measurement.getThreshold()) + unit + ')';
        return measurement.getName() + ' ' + number(measurement.getValue()) + unit + threshold;
    }

    private static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        return BigDecimal.valueOf(value)
                .setScale(MEASUREMENT_DECIMALS, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Upper case first. */
    static String caption(String symbol) {
        return symbol.substring(0, 1).toUpperCase(Locale.ROOT) + symbol.substring(1);
    }
}
