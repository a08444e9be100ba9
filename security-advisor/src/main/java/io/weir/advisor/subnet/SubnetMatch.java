package io.weir.advisor.subnet;

import io.weir.schemas.SubnetKind;

/**
 * The prefix that decided about an address.
 *
 * @param prefix null when no prefix holds the address
 * @param kind what the prefix is; {@code unknown} for the ranges that standards set aside and where no prefix holds the address
 * @param label text for people, for example {@code 10.42.0.0/16 (pod)}
 * @param place side of the cluster's border
 */
public record SubnetMatch(Cidr prefix, SubnetKind kind, String label, Place place) {

    /** No prefix holds the address: it lies outside. */
    public static final SubnetMatch NONE =
            new SubnetMatch(null, SubnetKind.unknown, "no cluster prefix", Place.OUTSIDE);

    private static final int MAX_NAME_LENGTH = 100;

    static SubnetMatch of(Cidr prefix, SubnetKind kind, String name) {
        String shown = name == null || name.isBlank() ? "" : " " + name.strip();
        if (shown.length() > MAX_NAME_LENGTH) {
            shown = shown.substring(0, MAX_NAME_LENGTH) + "…";
        }
        String label = prefix + " (" + kind + shown + ")";
        return new SubnetMatch(prefix, kind, label, kind == SubnetKind.external ? Place.OUTSIDE : Place.INSIDE);
    }

    static SubnetMatch special(String cidr, String name, Place place) {
        Cidr prefix = Cidr.parse(cidr);
        return new SubnetMatch(prefix, SubnetKind.unknown, prefix + " (" + name + ")", place);
    }
}
