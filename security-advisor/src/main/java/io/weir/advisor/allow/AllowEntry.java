package io.weir.advisor.allow;

import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.SubnetMatch;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * One permission. Empty lists and null fit everything.
 *
 * @param name of the entry, which findings show
 * @param owner who answers for it
 * @param reason why it is permitted
 * @param rules ids of the rules whose findings it permits, or {@value #EVERY_RULE}; never empty
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
        Set<String> rules,
        List<Cidr> sources,
        List<Cidr> destinations,
        List<String> destinationSets,
        List<PortRange> ports,
        Integer protocol,
        long expiresMs) {

    /** Stands for the findings of all rules. */
    public static final String EVERY_RULE = "*";

    /** Ports from the first to the last, both included. */
    public record PortRange(int first, int last) {

        boolean holds(int port) {
            return port >= first && port <= last;
        }
    }

    public AllowEntry {
        rules = Set.copyOf(rules);
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
        destinationSets = List.copyOf(destinationSets);
        ports = List.copyOf(ports);
    }

    /** Whatever the time. */
    boolean permits(AllowQuery asked) {
        return (rules.contains(asked.rule()) || rules.contains(EVERY_RULE))
                && fits(asked.source())
                && (protocol == null || protocol.equals(asked.protocol()))
                && (ports.isEmpty()
                        || (asked.port() != null && ports.stream().anyMatch(range -> range.holds(asked.port()))))
                && fits(asked.destination(), asked.destinationSet());
    }

    /** Sources that are not one are somewhere: only what may come from everywhere fits. */
    private boolean fits(Cidr source) {
        return sources.stream().anyMatch(range -> source == null ? range.length() == 0 : range.contains(source));
    }

    private boolean fits(Cidr destination, SubnetMatch set) {
        if (destinations.isEmpty() && destinationSets.isEmpty()) {
            return true;
        }
        if (destination != null && destinations.stream().anyMatch(range -> range.contains(destination))) {
            return true;
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
