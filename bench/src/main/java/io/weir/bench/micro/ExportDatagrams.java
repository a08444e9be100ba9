package io.weir.bench.micro;

import io.weir.topology.netflow.NetflowDecoder;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Datagrams of one exporter in memory, {@value #RECORDS} records each, with the numbers of different flows; and the one with their template,
 * of fields as routers send them.
 */
final class ExportDatagrams {
    static final int DATAGRAMS = 256;
    static final int RECORDS = 31;
    static final int EXPORT_SECONDS = 1_700_000_000;

    private static final int TEMPLATE = 256;
    private static final int UPTIME_MILLIS = 86_400_000;
    private static final int V5_HEAD_OCTETS = 24;
    private static final int V9_HEAD_OCTETS = 20;
    private static final int IPFIX_HEAD_OCTETS = 16;
    private static final int SET_HEAD_OCTETS = 4;
    private static final int FIRST_UPTIME = 22;
    private static final int LAST_UPTIME = 21;
    private static final int FIRST_MILLISECONDS = 152;
    private static final int LAST_MILLISECONDS = 153;

    /** Element and octets in turn; v5's record. */
    private static final int[] V5_FIELDS = {
        8, 4, 12, 4, 15, 4, 10, 2, 14, 2, 2, 4, 1, 4, 22, 4, 21, 4, 7, 2, 11, 2, 210, 1, 6, 1, 4, 1, 5, 1, 16, 2, 17, 2,
        9, 1, 13, 1, 210, 2
    };

    private static final int[] V9_FIELDS = {
        8, 4, 12, 4, 15, 4, 10, 4, 14, 4, 2, 4, 1, 4, 22, 4, 21, 4, 7, 2, 11, 2, 6, 1, 4, 1, 5, 1, 16, 4, 17, 4, 9, 1,
        13, 1, 61, 1, 48, 1, 89, 1
    };
    private static final int[] IPFIX_FIELDS = {
        8, 4, 12, 4, 15, 4, 10, 4, 14, 4, 2, 8, 1, 8, 152, 8, 153, 8, 7, 2, 11, 2, 6, 2, 4, 1, 5, 1, 16, 4, 17, 4, 9, 1,
        13, 1, 61, 1, 136, 1, 58, 2, 89, 1
    };

    /** All datagrams one behind the other. */
    final ByteBuffer octets;

    final int[] offsets = new int[DATAGRAMS];
    final int length;
    /** The message with the template; empty for v5. */
    final ByteBuffer template;

    private final Random random = new Random(1);
    private final int version;
    private final int[] fields;

    ExportDatagrams(int version) {
        this.version = version;
        fields = version == NetflowDecoder.V5 ? V5_FIELDS : version == NetflowDecoder.V9 ? V9_FIELDS : IPFIX_FIELDS;
        int content = RECORDS * recordOctets();
        length = version == NetflowDecoder.V5 ? V5_HEAD_OCTETS + content : headOctets() + SET_HEAD_OCTETS + content;
        octets = ByteBuffer.allocate(DATAGRAMS * length);
        for (int i = 0; i < DATAGRAMS; i++) {
            offsets[i] = octets.position();
            putHead(octets, length);
            if (version != NetflowDecoder.V5) {
                octets.putShort((short) TEMPLATE).putShort((short) (SET_HEAD_OCTETS + content));
            }
            for (int record = 0; record < RECORDS; record++) {
                putRecord();
            }
        }
        template = version == NetflowDecoder.V5 ? ByteBuffer.allocate(0) : template();
    }

    private int headOctets() {
        return version == NetflowDecoder.V9 ? V9_HEAD_OCTETS : IPFIX_HEAD_OCTETS;
    }

    private int recordOctets() {
        int sum = 0;
        for (int i = 1; i < fields.length; i += 2) {
            sum += fields[i];
        }
        return sum;
    }

    private ByteBuffer template() {
        int set = SET_HEAD_OCTETS + 4 + 2 * fields.length;
        ByteBuffer out = ByteBuffer.allocate(headOctets() + set);
        putHead(out, out.capacity());
        out.putShort((short) (version == NetflowDecoder.V9 ? 0 : 2)).putShort((short) set);
        out.putShort((short) TEMPLATE).putShort((short) (fields.length / 2));
        for (int field : fields) {
            out.putShort((short) field);
        }
        return out;
    }

    private void putHead(ByteBuffer out, int total) {
        out.putShort((short) version);
        switch (version) {
            case NetflowDecoder.V5 ->
                out.putShort((short) RECORDS)
                        .putInt(UPTIME_MILLIS)
                        .putInt(EXPORT_SECONDS)
                        .putInt(0)
                        .putInt(0)
                        .putInt(0);
            case NetflowDecoder.V9 ->
                out.putShort((short) RECORDS)
                        .putInt(UPTIME_MILLIS)
                        .putInt(EXPORT_SECONDS)
                        .putInt(0)
                        .putInt(1);
            default ->
                out.putShort((short) total).putInt(EXPORT_SECONDS).putInt(0).putInt(1);
        }
    }

    private void putRecord() {
        for (int i = 0; i < fields.length; i += 2) {
            long value =
                    switch (fields[i]) {
                        case FIRST_UPTIME -> UPTIME_MILLIS - 10_000 - random.nextInt(50_000);
                        case LAST_UPTIME -> UPTIME_MILLIS - random.nextInt(10_000);
                        case FIRST_MILLISECONDS -> EXPORT_SECONDS * 1_000L - 10_000 - random.nextInt(50_000);
                        case LAST_MILLISECONDS -> EXPORT_SECONDS * 1_000L - random.nextInt(10_000);
                        default -> random.nextInt(1 << 16);
                    };
            for (int shift = Byte.SIZE * (fields[i + 1] - 1); shift >= 0; shift -= Byte.SIZE) {
                octets.put((byte) (value >>> shift));
            }
        }
    }
}
