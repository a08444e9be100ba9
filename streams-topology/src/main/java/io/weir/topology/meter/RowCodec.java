package io.weir.topology.meter;

import io.weir.schemas.ObservationPoint;
import io.weir.state.RowOutput;
import io.weir.topology.conversation.PacketDigests;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * Rows of the flow table as bytes of its changelog. Key: one byte of kind, then the point's id (8 bytes), nothing for a flow, or what a
 * known service is (44 bytes).
 *
 * <p>Value of a flow: one byte of format version, flags that say what is left out, fields in the order below, what encloses the flow if
 * anything does, what its payloads have shown if anything, the last ICMP errors about it if any, what was said of the way of each side's
 * packets if anything, then the open deltas. With many flows this is
 * most of what a commit writes, so numbers that are mostly small are varints, times stand as differences, and what most flows do not have is
 * not there; in front is what neighbours have in common, side by side, for the compression to find.
 */
final class RowCodec {

    private static final byte KIND_POINT = 0;
    private static final byte KIND_FLOW = 1;
    private static final byte KIND_SERVICE = 2;
    private static final byte VERSION = 8;

    private static final byte[] FLOW_KEY = {KIND_FLOW};

    /** Octets that a varint of a number of 32 bits, and of one of 64 bits, takes at most. */
    private static final int MAX_VARINT = 5;

    private static final int MAX_VARLONG = 10;

    /** Six numbers of packets and octets, two of flags. */
    private static final int MAX_COUNTER_OCTETS = 6 * MAX_VARLONG + 2 * MAX_VARINT;

    /** Version; flags; the point and 14 longs; orientation, marks, end reason, problem; 4 ints; 2 differences of times; count of deltas. */
    private static final int MAX_FLOW_OCTETS =
            1 + 2 + 15 * 8 + 4 + 4 * MAX_VARINT + 2 * MAX_VARLONG + MAX_COUNTER_OCTETS + MAX_VARINT;

    private static final int MAX_DELTA_OCTETS = 1 + MAX_VARLONG + MAX_COUNTER_OCTETS;

    /** Sides that were seen, two digests of two longs. */
    private static final int PARENTS_OCTETS = 1 + 4 * 8;

    private static final int FLAG_INITIATOR_IS_A = 1;
    private static final int FLAG_EMITTED = 2;
    private static final int FLAG_ENCLOSED = 4;
    private static final int FLAG_APPLICATION = 8;
    private static final int FLAG_SHARED = 16;
    private static final int FLAG_ICMP_ERRORS = 32;
    /** Words 0 to 3 of the key: not IPv4. */
    private static final int FLAG_ADDRESSES = 64;
    /** VLANs, tunnel or slot. */
    private static final int FLAG_PLACE = 128;

    private static final int FLAG_HANDSHAKE = 256;
    /** A record has been given, so that there are totals. */
    private static final int FLAG_TOTALS = 512;

    private static final int FLAG_FORWARDING_A = 1024;
    private static final int FLAG_FORWARDING_B = 2048;

    private static final int DELTA_LATE = 1;
    private static final int DELTA_TCP = 2;
    /** With {@link #DELTA_TCP}: there is something to tell. */
    private static final int DELTA_TCP_NOTED = 4;

    private static final int DELTA_DIGESTS = 8;
    private static final int DELTA_ICMP_ERRORS = 16;

    private static final int SEEN_A = 1;
    private static final int SEEN_B = 2;

    private RowCodec() {}

    static byte[] pointKey(long id) {
        return ByteBuffer.allocate(9).put(KIND_POINT).putLong(id).array();
    }

    /** The same for all flows: the value says which one it is. */
    static byte[] flowKey() {
        return FLOW_KEY;
    }

    static byte[] serviceKey(
            long pointId,
            int protocol,
            int ipVersion,
            long addressHigh,
            long addressLow,
            int port,
            long vlans,
            long tunnel) {
        return ByteBuffer.allocate(1 + 8 + 1 + 1 + 8 + 8 + 2 + 8 + 8)
                .put(KIND_SERVICE)
                .putLong(pointId)
                .put((byte) protocol)
                .put((byte) ipVersion)
                .putLong(addressHigh)
                .putLong(addressLow)
                .putShort((short) port)
                .putLong(vlans)
                .putLong(tunnel)
                .array();
    }

