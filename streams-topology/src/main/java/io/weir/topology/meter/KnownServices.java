package io.weir.topology.meter;

import io.weir.schemas.packets.CanonicalKey;
import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;

/**
 * Who was seen to accept connections at which observation point: responders of handshakes. Tells who began a connection of which the start
 * was not seen. A SYN alone teaches nothing, or whoever scans a network would make services of all of it.
 *
 * <p>At most {@value #MAX} of a task, of which the ones that accepted longest ago go first. What a point has learned outlives its input: a
 * collector that starts anew meets the connections that go on.
 */
final class KnownServices {

    /** Some 140 octets of heap each. */
    static final int MAX = 65_536;

    /** Services that may be newer before one is put in front again: not every connection needs a line in the changelog. */
    private static final int FRESH = MAX / 4;

    /** By whom it is used. */
    enum Side {
        NEITHER,
        A,
        B
    }

    /** One address and port that accepts connections, in its VLANs and tunnel: networks of tenants use the same addresses. */
    static final class Service extends TableStore.Row {

        private long pointId;
        private long addressHigh;
        private long addressLow;
        private long vlans;
        private long tunnel;
        private int protocol;
        private int ipVersion;
        private int port;

        /** Place in the order in which services last accepted. */
        private long sequence;

        private void set(FlowRow row, boolean isA) {
            pointId = row.point.id;
            addressHigh = isA ? row.word0() : row.word2();
            addressLow = isA ? row.word1() : row.word3();
            vlans = row.key.word5();
            tunnel = row.key.word6();
            protocol = row.protocolIdentifier();
            ipVersion = CanonicalKey.ipVersion(row.word4);
            port = isA ? CanonicalKey.portA(row.word4) : CanonicalKey.portB(row.word4);
        }

        private Service copy() {
            Service copy = new Service();
            copy.pointId = pointId;
            copy.addressHigh = addressHigh;
            copy.addressLow = addressLow;
            copy.vlans = vlans;
            copy.tunnel = tunnel;
            copy.protocol = protocol;
            copy.ipVersion = ipVersion;
            copy.port = port;
            return copy;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Service service
                    && service.addressLow == addressLow
                    && service.port == port
                    && service.addressHigh == addressHigh
                    && service.pointId == pointId
                    && service.tunnel == tunnel
                    && service.vlans == vlans
                    && service.protocol == protocol
                    && service.ipVersion == ipVersion;
        }

        @Override
        public int hashCode() {
            long mixed = CanonicalKey.mix(addressLow ^ ((long) port << 40) ^ ((long) protocol << 56));
            return (int) CanonicalKey.mix(mixed ^ addressHigh ^ pointId ^ tunnel);
        }

        @Override
        protected byte[] changelogKey() {
            return RowCodec.serviceKey(pointId, protocol, ipVersion, addressHigh, addressLow, port, vlans, tunnel);
        }

        @Override
        protected void writeValue(RowOutput out) {
            out.put(RowCodec.encodeService(sequence));
        }
    }

    /** The one that accepted longest ago first. */
    private final LinkedHashMap<Service, Service> services = new LinkedHashMap<>();

    private final Service scratch = new Service();
    private long nextSequence;

    /**
     * Takes note of the responder of a connection that was accepted.
     *
     * @param changed takes the row that the changelog has to hear of, if there is one
     * @param removed takes the row that had to go, if there is one
     */
    void learn(FlowRow row, Consumer<Service> changed, Consumer<Service> removed) {
        scratch.set(row, !row.initiatorIsA);
        Service known = services.get(scratch);
        if (known == null) {
            if (services.size() >= MAX) {
                Service oldest = services.keySet().iterator().next();
                services.remove(oldest);
                removed.accept(oldest);
            }
            known = scratch.copy();
        } else if (nextSequence - known.sequence <= FRESH) {
            return;
        } else {
            services.remove(known);
        }
        known.sequence = nextSequence++;
        services.put(known, known);
        changed.accept(known);
    }

    /** Which side of a flow accepts connections where it is; neither also where both do. */
    Side of(FlowRow row) {
        if (services.isEmpty()) {
            return Side.NEITHER;
        }
        scratch.set(row, true);
        boolean isA = services.containsKey(scratch);
        scratch.set(row, false);
        boolean isB = services.containsKey(scratch);
        if (isA == isB) {
            return Side.NEITHER;
        }
        return isA ? Side.A : Side.B;
    }

    /** Takes a row from the changelog, in any order. */
    Service restore(byte[] key, byte[] value) {
        ByteBuffer in = RowCodec.afterKind(key);
        Service service = new Service();
        service.pointId = in.getLong();
        service.protocol = in.get() & 0xff;
        service.ipVersion = in.get();
        service.addressHigh = in.getLong();
        service.addressLow = in.getLong();
        service.port = in.getShort() & 0xffff;
        service.vlans = in.getLong();
        service.tunnel = in.getLong();
        service.sequence = RowCodec.serviceSequence(value);
        services.put(service, service);
        return service;
    }

    /** Puts those that were restored into their order. */
    void restoreComplete() {
        List<Service> sorted = services.values().stream()
                .sorted(Comparator.comparingLong(service -> service.sequence))
                .toList();
        services.clear();
        for (Service service : sorted) {
            services.put(service, service);
            nextSequence = service.sequence + 1;
        }
    }

    int size() {
        return services.size();
    }

    void clear() {
        services.clear();
        nextSequence = 0;
    }
}
