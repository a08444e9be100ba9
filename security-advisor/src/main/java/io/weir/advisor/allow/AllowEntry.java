package io.weir.advisor.allow;

import io.weir.advisor.subnet.AddressBits;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.SubnetMatch;
import java.time.Instant;
import java.util.List;

/**
 * One permission. Empty lists and null fit everything.
 *
 * @param name of the entry, which findings show
 * @param owner who answers for it
 * @param reason why it is permitted
 * @param sources where it may come from; never empty
 * @param destinations where it may go to, by address; with {@code destinationSets}, either is enough
 * @param destinationSets where it may go to, by name of the set that holds the address, or by kind and name: {@code service/web}
 * @param ports of the responder
 * @param protocol IANA number
 * @param expiresMs event time from which it permits nothing, epoch milliseconds; {@link Long#MAX_VALUE} = never
 */
public record AllowEntry(
        String name,
        String owner,
        String reason,
        List<Cidr> sources,
        List<Cidr> destinations,
        List<String> destinationSets,
        List<PortRange> ports,
        Integer protocol,
        long expiresMs) {

    /** Ports from the first to the last, both included. */
    public record PortRange(int first, int last) {

        boolean holds(int port) {
            return port >= first && port <= last;
        }
    }

    public AllowEntry {
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
        destinationSets = List.copyOf(destinationSets);
        ports = List.copyOf(ports);
    }

    /** Whatever the time; the source is known to fit. */
    boolean permits(AddressBits destination, SubnetMatch destinationSet, Integer flowProtocol, Integer port) {
        return (protocol == null || protocol.equals(flowProtocol))
                && (ports.isEmpty() || (port != null && ports.stream().anyMatch(range -> range.holds(port))))
                && fits(destination, destinationSet);
    }

    private boolean fits(AddressBits destination, SubnetMatch set) {
        if (destinations.isEmpty() && destinationSets.isEmpty()) {
            return true;
        }
        for (Cidr range : destinations) {
            if (range.contains(destination)) {
                return true;
            }
        }
        return set != null
                && set.name() != null
                && (destinationSets.contains(set.name()) || destinationSets.contains(set.kind() + "/" + set.name()));
    }

    /** For people: {@code uptime-checks (owner sre@example.org, until 2027-01-01T00:00:00Z: probes of the status page)}. */
    @Override
    public String toString() {
        String end = expiresMs == Long.MAX_VALUE ? "without end" : "until " + Instant.ofEpochMilli(expiresMs);
        return name + " (owner " + owner + ", " + end + ": " + reason + ")";
    }
}
