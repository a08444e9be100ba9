package io.weir.topology.netflow;

import java.util.List;

/**
 * What a firewall did with a connection (firewallEvent, IE 233), and why it refused it: the extended event that Cisco's firewalls add (NF_F_FW_EXT_EVENT,
 * field 33002), of which 1001 to 1004 are refusals.
 */
public final class FirewallEvent {

    /** The connection was not let through. */
    public static final long DENIED = 3;

    private static final int FIRST_EXTENDED = 1001;

    private static final List<String> EXTENDED_REASONS =
            List.of("ingress_acl", "egress_acl", "to_firewall_interface", "first_packet_not_syn");

    private FirewallEvent() {}

    /** Name of {@link #DENIED}. */
    public static String denied() {
        return "denied";
    }

    /** Whether an extended event says why a connection was refused. */
    public static boolean isExtendedReason(long extendedEvent) {
        return extendedEvent >= FIRST_EXTENDED && extendedEvent < FIRST_EXTENDED + EXTENDED_REASONS.size();
    }

    /** Name of an extended event that {@link #isExtendedReason}. */
    public static String extendedReason(long extendedEvent) {
        return EXTENDED_REASONS.get((int) extendedEvent - FIRST_EXTENDED);
    }

    /** Every name that {@link #extendedReason} knows. */
    public static List<String> extendedReasons() {
        return EXTENDED_REASONS;
    }
}
