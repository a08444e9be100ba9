package io.weir.app.audit;

/** Packets and layer-2 octets of one kind of record. */
final class Sums {

    long packets;
    long layer2Octets;

    void add(long morePackets, long moreLayer2Octets) {
        packets += morePackets;
        layer2Octets += moreLayer2Octets;
    }

    void add(Sums other) {
        add(other.packets, other.layer2Octets);
    }

    boolean isEqualTo(Sums other) {
        return packets == other.packets && layer2Octets == other.layer2Octets;
    }
}
