package io.weir.advisor.host;

import io.weir.schemas.FlowClass;
import java.util.Arrays;

/**
 * Whom a host began to speak with when, for longer than contacts are kept: peers inside by address, those outside by network (/24, /48), with protocol
 * and port. Held as 64 bit of hash each. At most {@value #MAX_KNOWN}, beyond which the one that was quiet longest is forgotten; forgotten after
 * {@value #KEPT_DAYS} days.
 */
public final class KnownPeers {

    static final int MAX_KNOWN = 1024;
    static final int KEPT_DAYS = 30;

    /** Of a host that knows nobody; nothing is to be added. */
    static final KnownPeers NONE = new KnownPeers();

    private static final long DAY_MICROS = 86_400_000_000L;

    /** Words of a peer: hash, never 0, first and last seen in epoch microseconds. */
    private static final int LONGS = 3;

    private static final int FIRST = 1;
    private static final int LAST = 2;
    private static final int MIN_CAPACITY = 2;

    /** Takes a peer. */
    @FunctionalInterface
    interface Visitor {

        void accept(long hash, long firstMicros, long lastMicros);
    }

    /** Open addressing with linear probing, at most three quarters full; a power of two of places. */
    private long[] table = new long[MIN_CAPACITY * LONGS];

    private int size;

    /** Something that contacts do not say any more has to be written. */
    boolean isChanged;

    /** Where they are written; null until a contact was forgotten. */
    HostRows.KnownRow row;

    /** Takes a contact that was answered. What contacts say is not written once more: after a start it is taken from them again. */
    void add(Contact contact) {
        add(hashOf(contact), contact.firstMicros(), contact.lastMicros());
    }

    void add(long hash, long firstMicros, long lastMicros) {
        int at = place(hash);
        if (table[at] == hash) {
            table[at + FIRST] = Math.min(table[at + FIRST], firstMicros);
            table[at + LAST] = Math.max(table[at + LAST], lastMicros);
            return;
        }
        if ((size + 1) * LONGS > table.length / 4 * 3) {
            rebuild(2 * table.length, Long.MIN_VALUE);
            at = place(hash);
        }
        table[at] = hash;
        table[at + FIRST] = firstMicros;
        table[at + LAST] = lastMicros;
        size++;
        makeRoom();
    }

    /** Where a peer stands, or is to stand. */
    private int place(long hash) {
        int places = table.length / LONGS;
        int at = (int) hash & (places - 1);
        while (table[at * LONGS] != 0 && table[at * LONGS] != hash) {
            at = (at + 1) & (places - 1);
        }
        return at * LONGS;
    }

    /** Keeps those that were seen later. */
    private void rebuild(int length, long afterMicros) {
        long[] before = table;
        table = new long[length];
        size = 0;
        for (int i = 0; i < before.length; i += LONGS) {
            if (before[i] != 0 && before[i + LAST] > afterMicros) {
                System.arraycopy(before, i, table, place(before[i]), LONGS);
                size++;
            }
        }
    }

    /** A contact is about to be forgotten: what it said is to be written here. */
    void keep(Contact contact) {
        isChanged |= since(contact) != Long.MAX_VALUE;
    }

    private void makeRoom() {
        if (size <= MAX_KNOWN) {
            return;
        }
        long[] last = new long[size];
        int count = 0;
        for (int i = 0; i < table.length; i += LONGS) {
            if (table[i] != 0) {
                last[count++] = table[i + LAST];
            }
        }
        Arrays.sort(last);
        long old = last[size - 1] - KEPT_DAYS * DAY_MICROS - 1;
        // A quarter at once, so that the next one does not sort again.
        rebuild(table.length, last[size - MAX_KNOWN - 1] <= old ? old : Math.max(old, last[size / 4]));
    }

    private static long hashOf(Contact contact) {
        Contact.Key to = contact.key();
        boolean isInside = contact.flowClass() == FlowClass.internal || contact.flowClass() == FlowClass.ingress;
        HostKey peer = isInside ? to.peer() : to.peer().network();
        long hash = HostKey.mix(peer.hash64() ^ ((long) to.protocol() << 32 | (to.port() & 0xffff_ffffL)));
        return hash == 0 ? 1 : hash;
    }

    /** Peers that are known. */
    public int size() {
        return size;
    }

    /** Hands over each peer, in no order. */
    void forEach(Visitor visitor) {
        for (int i = 0; i < table.length; i += LONGS) {
            if (table[i] != 0) {
                visitor.accept(table[i], table[i + FIRST], table[i + LAST]);
            }
        }
    }

    /**
     * When the host began to speak with the peer of this contact, answered; {@link Long#MAX_VALUE} when it never did. Epoch microseconds.
     */
    public long since(Contact contact) {
        int at = place(hashOf(contact));
        return table[at] == 0 ? Long.MAX_VALUE : table[at + FIRST];
    }
}
