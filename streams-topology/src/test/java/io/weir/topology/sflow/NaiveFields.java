package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads a whole record in the plainest way: a buffer that is taken from, structure by structure, with no thought for records that are
 * not whole. The twin of {@link StructureReader}.
 */
final class NaiveFields {
    private final List<String> lines = new ArrayList<>();
    private final ByteBuffer in;

    private NaiveFields(byte[] body) {
        in = ByteBuffer.wrap(body);
    }

    static List<String> of(Structure structure, byte[] body) {
        NaiveFields naive = new NaiveFields(body);
        structure.fields().forEach(naive::field);
        return naive.lines;
    }

    private void field(Field field) {
        String name = field.name();
        switch (field.type()) {
            case U32 -> number(field, Integer.toUnsignedString(in.getInt(in.position())), in.getInt());
            case I32, PERCENTAGE -> number(field, Integer.toString(in.getInt(in.position())), in.getInt());
            case U64 -> number(field, Long.toString(in.getLong(in.position())), in.getLong());
            case U8 -> lines.add(name + "=" + (in.get() & 0xff));
            case MAC -> lines.add(name + "=" + Long.parseUnsignedLong(take(6), 16) + padding(2));
            case F32 -> lines.add(name + "=" + in.getFloat());
            case IPV4 -> lines.add(name + "=v4/0/" + strip(take(4)));
            case IPV6 -> lines.add(name + "=v6/" + strip(take(8)) + "/" + strip(take(8)));
            case UUID -> lines.add(name + "='" + take(16) + "'");
            case ADDRESS -> {
                int type = in.getInt();
                lines.add(
                        switch (type) {
                            case 1 -> name + "=v4/0/" + strip(take(4));
                            case 2 -> name + "=v6/" + strip(take(8)) + "/" + strip(take(8));
                            default -> name + "=v0/0/0";
                        });
            }
            case OPAQUE, STRING -> {
                int length = in.getInt();
                lines.add(name + "='" + take(length) + "'" + padding((4 - length % 4) % 4));
            }
            case ARRAY -> {
                int count = in.getInt();
                lines.add(name + "[" + count);
                for (int i = 0; i < count; i++) {
                    lines.add(name + "#" + i);
                    field.elements().forEach(this::field);
                }
                lines.add(name + "]");
            }
            case RECORDS -> {
                int count = in.getInt();
                lines.add(name + "[" + count);
                for (int i = 0; i < count; i++) {
                    int format = in.getInt();
                    int length = in.getInt();
                    lines.add("record 0:" + format + " " + length);
                    SflowStructures.flow(0, format).fields().forEach(this::field);
                    lines.add("record end");
                }
                lines.add(name + "]");
            }
        }
    }

    private void number(Field field, String text, long raw) {
        boolean unknown =
                switch (field.unknown()) {
                    case NONE -> false;
                    case ZERO -> raw == 0;
                    case ALL_ONES -> raw == -1;
                };
        lines.add(field.name() + "=" + (unknown ? "?" : text));
    }

    private String take(int octets) {
        byte[] taken = new byte[octets];
        in.get(taken);
        return HexFormat.of().formatHex(taken);
    }

    private String padding(int octets) {
        take(octets);
        return "";
    }

    private static String strip(String hex) {
        return Long.toHexString(Long.parseUnsignedLong(hex, 16));
    }
}
