package io.weir.topology.meter;

import java.util.Arrays;

/** Keeps one object of what many flows share: the last one of each place, so that memory is bounded whatever the traffic. */
final class SharedKeys {

    /** Some pairs of network adapters, or hosts, more than one observation point sees at a time; 16 KiB. */
    private static final int PLACES = 1 << 12;

    private final SharedKey[] last = new SharedKey[PLACES];

    /** The object to use in the place of an equal one. */
    SharedKey unique(SharedKey key) {
        int hash = key.hashCode();
        int place = (hash ^ (hash >>> 12) ^ (hash >>> 24)) & (PLACES - 1);
        SharedKey known = last[place];
        if (key.equals(known)) {
            return known;
        }
        last[place] = key;
        return key;
    }

    void clear() {
        Arrays.fill(last, null);
    }
}
