package io.weir.advisor.subnet;

import io.weir.schemas.SubnetKind;

/**
 * The prefix that decided about an address.
 *
 * @param prefix null when no prefix holds the address
 * @param kind what the prefix is; {@code unknown} for the ranges that standards set aside and where no prefix holds the address
 * @param name of the set that the prefix belongs to; null without
 * @param label text for people, for example {@code 10.42.0.0/16 (pod)}
 * @param place side of the cluster's border
 * @param subClass what is special about it; null where nothing is
 */
public record SubnetMatch(Cidr prefix, SubnetKind kind, String name, String label, Place place, SubClass subClass) {

    /** No prefix holds the address: it lies outside. */
    public static final SubnetMatch NONE =
            new SubnetMatch(null, SubnetKind.unknown, null, "no cluster prefix", Place.OUTSIDE, null);

    private static final int MAX_NAME_LENGTH = 100;

    static SubnetMatch of(Cidr prefix, SubnetKind kind, String name) {
        String own = name == null || name.isBlank() ? null : shortened(name.strip());
        String label = prefix + " (" + kind + (own == null ? "" : " " + own) + ")";
        return new SubnetMatch(
                prefix, kind, own, label, isOutside(kind) ? Place.OUTSIDE : Place.INSIDE, SubClass.of(kind));
    }

    /** A range that standards set aside; its name is that of its use. */
    static SubnetMatch special(String cidr, SubClass use, Place place) {
        Cidr prefix = Cidr.parse(cidr);
        return new SubnetMatch(prefix, SubnetKind.unknown, null, prefix + " (" + use + ")", place, use);
    }

    /** A partner is somebody else: what it begins has come in from outside, with its name on it. */
    private static boolean isOutside(SubnetKind kind) {
        return kind == SubnetKind.external || kind == SubnetKind.partner;
    }

    private static String shortened(String name) {
        return name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) + "…" : name;
    }
}
