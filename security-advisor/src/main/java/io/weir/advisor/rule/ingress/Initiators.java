package io.weir.advisor.rule.ingress;

import io.weir.advisor.host.DistinctSketch;
import io.weir.advisor.host.HostKey;
import io.weir.advisor.subnet.AddressBits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Who has part in an episode: the {@value #MAX_NAMED} that came first, and how many they are, exact up to as many, beyond within 9 %. The order
 * in which they are told does not matter.
 */
final class Initiators {

    static final int MAX_NAMED = 16;

    private static final Comparator<Named> BY_TIME =
            Comparator.comparingLong(Named::firstMicros).thenComparing(Named::address);

    /** Ascending by time. */
    final List<Named> named;
    /** Of all; null while all are named. */
    DistinctSketch all;

    /** One of them, and its first packet of the episode. */
    record Named(long firstMicros, String address) {}

    Initiators() {
        this(new ArrayList<>(1), null);
    }

    Initiators(List<Named> named, DistinctSketch all) {
        this.named = named;
        this.all = all;
    }

    void add(Named one) {
        int before = find(one.address);
        if (before >= 0) {
            if (named.get(before).firstMicros <= one.firstMicros) {
                return;
            }
            named.remove(before);
        }
        insert(one);
        if (named.size() > MAX_NAMED && all == null) {
            all = new DistinctSketch();
            named.forEach(each -> all.add(hashOf(each.address)));
        }
        if (all != null) {
            all.add(hashOf(one.address));
        }
        if (named.size() > MAX_NAMED) {
            named.remove(MAX_NAMED);
        }
    }

    void merge(Initiators other) {
        if (other.all != null) {
            if (all == null) {
                all = new DistinctSketch();
                named.forEach(each -> all.add(hashOf(each.address)));
            }
            all.merge(other.all);
        }
        other.named.forEach(this::add);
    }

    long count() {
        return all == null ? named.size() : Math.max(MAX_NAMED + 1, all.estimate());
    }

    private int find(String address) {
        for (int i = 0; i < named.size(); i++) {
            if (named.get(i).address.equals(address)) {
                return i;
            }
        }
        return -1;
    }

    private void insert(Named one) {
        int at = 0;
        while (at < named.size() && BY_TIME.compare(named.get(at), one) < 0) {
            at++;
        }
        named.add(at, one);
    }

    private static long hashOf(String address) {
        AddressBits bits = new AddressBits();
        return bits.parse(address)
                ? HostKey.of(bits.high(), bits.low(), bits.isV6()).hash64()
                : HostKey.mix(address.hashCode());
    }
}
