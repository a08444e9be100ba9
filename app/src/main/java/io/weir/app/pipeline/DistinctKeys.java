package io.weir.app.pipeline;

import io.weir.schemas.packets.CanonicalKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * How many different keys there were, by 64 bits over each: 16 to 32 octets of memory a key instead of some 150 for a set of strings. Of a million
 * keys, two are taken for one with a probability of 3 in 10^8.
 */
final class DistinctKeys {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FIRST_PLACES = 16;

    /** 2^64 divided by the golden ratio: what is mixed must not be small. */
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    /** Stands for a free place. */
    private static final long FREE = 0;

    /** Open addressing with linear probing, at most half full. */
    private long[] places = new long[FIRST_PLACES];

    private int size;

    int size() {
        return size;
    }

    void add(byte[] key) {
        if (insert(places, hash(key))) {
            size++;
            if (size * 2 > places.length) {
                grow();
            }
        }
    }

    private static boolean insert(long[] places, long hash) {
        int mask = places.length - 1;
        int place = (int) hash & mask;
        while (places[place] != FREE) {
            if (places[place] == hash) {
                return false;
            }
            place = (place + 1) & mask;
        }
        places[place] = hash;
        return true;
    }

    private void grow() {
        long[] more = new long[Math.multiplyExact(places.length, 2)];
        for (long hash : places) {
            if (hash != FREE) {
                insert(more, hash);
            }
        }
        places = more;
    }

    private static long hash(byte[] key) {
        long hash = CanonicalKey.mix(key.length + SPREAD);
        int at = 0;
        for (; at <= key.length - Long.BYTES; at += Long.BYTES) {
            hash = CanonicalKey.mix(hash ^ (long) LONG.get(key, at));
        }
        long rest = 0;
        for (; at < key.length; at++) {
            rest = rest << Byte.SIZE | (key[at] & 0xff);
        }
        hash = CanonicalKey.mix(hash ^ rest);
        return hash == FREE ? 1 : hash;
    }
}
