package io.weir.topology.netflow;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Writes NetFlow v5, v9 and IPFIX messages, right ones and, where a test says so, wrong ones. */
public final class NetflowWriter {
    public static final int EXPORT_SECONDS = 1_700_000_000;
    public static final int UPTIME_MILLIS = 100_000;

    private static final int V9_HEAD_OCTETS = 20;
    private static final int IPFIX_HEAD_OCTETS = 16;
    private static final int SET_HEAD_OCTETS = 4;
    private static final int ENTERPRISE_BIT = 0x8000;

    private final int version;
    private final ByteArrayOutputStream sets = new ByteArrayOutputStream();
    private int domain = 1;
    private int sequence;
    private int count;
    private int uptime = UPTIME_MILLIS;
    private int seconds = EXPORT_SECONDS;

    private NetflowWriter(int version) {
        this.version = version;
    }

    public static NetflowWriter v9() {
        return new NetflowWriter(NetflowDecoder.V9);
    }

    public static NetflowWriter ipfix() {
        return new NetflowWriter(NetflowDecoder.IPFIX);
    }

    public static NetflowWriter of(int version) {
        return new NetflowWriter(version);
    }

    /** A v5 message; each record is 48 octets. */
    public static byte[] v5(int announced, int sequence, int engine, int sampling, byte[]... records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer head = ByteBuffer.allocate(24);
        head.putShort((short) 5).putShort((short) announced).putInt(UPTIME_MILLIS);
        head.putInt(EXPORT_SECONDS).putInt(500_000_000).putInt(sequence).putShort((short) engine);
        head.putShort((short) sampling);
        out.writeBytes(head.array());
        for (byte[] record : records) {
            out.writeBytes(record);
        }
        return out.toByteArray();
    }

    /** A v5 record. */
    public static byte[] v5Record(
            int source, int destination, int sourcePort, int destinationPort, int packets, int octets) {
        ByteBuffer record = ByteBuffer.allocate(48);
        record.putInt(source)
                .putInt(destination)
                .putInt(0x0a0000fe)
                .putShort((short) 3)
                .putShort((short) 4);
        record.putInt(packets).putInt(octets).putInt(UPTIME_MILLIS - 5_000).putInt(UPTIME_MILLIS - 1_000);
        record.putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .put((byte) 0)
                .put((byte) 0x1b);
        record.put((byte) 6).put((byte) 0x10).putShort((short) 64_500).putShort((short) 64_501);
        return record.put((byte) 24).put((byte) 16).array();
    }

    public NetflowWriter domain(int value) {
        domain = value;
        return this;
    }

    public NetflowWriter sequence(int value) {
        sequence = value;
        return this;
    }

    public NetflowWriter uptime(int millis) {
        uptime = millis;
        return this;
    }

    public NetflowWriter seconds(int value) {
        seconds = value;
        return this;
    }

    /** A template set with one template; fields are element and length in turn. */
    public NetflowWriter template(int id, int... fields) {
        ByteBuffer record = ByteBuffer.allocate(4 + fields.length / 2 * 4);
        record.putShort((short) id).putShort((short) (fields.length / 2));
        putFields(record, fields);
        return set(version == NetflowDecoder.V9 ? 0 : 2, record.array());
    }

    /** A template set with one template whose fields are enterprise number, element and length in turn. */
    public NetflowWriter enterpriseTemplate(int id, int... fields) {
        ByteBuffer record = ByteBuffer.allocate(4 + fields.length / 3 * 8);
        record.putShort((short) id).putShort((short) (fields.length / 3));
        for (int i = 0; i < fields.length; i += 3) {
            boolean own = fields[i] != 0;
            record.putShort((short) (fields[i + 1] | (own ? ENTERPRISE_BIT : 0)))
                    .putShort((short) fields[i + 2]);
            if (own) {
                record.putInt(fields[i]);
            }
        }
        byte[] written = new byte[record.position()];
        record.get(0, written);
        return set(2, written);
    }

    /** An options template set with one template; the first fields are the scope. */
    public NetflowWriter options(int id, int scopeFields, int... fields) {
        int all = fields.length / 2;
        ByteBuffer record = ByteBuffer.allocate(6 + all * 4);
        record.putShort((short) id);
        if (version == NetflowDecoder.V9) {
            record.putShort((short) (scopeFields * 4)).putShort((short) ((all - scopeFields) * 4));
        } else {
            record.putShort((short) all).putShort((short) scopeFields);
        }
        putFields(record, fields);
        return set(version == NetflowDecoder.V9 ? 1 : 3, record.array());
    }

    private static void putFields(ByteBuffer record, int... fields) {
        for (int field : fields) {
            record.putShort((short) field);
        }
    }

    /** A data set, filled up to whole words. */
    public NetflowWriter data(int id, byte[]... records) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] record : records) {
            content.writeBytes(record);
            count++;
        }
        while (content.size() % 4 != 0) {
            content.write(0);
        }
        return set(id, content.toByteArray());
    }

    /** A set with any content. */
    public NetflowWriter set(int id, byte[] content) {
        return set(id, SET_HEAD_OCTETS + content.length, content);
    }

    /** A set that says to have a length. */
    public NetflowWriter set(int id, int length, byte[] content) {
        sets.writeBytes(ByteBuffer.allocate(SET_HEAD_OCTETS)
                .putShort((short) id)
                .putShort((short) length)
                .array());
        sets.writeBytes(content);
        return this;
    }

    /** Octets as they are. */
    public NetflowWriter raw(String hex) {
        sets.writeBytes(hex(hex));
        return this;
    }

    public byte[] bytes() {
        boolean v9 = version == NetflowDecoder.V9;
        ByteBuffer out = ByteBuffer.allocate((v9 ? V9_HEAD_OCTETS : IPFIX_HEAD_OCTETS) + sets.size());
        out.putShort((short) version).putShort((short) (v9 ? count : out.capacity()));
        if (v9) {
            out.putInt(uptime);
        }
        out.putInt(seconds).putInt(sequence).putInt(domain);
        return out.put(sets.toByteArray()).array();
    }

    public static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