    static byte[] encodeService(long sequence) {
        return ByteBuffer.allocate(1 + 8).put(VERSION).putLong(sequence).array();
    }

    static long serviceSequence(byte[] value) {
        return versioned(value).getLong();
    }

    /** What stands behind the kind in a key. */
    static ByteBuffer afterKind(byte[] key) {
        return ByteBuffer.wrap(key, 1, key.length - 1);
    }

    static boolean isService(byte[] key) {
        return key[0] == KIND_SERVICE;
    }

    static boolean isPoint(byte[] key) {
        return key[0] == KIND_POINT;
    }

    static long pointId(byte[] key) {
        return ByteBuffer.wrap(key).getLong(1);
    }

    static byte[] encode(ObservationState state) {
        byte[] host = state.point.getHost().getBytes(StandardCharsets.UTF_8);
        byte[] name = state.point.getInterface$().getBytes(StandardCharsets.UTF_8);
        byte[] capture = state.point.getCapture().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(1
                        + 8
                        + 8
                        + 4
                        + 4
                        + 3 * 4
                        + host.length
                        + name.length
                        + capture.length
                        + 1
                        + 2
                        + state.waitingErrors.size() * QuotedError.OCTETS)
                .put(VERSION)
                .putLong(state.nowNanos)
                .putLong(state.firstOpenWindow)
                .putInt(state.evictions)
                .putInt(state.point.getSamplingRate())
                .putInt(host.length)
                .put(host)
                .putInt(name.length)
                .put(name)
                .putInt(capture.length)
                .put(capture)
                .put((byte) (state.notesTcp ? 1 : 0))
                .putShort((short) state.waitingErrors.size());
        state.waitingErrors.forEach(error -> error.put(out));
        return out.array();
    }

    static void decode(byte[] value, ObservationState into) {
        ByteBuffer in = versioned(value);
        into.nowNanos = in.getLong();
        into.firstOpenWindow = in.getLong();
        into.evictions = in.getInt();
        int samplingRate = in.getInt();
        into.point = new ObservationPoint(text(in), text(in), text(in), samplingRate);
        into.notesTcp = in.get() != 0;
        for (int left = in.getShort(); left > 0; left--) {
            into.waitingErrors.addLast(QuotedError.get(in));
        }
    }

    static void write(FlowRow row, RowOutput into) {
        Enclosure enclosure = row.enclosure;
        byte[] application = row.application() == null ? null : ApplicationCodec.encode(row.application());
        int count = 0;
        for (WindowDelta delta = row.deltas; delta != null; delta = delta.next) {
            count++;
        }
        ByteBuffer out = into.room(maxOctets(row, application, count));
        int flags = flags(row);
        SharedKey key = row.key;
        out.put(VERSION).putShort((short) flags).putLong(row.point.id);
        if ((flags & FLAG_ADDRESSES) != 0) {
            out.putLong(key.word0()).putLong(key.word1()).putLong(key.word2()).putLong(key.word3());
        }
        if ((flags & FLAG_PLACE) != 0) {
            out.putLong(key.word5()).putLong(key.word6()).putLong(key.slot());
        }
        out.putLong(key.macA())
                .putLong(key.macB())
                .putLong(key.layers())
                .put(row.orientation)
                .put(row.tcpMarks)
                .put(row.endReason)
                .put(row.problem)
                .putLong(row.word4)
                .putLong(row.addresses)
                .putLong(row.idSeed)
                .putLong(row.firstNanos);
        ByteUtils.writeVarlong(row.lastNanos - row.firstNanos, out);
        if ((flags & FLAG_HANDSHAKE) != 0) {
            ByteUtils.writeVarlong(row.handshakeNanos - row.firstNanos, out);
        }
        ByteUtils.writeUnsignedVarint(row.generation, out);
        ByteUtils.writeUnsignedVarint(row.resets, out);
        // What is not known is -1.
        ByteUtils.writeUnsignedVarint(row.serverHalfMicroseconds + 1, out);
        ByteUtils.writeUnsignedVarint(row.clientHalfMicroseconds + 1, out);
        if ((flags & FLAG_TOTALS) != 0) {
            putCounters(row.packetsA, row.octetsA, row.layer2OctetsA, row.flagsA, out);
            putCounters(row.packetsB, row.octetsB, row.layer2OctetsB, row.flagsB, out);
        }
        ByteUtils.writeUnsignedVarint(count, out);
        if (enclosure != null) {
            out.putLong(enclosure.tunnelIdentifier).put((byte) enclosure.outerLayers.length);
            for (long layers : enclosure.outerLayers) {
                out.putLong(layers);
            }
            put(enclosure.parents, out);
        }
        if (application != null) {
            out.put(application);
        }
        if (row.icmpErrors() != null) {
            row.icmpErrors().put(out);
        }
        if ((flags & FLAG_FORWARDING_A) != 0) {
            row.forwarding(true).put(out);
        }
        if ((flags & FLAG_FORWARDING_B) != 0) {
            row.forwarding(false).put(out);
        }
        for (WindowDelta delta = row.deltas; delta != null; delta = delta.next) {
            put(delta, enclosure != null, application != null, out);
        }
    }

