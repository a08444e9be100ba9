package io.weir.topology.netflow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Names that an exporter's options give to numbers. Bounded: further names than allowed are not taken in, and counted; long ones are cut. */
public final class NameDictionary {
    /** Octets of a name that are kept. */
    static final int MAX_NAME_OCTETS = 256;

    private final int maxNames;
    private final LongTable<String> names = new LongTable<>();
    private long refused;

    NameDictionary(int maxNames) {
        this.maxNames = maxNames;
    }

    /** The name of a number, or null. */
    public String name(long number) {
        return names.get(number);
    }

    /** How many names are known. */
    public int size() {
        return names.size();
    }

    /** Names not taken in for lack of room. */
    public long refused() {
        return refused;
    }

    /** Takes in a name; an empty one says nothing. */
    void learn(long number, ByteBuffer buffer, int position, int octets) {
        String name = text(buffer, position, Math.min(octets, MAX_NAME_OCTETS));
        if (name.isEmpty()) {
            return;
        }
        if (names.size() >= maxNames && names.get(number) == null) {
            refused++;
            return;
        }
        if (!name.equals(names.get(number))) {
            names.put(number, name);
        }
    }

    /** UTF-8 with what is none replaced, without the zeros that fill a fixed field. */
    static String text(ByteBuffer buffer, int position, int octets) {
        int length = octets;
        while (length > 0 && buffer.get(position + length - 1) == 0) {
            length--;
        }
        byte[] characters = new byte[length];
        buffer.get(position, characters);
        return new String(characters, StandardCharsets.UTF_8);
    }
}
