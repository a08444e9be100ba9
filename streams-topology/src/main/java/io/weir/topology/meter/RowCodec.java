package io.weir.topology.meter;

import io.weir.schemas.ObservationPoint;
import io.weir.topology.conversation.PacketDigests;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * Rows of the flow table as bytes of its changelog. Key: one byte of kind, then the point's id (8 bytes), the flow's id (16 bytes) or what a
 * known service is (44 bytes).
 * Value: one byte of format version, then fixed fields big-endian in the order below, what
 * encloses the flow if anything does, what its payloads have shown if anything, the last ICMP errors about it if any, then the open deltas.
 */
final class RowCodec {

    private static final byte KIND_POINT = 0;
    private static final byte KIND_FLOW = 1;
    private static final byte KIND_SERVICE = 2;
    private static final byte VERSION = 6;

    /** Version, flags, orientation, marks, end reason, problem: 6 bytes; TCP flags; 4 ints; 23 longs; count of deltas. */
    private static final int FLOW_OCTETS = 6 + 2 * 2 + 4 * 4 + 23 * 8 + 2;

    private static final int DELTA_OCTETS = 7 * 8 + 2 * 2 + 1;

    /** Sides that were seen, two digests of two longs. */
    private static final int PARENTS_OCTETS = 1 + 4 * 8;

    private static final int FLAG_INITIATOR_IS_A = 1;
    private static final int FLAG_EMITTED = 2;
    private static final int FLAG_ENCLOSED = 4;
    private static final int FLAG_APPLICATION = 8;
    private static final int FLAG_SHARED = 16;
    private static final int FLAG_ICMP_ERRORS = 32;

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

    static byte[] flowKey(long high, long low) {
        return ByteBuffer.allocate(17).put(KIND_FLOW).putLong(high).putLong(low).array();
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

    static byte[] encode(FlowRow row) {
        int count = 0;
        int notedOctets = 0;
        for (WindowDelta delta = row.deltas; delta != null; delta = delta.next) {
            count++;
            notedOctets += isNoted(delta) ? delta.tcp.octets() : 0;
            notedOctets += delta.digests == null ? 0 : delta.digests.octets();
            notedOctets += delta.icmpErrors() == null ? 0 : IcmpErrorCounts.OCTETS;
        }
        notedOctets += row.icmpErrors() == null ? 0 : LastIcmpErrors.OCTETS;
        Enclosure enclosure = row.enclosure;
        int enclosedOctets =
                enclosure == null ? 0 : 8 + 1 + 8 * enclosure.outerLayers.length + (1 + count) * PARENTS_OCTETS;
        byte[] application = row.application() == null ? null : ApplicationCodec.encode(row.application());
        int applicationOctets = application == null ? 0 : application.length + count * ApplicationCodec.MAX_DNS_OCTETS;
        ByteBuffer out = ByteBuffer.allocate(
                        FLOW_OCTETS + enclosedOctets + applicationOctets + notedOctets + count * DELTA_OCTETS)
                .put(VERSION)
                .put((byte) ((row.initiatorIsA ? FLAG_INITIATOR_IS_A : 0)
                        | (row.emitted ? FLAG_EMITTED : 0)
                        | (enclosure == null ? 0 : FLAG_ENCLOSED)
                        | (application == null ? 0 : FLAG_APPLICATION)
                        | (row.shared ? FLAG_SHARED : 0)
                        | (row.icmpErrors() == null ? 0 : FLAG_ICMP_ERRORS)))
                .put(row.orientation)
                .put(row.tcpMarks)
                .put(row.endReason)
                .put(row.problem)
                .putInt(row.generation)
                .putInt(row.resets)
                .putInt(row.serverHalfMicroseconds)
                .putInt(row.clientHalfMicroseconds)
                .putShort(row.flagsA)
                .putShort(row.flagsB)
                .putLong(row.point.id)
                .putLong(row.idSeed)
                .putLong(row.addresses)
                .putLong(row.word4)
                .putLong(row.key.word0())
                .putLong(row.key.word1())
                .putLong(row.key.word2())
                .putLong(row.key.word3())
                .putLong(row.key.word5())
                .putLong(row.key.word6())
                .putLong(row.key.slot())
                .putLong(row.key.macA())
                .putLong(row.key.macB())
                .putLong(row.key.layers())
                .putLong(row.firstNanos)
                .putLong(row.lastNanos)
                .putLong(row.handshakeNanos)
                .putLong(row.packetsA)
                .putLong(row.octetsA)
                .putLong(row.layer2OctetsA)
                .putLong(row.packetsB)
                .putLong(row.octetsB)
                .putLong(row.layer2OctetsB)
                .putShort((short) count);
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
        for (WindowDelta delta = row.deltas; delta != null; delta = delta.next) {
            out.put((byte) ((delta.late ? DELTA_LATE : 0)
                            | (delta.tcp == null ? 0 : DELTA_TCP)
                            | (isNoted(delta) ? DELTA_TCP_NOTED : 0)
                            | (delta.digests == null ? 0 : DELTA_DIGESTS)
                            | (delta.icmpErrors() == null ? 0 : DELTA_ICMP_ERRORS)))
                    .putLong(delta.window)
                    .putLong(delta.packetsA)
                    .putLong(delta.octetsA)
                    .putLong(delta.layer2OctetsA)
                    .putLong(delta.packetsB)
                    .putLong(delta.octetsB)
                    .putLong(delta.layer2OctetsB)
                    .putShort(delta.flagsA)
                    .putShort(delta.flagsB);
            if (enclosure != null) {
                put(delta.parents(), out);
            }
            if (application != null) {
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
        return out.position() == out.capacity() ? out.array() : Arrays.copyOf(out.array(), out.position());
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
    static long decode(byte[] value, FlowRow row, SharedKeys sharedKeys) {
        ByteBuffer in = versioned(value);
        byte flags = in.get();
        row.initiatorIsA = (flags & FLAG_INITIATOR_IS_A) != 0;
        row.emitted = (flags & FLAG_EMITTED) != 0;
        row.shared = (flags & FLAG_SHARED) != 0;
        row.orientation = in.get();
        byte marks = in.get();
        row.endReason = in.get();
        row.problem = in.get();
        row.generation = in.getInt();
        row.resets = in.getInt();
        row.serverHalfMicroseconds = in.getInt();
        row.clientHalfMicroseconds = in.getInt();
        row.flagsA = in.getShort();
        row.flagsB = in.getShort();
        long pointId = in.getLong();
        row.idSeed = in.getLong();
        row.addresses = in.getLong();
        row.word4 = in.getLong();
        row.key = sharedKeys.unique(new SharedKey(
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong()));
        row.mark(marks);
        row.firstNanos = in.getLong();
        row.lastNanos = in.getLong();
        row.handshakeNanos = in.getLong();
        row.packetsA = in.getLong();
        row.octetsA = in.getLong();
        row.layer2OctetsA = in.getLong();
        row.packetsB = in.getLong();
        row.octetsB = in.getLong();
        row.layer2OctetsB = in.getLong();
        int count = in.getShort();
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
        WindowDelta last = null;
        for (int i = 0; i < count; i++) {
            int deltaFlags = in.get();
            WindowDelta delta = new WindowDelta(row, in.getLong(), (deltaFlags & DELTA_LATE) != 0);
            delta.packetsA = in.getLong();
            delta.octetsA = in.getLong();
            delta.layer2OctetsA = in.getLong();
            delta.packetsB = in.getLong();
            delta.octetsB = in.getLong();
            delta.layer2OctetsB = in.getLong();
            delta.flagsA = in.getShort();
            delta.flagsB = in.getShort();
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