    private static int maxOctets(FlowRow row, byte[] application, int deltas) {
        int octets = MAX_FLOW_OCTETS + deltas * MAX_DELTA_OCTETS;
        if (row.enclosure != null) {
            octets += 8 + 1 + 8 * row.enclosure.outerLayers.length + (1 + deltas) * PARENTS_OCTETS;
        }
        if (application != null) {
            octets += application.length + deltas * ApplicationCodec.MAX_DNS_OCTETS;
        }
        octets += row.icmpErrors() == null ? 0 : LastIcmpErrors.OCTETS;
        octets += row.forwarding(true) == null ? 0 : row.forwarding(true).octets();
        octets += row.forwarding(false) == null ? 0 : row.forwarding(false).octets();
        for (WindowDelta delta = row.deltas; delta != null; delta = delta.next) {
            octets += isNoted(delta) ? delta.tcp.octets() : 0;
            octets += delta.digests == null ? 0 : delta.digests.octets();
            octets += delta.icmpErrors() == null ? 0 : IcmpErrorCounts.OCTETS;
        }
        return octets;
    }

    private static int flags(FlowRow row) {
        SharedKey key = row.key;
        boolean totals =
                (row.packetsA | row.octetsA | row.layer2OctetsA | row.packetsB | row.octetsB | row.layer2OctetsB) != 0
                        || row.flagsA != FlowRow.NO_FLAGS
                        || row.flagsB != FlowRow.NO_FLAGS;
        return (row.initiatorIsA ? FLAG_INITIATOR_IS_A : 0)
                | (row.emitted ? FLAG_EMITTED : 0)
                | (row.enclosure == null ? 0 : FLAG_ENCLOSED)
                | (row.application() == null ? 0 : FLAG_APPLICATION)
                | (row.shared ? FLAG_SHARED : 0)
                | (row.icmpErrors() == null ? 0 : FLAG_ICMP_ERRORS)
                | ((key.word0() | key.word1() | key.word2() | key.word3()) == 0 ? 0 : FLAG_ADDRESSES)
                | ((key.word5() | key.word6() | key.slot()) == 0 ? 0 : FLAG_PLACE)
                | (row.handshakeNanos == FlowRow.NO_TIME ? 0 : FLAG_HANDSHAKE)
                | (totals ? FLAG_TOTALS : 0)
                | (row.forwarding(true) == null ? 0 : FLAG_FORWARDING_A)
                | (row.forwarding(false) == null ? 0 : FLAG_FORWARDING_B);
    }

