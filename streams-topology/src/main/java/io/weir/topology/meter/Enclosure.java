package io.weir.topology.meter;

import io.weir.schemas.packets.CanonicalKey;

/** What is around an enclosed flow, as on its first packet. */
final class Enclosure {

    /** Number in the header of the innermost tunnel, or {@link CanonicalKey#NO_TUNNEL_IDENTIFIER}. */
    final long tunnelIdentifier;

    /** Layers of the enclosing flows, the outermost first, each packed as {@link CanonicalKey#layers}. */
    final long[] outerLayers;

    /** The flows around the packets of the window that the last packet is in. */
    Parents parents;

    Enclosure(long tunnelIdentifier, long[] outerLayers) {
        this.tunnelIdentifier = tunnelIdentifier;
        this.outerLayers = outerLayers;
    }

    /** What is around a key; null for a root flow. */
    static Enclosure of(CanonicalKey key) {
        if (key.parent == null) {
            return null;
        }
        int depth = 0;
        for (CanonicalKey outer = key.parent; outer != null; outer = outer.parent) {
            depth++;
        }
        long[] layers = new long[depth];
        for (CanonicalKey outer = key.parent; outer != null; outer = outer.parent) {
            layers[--depth] = outer.layers;
        }
        return new Enclosure(key.tunnelIdentifier, layers);
    }
}
