package io.weir.topology.datagram;

import io.weir.topology.netflow.ExportSequence;
import io.weir.topology.netflow.Exporter;
import io.weir.topology.netflow.OptionsRecord;
import io.weir.topology.netflow.PendingSet;
import io.weir.topology.netflow.Template;
import io.weir.topology.netflow.TemplateKey;
import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;

/** Rows of a {@link NetflowTable} as octets of its changelog, in the manner of {@link DatagramCodec}. */
final class NetflowCodec {

    static final byte KIND_DOMAIN = 2;
    static final byte KIND_TEMPLATE = 3;
    static final byte KIND_PENDING_SET = 4;
    static final byte KIND_OPTIONS = 5;

    private static final int EXPORTER_OCTETS = 1 + 8 + 8 + 4;

    /** Sequence; fingerprints and which is next; last time, loss since, missing; three of its clock, two of its sampling; totals. */
    private static final int DOMAIN_OCTETS =
            1 + ExportSequence.STATE_OCTETS + DomainRow.REMEMBERED * 8 + 4 + 8 * 8 + ExporterTotals.OCTETS;

    private NetflowCodec() {}

    static byte[] key(DomainRow.Key key) {
        return put(ByteBuffer.allocate(1 + EXPORTER_OCTETS + 1 + 4).put(KIND_DOMAIN), key.exporter())
                .put((byte) key.version())
                .putInt(key.domain())
                .array();
    }

    static byte[] key(TemplateKey key) {
        return put(ByteBuffer.allocate(1 + EXPORTER_OCTETS + 1 + 4 + 2).put(KIND_TEMPLATE), key.session())
                .put((byte) key.version())
                .putInt(key.domain())
                .putShort((short) key.id())
                .array();
    }

    static byte[] keyOfSet(long number) {
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put(KIND_PENDING_SET)
                .putLong(number)
                .array();
    }

    static byte[] keyOfOptions(byte[] scope) {
        return ByteBuffer.allocate(1 + scope.length)
                .put(KIND_OPTIONS)
                .put(scope)
                .array();
    }

    static byte[] value(DomainRow row) {
        ByteBuffer out = ByteBuffer.allocate(DOMAIN_OCTETS).put(DatagramCodec.FORMAT);
        row.sequence.writeTo(out);
        for (long fingerprint : row.fingerprints) {
            out.putLong(fingerprint);
        }
        out.putInt(row.nextFingerprint)
                .putLong(row.lastNanos)
                .putLong(row.lossSinceNanos)
                .putLong(row.untoldMissing)
                .putLong(row.clockOffsetNanos)
                .putLong(row.leastClockOffsetNanos)
                .putLong(row.greatestClockOffsetNanos)
                .putDouble(row.leastSamplingRate)
                .putDouble(row.greatestSamplingRate);
        row.totals.writeTo(out);
        return out.array();
    }

    /** Of what has a format of its own. */
    static byte[] value(byte[] content) {
        return ByteBuffer.allocate(1 + content.length)
                .put(DatagramCodec.FORMAT)
                .put(content)
                .array();
    }

    static DomainRow domain(byte[] key, byte[] value) {
        ByteBuffer identity = ByteBuffer.wrap(key, 1, key.length - 1);
        int ipVersion = identity.get();
        Exporter exporter = new Exporter(identity.getLong(), identity.getLong(), ipVersion, identity.getInt());
        DomainRow row = new DomainRow(new DomainRow.Key(exporter, identity.get(), identity.getInt()));
        ByteBuffer in = DatagramCodec.formatted(value);
        row.sequence.readFrom(in);
        for (int i = 0; i < DomainRow.REMEMBERED; i++) {
            row.fingerprints[i] = in.getLong();
        }
        row.nextFingerprint = in.getInt();
        row.lastNanos = in.getLong();
        row.lossSinceNanos = in.getLong();
        row.untoldMissing = in.getLong();
        row.clockOffsetNanos = in.getLong();
        row.leastClockOffsetNanos = in.getLong();
        row.greatestClockOffsetNanos = in.getLong();
        row.leastSamplingRate = in.getDouble();
        row.greatestSamplingRate = in.getDouble();
        row.totals.readFrom(in);
        return row;
    }

    static TemplateRow template(byte[] value) {
        return readable(() -> new TemplateRow(Template.fromBytes(content(value))));
    }

    static PendingSetRow pendingSet(byte[] value) {
        return readable(() -> new PendingSetRow(PendingSet.fromBytes(content(value))));
    }

    static OptionsRow options(byte[] key, byte[] value) {
        byte[] scope = new byte[key.length - 1];
        ByteBuffer.wrap(key).get(1, scope);
        return readable(() -> new OptionsRow(Bytes.wrap(scope), OptionsRecord.fromBytes(content(value))));
    }

    private interface Reading<R> {
        R read();
    }

    private static <R> R readable(Reading<R> reading) {
        try {
            return reading.read();
        } catch (IllegalArgumentException e) {
            throw new ProcessorStateException(
                    "The decoder's changelog holds what this version of Weir cannot read: " + e.getMessage()
                            + ". Let the version that wrote it finish its input, or reset the application to start anew",
                    e);
        }
    }

    private static byte[] content(byte[] value) {
        ByteBuffer in = DatagramCodec.formatted(value);
        byte[] content = new byte[in.remaining()];
        in.get(content);
        return content;
    }

    private static ByteBuffer put(ByteBuffer out, Exporter exporter) {
        return out.put((byte) exporter.ipVersion())
                .putLong(exporter.addressHigh())
                .putLong(exporter.addressLow())
                .putInt(exporter.port());
    }
}