    private static void put(WindowDelta delta, boolean enclosed, boolean application, ByteBuffer out) {
        out.put((byte) ((delta.late ? DELTA_LATE : 0)
                | (delta.tcp == null ? 0 : DELTA_TCP)
                | (isNoted(delta) ? DELTA_TCP_NOTED : 0)
                | (delta.digests == null ? 0 : DELTA_DIGESTS)
                | (delta.icmpErrors() == null ? 0 : DELTA_ICMP_ERRORS)));
        ByteUtils.writeVarlong(delta.window, out);
        putCounters(delta.packetsA, delta.octetsA, delta.layer2OctetsA, delta.flagsA, out);
        putCounters(delta.packetsB, delta.octetsB, delta.layer2OctetsB, delta.flagsB, out);
        if (enclosed) {
            put(delta.parents(), out);
        }
        if (application) {
            ApplicationCodec.put(delta.dns(), out);
        }
        if (isNoted(delta)) {
            delta.tcp.put(out);
        }
        if (delta.digests != null) {
            delta.digests.put(out);
        }
        if (delta.icmpErrors() != null) {
            delta.icmpErrors().put(out);
        }
    }

    /** Of one side. A frame is little longer than the packet in it; flags that were not seen are -1. */
    private static void putCounters(long packets, long octets, long layer2Octets, short tcpFlags, ByteBuffer out) {
        ByteUtils.writeVarlong(packets, out);
        ByteUtils.writeVarlong(octets, out);
        ByteUtils.writeVarlong(layer2Octets - octets, out);
        ByteUtils.writeUnsignedVarint(tcpFlags + 1 & 0xffff, out);
    }

    private static short tcpFlags(ByteBuffer in) {
        return (short) (ByteUtils.readUnsignedVarint(in) - 1);
    }

    private static boolean isNoted(WindowDelta delta) {
        return delta.tcp != null && delta.tcp != TcpHealth.GOOD;
    }

    /** @param parents null for a window without packets */
    private static void put(Parents parents, ByteBuffer out) {
        if (parents == null) {
            out.put((byte) 0);
            return;
        }
        out.put((byte) ((parents.seenA ? SEEN_A : 0) | (parents.seenB ? SEEN_B : 0)))
                .putLong(parents.digestHighA)
                .putLong(parents.digestLowA)
                .putLong(parents.digestHighB)
                .putLong(parents.digestLowB);
    }

    private static Parents parents(ByteBuffer in) {
        byte seen = in.get();
        if (seen == 0) {
            return null;
        }
        Parents parents = new Parents();
        parents.seenA = (seen & SEEN_A) != 0;
        parents.seenB = (seen & SEEN_B) != 0;
        parents.digestHighA = in.getLong();
        parents.digestLowA = in.getLong();
        parents.digestHighB = in.getLong();
        parents.digestLowB = in.getLong();
        return parents;
    }

