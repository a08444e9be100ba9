package io.weir.advisor.allow;

import io.weir.advisor.subnet.AddressBits;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.SubnetMatch;

/**
 * What a rule has found, as far as permissions look at it.
 *
 * @param rule id of the rule
 * @param source who began; null where several did
 * @param destination who was asked; null where several were
 * @param destinationSet prefix that holds the destination; may be null
 * @param protocol IANA number; may be null
 * @param port of the responder; null where it has none, or several were asked for
 * @param eventTimeMs epoch milliseconds
 */
public record AllowQuery(
        String rule,
        Cidr source,
        Cidr destination,
        SubnetMatch destinationSet,
        Integer protocol,
        Integer port,
        long eventTimeMs) {

    /** One address as the range that an entry's ranges are held against. */
    public static Cidr rangeOf(AddressBits address) {
        return Cidr.masked(address.high(), address.low(), address.isV6() ? 128 : 32, address.isV6());
    }
}
