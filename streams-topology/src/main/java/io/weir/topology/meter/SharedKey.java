package io.weir.topology.meter;

import io.weir.schemas.packets.CanonicalKey;

/**
 * What of a flow's key, and of what goes with it, many flows have in common: an object for all of them ({@link SharedObjects}) instead of
 * fields in each. Flows over IPv4 share it when they pass the same two network adapters; others, when they are of the same two hosts.
 *
 * @param word0 to {@code word3}: words of the {@link CanonicalKey}; 0 for IPv4, whose addresses fit into {@link FlowRow#addresses}
 * @param word5 VLANs, and whether the flow encloses others
 * @param word6 tunnel
 * @param slot of a flow that encloses others: the number since the epoch of the span of time that it lives in; else 0
 * @param macA MAC address of side A
 * @param macB MAC address of side B
 * @param layers packed as {@link CanonicalKey#layers}
 */
record SharedKey(
        long word0,
        long word1,
        long word2,
        long word3,
        long word5,
        long word6,
        long slot,
        long macA,
        long macB,
        long layers) {

    static SharedKey of(CanonicalKey key, long slot) {
        boolean v4 = key.ipVersion == 4;
        return new SharedKey(
                v4 ? 0 : key.word0(),
                v4 ? 0 : key.word1(),
                v4 ? 0 : key.word2(),
                v4 ? 0 : key.word3(),
                key.word5(),
                key.word6(),
                slot,
                key.macA,
                key.macB,
                key.layers);
    }

    /** Whether a flow of this key, whose {@link FlowRow#addresses} and {@link FlowRow#word4} are right, is one of these. */
    boolean isOf(CanonicalKey key, long slotOfKey) {
        return word5 == key.word5()
                && word6 == key.word6()
                && slot == slotOfKey
                && (key.ipVersion == 4 || hasAddresses(key.word0(), key.word1(), key.word2(), key.word3()));
    }

    /** Whether flows of the same {@link FlowRow#addresses} are of the same hosts. */
    boolean hasAddressesOf(SharedKey other) {
        return hasAddresses(other.word0, other.word1, other.word2, other.word3);
    }

    private boolean hasAddresses(long w0, long w1, long w2, long w3) {
        return word1 == w1 && word3 == w3 && word0 == w0 && word2 == w2;
    }
}
