package io.weir.advisor.observe;

import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.advisor.subnet.AddressBits;
import io.weir.schemas.FlowClass;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses that nobody outside can have: those of the special-purpose registries of IANA (RFC 6890, 8190) that are no source, or that no router forwards, and
 * multicast as a source. Private ranges (RFC 1918, 6598, 4193) and the one for benchmarks (RFC 2544) are forwarded within a site, so that a packet from them may come from a
 * neighbour. IPv4-mapped addresses are IPv4 here.
 */
public final class Martians {

    private static final List<HostKey> PREFIXES = prefixes(
            // This network, loopback, link local, protocol assignments, multicast, reserved. What is set aside for
            // documentation and
            // benchmarks is not here: labs and demonstrations use it as if it were of the Internet.
            "0.0.0.0/8",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            // Loopback, dummy, link local, multicast.
            "::1/128",
            "100:0:0:1::/64",
            "fe80::/10",
            "ff00::/8");

    /** First octet of 127.0.0.0/8. */
    private static final int LOOPBACK = 127;

    private Martians() {}

    private static List<HostKey> prefixes(String... texts) {
        List<HostKey> prefixes = new ArrayList<>();
        AddressBits bits = new AddressBits();
        for (String text : texts) {
            int slash = text.indexOf('/');
            if (!bits.parse(text.substring(0, slash))) {
                throw new IllegalArgumentException(text);
            }
            prefixes.add(
                    new HostKey(bits.high(), bits.low(), bits.isV6(), Integer.parseInt(text.substring(slash + 1))));
        }
        return List.copyOf(prefixes);
    }

    /** The prefix that a host outside cannot lie in; null for every other address. */
    public static HostKey prefixOf(HostKey host) {
        for (HostKey prefix : PREFIXES) {
            if (contains(prefix, host)) {
                return prefix.in(host.realm());
            }
        }
        return null;
    }

    /** True for one of the prefixes, or an address in it. */
    public static boolean isMartian(HostKey host) {
        return prefixOf(host) != null;
    }

    /**
     * The observation as it stands, or with the prefix in place of the initiator when that asked from outside of the cluster and has an address that it cannot have: all
     * of them are one host. Neighbours on a link that use its own addresses are left as they are.
     */
    public static Observation atPrefix(Observation seen) {
        if (seen.flowClass() != FlowClass.ingress && seen.flowClass() != FlowClass.internal) {
            return seen;
        }
        HostKey prefix = prefixOf(seen.initiator());
        if (prefix == null
                || (seen.flowClass() == FlowClass.internal && !isOfOneMachine(seen.initiator()))
                || contains(prefix, seen.responder())) {
            return seen;
        }
        return new Observation(
                prefix,
                seen.responder(),
                seen.protocol(),
                seen.initiatorPort(),
                seen.port(),
                seen.flowClass(),
                seen.confidence(),
                seen.outcome(),
                seen.samplingRate(),
                seen.point(),
                seen.flow(),
                seen.delta(),
                seen.application());
    }

    /** Loopback counts as inside of the cluster; from there to another machine nothing can come all the same. */
    private static boolean isOfOneMachine(HostKey host) {
        return host.v6() ? host.high() == 0 && host.low() == 1 : host.high() >>> 56 == LOOPBACK;
    }

    private static boolean contains(HostKey prefix, HostKey host) {
        if (prefix.v6() != host.v6() || host.prefixLength() < prefix.prefixLength()) {
            return false;
        }
        int length = prefix.prefixLength();
        return same(prefix.high(), host.high(), Math.min(length, Long.SIZE))
                && same(prefix.low(), host.low(), Math.max(0, length - Long.SIZE));
    }

    private static boolean same(long one, long other, int bits) {
        return bits == 0 || (one ^ other) >>> (Long.SIZE - bits) == 0;
    }
}