    /** Fills a row; its point is found by the id that is returned. */
    static long decode(
            byte[] value,
            FlowRow row,
            SharedObjects<SharedKey> sharedKeys,
            SharedObjects<SharedForwarding> sharedForwardings) {
        ByteBuffer in = versioned(value);
        int flags = in.getShort();
        row.initiatorIsA = (flags & FLAG_INITIATOR_IS_A) != 0;
        row.emitted = (flags & FLAG_EMITTED) != 0;
        row.shared = (flags & FLAG_SHARED) != 0;
        long pointId = in.getLong();
        row.key = sharedKeys.unique(sharedKey(flags, in));
        row.orientation = in.get();
        byte marks = in.get();
        row.endReason = in.get();
        row.problem = in.get();
        row.word4 = in.getLong();
        row.addresses = in.getLong();
        row.idSeed = in.getLong();
        row.mark(marks);
        row.firstNanos = in.getLong();
        row.lastNanos = row.firstNanos + ByteUtils.readVarlong(in);
        if ((flags & FLAG_HANDSHAKE) != 0) {
            row.handshakeNanos = row.firstNanos + ByteUtils.readVarlong(in);
        }
        row.generation = ByteUtils.readUnsignedVarint(in);
        row.resets = ByteUtils.readUnsignedVarint(in);
        row.serverHalfMicroseconds = ByteUtils.readUnsignedVarint(in) - 1;
        row.clientHalfMicroseconds = ByteUtils.readUnsignedVarint(in) - 1;
        if ((flags & FLAG_TOTALS) != 0) {
            row.packetsA = ByteUtils.readVarlong(in);
            row.octetsA = ByteUtils.readVarlong(in);
            row.layer2OctetsA = row.octetsA + ByteUtils.readVarlong(in);
            row.flagsA = tcpFlags(in);
            row.packetsB = ByteUtils.readVarlong(in);
            row.octetsB = ByteUtils.readVarlong(in);
            row.layer2OctetsB = row.octetsB + ByteUtils.readVarlong(in);
            row.flagsB = tcpFlags(in);
        }
        int count = ByteUtils.readUnsignedVarint(in);
        boolean enclosed = (flags & FLAG_ENCLOSED) != 0;
        if (enclosed) {
            long identifier = in.getLong();
            long[] outerLayers = new long[in.get()];
            for (int i = 0; i < outerLayers.length; i++) {
                outerLayers[i] = in.getLong();
            }
            row.enclosure = new Enclosure(identifier, outerLayers);
            row.enclosure.parents = parents(in);
        }
        boolean application = (flags & FLAG_APPLICATION) != 0;
        if (application) {
            row.extras().application = ApplicationCodec.decode(in);
        }
        if ((flags & FLAG_ICMP_ERRORS) != 0) {
            row.extras().icmpErrors = LastIcmpErrors.get(in);
        }
        if ((flags & FLAG_FORWARDING_A) != 0) {
            row.extras().forwardingA = sharedForwardings.unique(SharedForwarding.get(in));
        }
        if ((flags & FLAG_FORWARDING_B) != 0) {
            row.extras().forwardingB = sharedForwardings.unique(SharedForwarding.get(in));
        }
        WindowDelta last = null;
        for (int i = 0; i < count; i++) {
            int deltaFlags = in.get();
            WindowDelta delta = new WindowDelta(row, ByteUtils.readVarlong(in), (deltaFlags & DELTA_LATE) != 0);
            delta.packetsA = ByteUtils.readVarlong(in);
            delta.octetsA = ByteUtils.readVarlong(in);
            delta.layer2OctetsA = delta.octetsA + ByteUtils.readVarlong(in);
            delta.flagsA = tcpFlags(in);
            delta.packetsB = ByteUtils.readVarlong(in);
            delta.octetsB = ByteUtils.readVarlong(in);
            delta.layer2OctetsB = delta.octetsB + ByteUtils.readVarlong(in);
            delta.flagsB = tcpFlags(in);
            if (enclosed) {
                Parents parents = parents(in);
                if (parents != null) {
                    delta.extras().parents = parents;
                }
            }
            if (application) {
                DnsCounts dns = ApplicationCodec.dnsCounts(in);
                if (dns != null) {
                    delta.extras().dns = dns;
                }
            }
            if ((deltaFlags & DELTA_TCP) != 0) {
                delta.tcp = (deltaFlags & DELTA_TCP_NOTED) != 0 ? TcpHealth.get(in) : TcpHealth.GOOD;
            }
            if ((deltaFlags & DELTA_DIGESTS) != 0) {
                delta.digests = PacketDigests.get(in);
            }
            if ((deltaFlags & DELTA_ICMP_ERRORS) != 0) {
                delta.extras().icmpErrors = IcmpErrorCounts.get(in);
            }
            if (last == null) {
                row.deltas = delta;
            } else {
                last.next = delta;
            }
            last = delta;
        }
        return pointId;
    }

    private static SharedKey sharedKey(int flags, ByteBuffer in) {
        boolean addresses = (flags & FLAG_ADDRESSES) != 0;
        long word0 = addresses ? in.getLong() : 0;
        long word1 = addresses ? in.getLong() : 0;
        long word2 = addresses ? in.getLong() : 0;
        long word3 = addresses ? in.getLong() : 0;
        boolean place = (flags & FLAG_PLACE) != 0;
        long word5 = place ? in.getLong() : 0;
        long word6 = place ? in.getLong() : 0;
        long slot = place ? in.getLong() : 0;
        return new SharedKey(word0, word1, word2, word3, word5, word6, slot, in.getLong(), in.getLong(), in.getLong());
    }

    private static ByteBuffer versioned(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        byte version = in.get();
        if (version != VERSION) {
            throw new ProcessorStateException("The flow table's changelog holds rows of format " + version
                    + ", this version of Weir reads format " + VERSION
                    + ". Let the version that wrote it finish its input, or reset the application to start anew");
        }
        return in;
    }

    private static String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] utf8 = new byte[length];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
