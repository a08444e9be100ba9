package io.weir.topology.conversation;

import io.weir.schemas.Flow;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.AvroBytes;
import io.weir.topology.sketch.RoundTripSketch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * Rows of the conversation table as bytes of its changelog. Key: one byte of kind, the conversation's key and, for a window that waits, its
 * number. Value: one byte of format version, then what the row holds, numbers big-endian, flow records as Avro of the current schema behind their length.
 */
final class ConversationCodec {

    private static final byte KIND_CONVERSATION = 0;
    private static final byte KIND_WINDOW = 1;
    /** Format 1 had round trips in numbers of fixed width. */
    private static final byte VERSION = 2;

    private static final byte[] NO_PREFIX = {};

    private static final int INITIATOR_IS_A = 1;
    private static final int HANDSHAKE_IN_WINDOW = 2;
    private static final int DIGESTS = 4;
    private static final int INITIATOR_ROUND_TRIPS = 8;
    private static final int RESPONDER_ROUND_TRIPS = 16;

    private static final SpecificDatumWriter<Flow> WRITER = Avro.writer(Flow.getClassSchema());
    private static final SpecificDatumReader<Flow> READER = Avro.reader(Flow.getClassSchema(), Flow.getClassSchema());

    private ConversationCodec() {}

    static byte[] key(ConversationState state) {
        ByteBuffer out = ByteBuffer.allocate(1 + ConversationKey.OCTETS).put(KIND_CONVERSATION);
        state.key.put(out);
        return out.array();
    }

    static byte[] key(ConversationWindow row) {
        ByteBuffer out =
                ByteBuffer.allocate(1 + ConversationKey.OCTETS + Long.BYTES).put(KIND_WINDOW);
        row.conversation.key.put(out);
        return out.putLong(row.window).array();
    }

    static boolean isWindow(byte[] key) {
        return key[0] == KIND_WINDOW;
    }

    /** What stands behind the kind in a key. */
    static ByteBuffer afterKind(byte[] key) {
        return ByteBuffer.wrap(key, 1, key.length - 1);
    }

    static byte[] value(ConversationState state) {
        int octets = 1 + 2 * Long.BYTES + 1 + Integer.BYTES + state.points.size() * Long.BYTES;
        ByteBuffer out = ByteBuffer.allocate(octets)
                .put(VERSION)
                .putLong(state.settledWindow)
                .putLong(state.standingHop)
                .put(state.provenInitiator());
        putIds(state.points, out);
        return out.array();
    }

    static void restore(byte[] value, ConversationState state) {
        ByteBuffer in = versioned(value);
        state.restore(in.getLong(), in.getLong(), in.get(), ids(in));
    }

    static byte[] value(ConversationWindow row) {
        List<byte[]> flows = new ArrayList<>(row.sightings.size());
        int octets = 1 + 2 * Integer.BYTES + row.waiting.size() * Long.BYTES;
        for (Sighting sighting : row.sightings) {
            byte[] flow = AvroBytes.encode(NO_PREFIX, out -> WRITER.write(sighting.flow(), out));
            flows.add(flow);
            octets += 1 + 2 * Long.BYTES + Integer.BYTES + flow.length;
            octets += sighting.digests() == null ? 0 : sighting.digests().octets();
            octets += octets(sighting.initiatorRoundTrips()) + octets(sighting.responderRoundTrips());
        }
        ByteBuffer out = ByteBuffer.allocate(octets).put(VERSION);
        putIds(row.waiting, out);
        out.putInt(flows.size());
        for (int i = 0; i < flows.size(); i++) {
            Sighting sighting = row.sightings.get(i);
            out.put((byte) ((sighting.initiatorIsA() ? INITIATOR_IS_A : 0)
                            | (sighting.handshakeInWindow() ? HANDSHAKE_IN_WINDOW : 0)
                            | (sighting.digests() == null ? 0 : DIGESTS)
                            | (sighting.initiatorRoundTrips() == null ? 0 : INITIATOR_ROUND_TRIPS)
                            | (sighting.responderRoundTrips() == null ? 0 : RESPONDER_ROUND_TRIPS)))
                    .putLong(sighting.pointId())
                    .putLong(sighting.hopId())
                    .putInt(flows.get(i).length)
                    .put(flows.get(i));
            put(sighting.initiatorRoundTrips(), out);
            put(sighting.responderRoundTrips(), out);
            if (sighting.digests() != null) {
                sighting.digests().put(out);
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    static void restore(byte[] value, ConversationWindow row) {
        ByteBuffer in = versioned(value);
        row.waiting.addAll(ids(in));
        int count = in.getInt();
        for (int i = 0; i < count; i++) {
            int flags = in.get();
            long pointId = in.getLong();
            long hopId = in.getLong();
            byte[] flow = new byte[in.getInt()];
            in.get(flow);
            row.sightings.add(new Sighting(
                    pointId,
                    hopId,
                    flow(flow),
                    (flags & INITIATOR_IS_A) != 0,
                    (flags & HANDSHAKE_IN_WINDOW) != 0,
                    (flags & INITIATOR_ROUND_TRIPS) == 0 ? null : RoundTripSketch.get(in),
                    (flags & RESPONDER_ROUND_TRIPS) == 0 ? null : RoundTripSketch.get(in),
                    (flags & DIGESTS) == 0 ? null : PacketDigests.get(in)));
        }
    }

    private static int octets(RoundTripSketch sketch) {
        return sketch == null ? 0 : sketch.octets();
    }

    private static void put(RoundTripSketch sketch, ByteBuffer out) {
        if (sketch != null) {
            sketch.put(out);
        }
    }

    private static Flow flow(byte[] avro) {
        try {
            return READER.read(null, AvroBytes.decoder(avro, 0));
        } catch (IOException e) {
            throw new UncheckedIOException("a flow record in the conversation table's changelog", e);
        }
    }

    private static void putIds(Collection<Long> ids, ByteBuffer out) {
        out.putInt(ids.size());
        ids.forEach(out::putLong);
    }

    private static List<Long> ids(ByteBuffer in) {
        int count = in.getInt();
        List<Long> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(in.getLong());
        }
        return ids;
    }

    private static ByteBuffer versioned(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        byte version = in.get();
        if (version != VERSION) {
            throw new ProcessorStateException("The conversation table's changelog holds rows of format " + version
                    + ", this version of Weir reads format " + VERSION
                    + ". Let the version that wrote it finish its input, or reset the application to start anew");
        }
        return in;
    }
}
