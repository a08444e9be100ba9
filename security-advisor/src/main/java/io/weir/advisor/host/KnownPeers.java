package io.weir.advisor.host;

import io.weir.schemas.FlowClass;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whom a host began to speak with when, for longer than contacts are kept: peers inside by address, those outside by network (/24, /48), with protocol
 * and port. Held as 64 bit of hash each. At most {@value #MAX_KNOWN}, beyond which the one that was quiet longest is forgotten; forgotten after
 * {@value #KEPT_DAYS} days.
 */
public final class KnownPeers {

    static final int MAX_KNOWN = 1024;
    static final int KEPT_DAYS = 30;

    /** Rows that peers are written in. */
    static final int ROWS = 16;

    static final long DAY_MICROS = 86_400_000_000L;

    /** First and last seen, epoch microseconds. */
    record Seen(long firstMicros, long lastMicros) {}

    final Map<Long, Seen> peers = new LinkedHashMap<>(4);

    /** Rows by the hash of what they hold, so that a new peer does not write all others again; null until one is needed. */
    final HostRows.KnownRow[] rows = new HostRows.KnownRow[ROWS];

    /** Bits of rows that have changed since they were last looked at. */
    private int changedRows;

    void add(Observation seen) {
        if (seen.outcome() != Outcome.ANSWERED) {
            return;
        }
        long hash = hashOf(seen.responder(), seen.flowClass(), seen.protocol(), seen.port());
        long start = seen.flow().startMicros();
        long end = seen.flow().endMicros();
        Seen before = peers.get(hash);
        if (before == null) {
            peers.put(hash, new Seen(start, end));
            changed(hash);
            makeRoom();
            return;
        }
        Seen after = new Seen(Math.min(before.firstMicros, start), Math.max(before.lastMicros, end));
        if (after.firstMicros != before.firstMicros
                || Math.floorDiv(after.lastMicros, DAY_MICROS) != Math.floorDiv(before.lastMicros, DAY_MICROS)) {
            changed(hash);
        }
        peers.put(hash, after);
    }

    /** Which row holds it. */
    static int rowOf(long hash) {
        return (int) hash & (ROWS - 1);
    }

    private void changed(long hash) {
        changedRows |= 1 << rowOf(hash);
    }

    /** Bits of rows that have changed since the last call. */
    int takeChangedRows() {
        int changed = changedRows;
        changedRows = 0;
        return changed;
    }

    private void makeRoom() {
        if (peers.size() <= MAX_KNOWN) {
            return;
        }
        long latest = peers.values().stream().mapToLong(Seen::lastMicros).max().orElseThrow();
        peers.values().removeIf(seen -> seen.lastMicros < latest - KEPT_DAYS * DAY_MICROS);
        changedRows = -1;
        if (peers.size() > MAX_KNOWN) {
            long[] last =
                    peers.values().stream().mapToLong(Seen::lastMicros).sorted().toArray();
            // A quarter at once, so that the next one does not sort again.
            long limit = last[last.length / 4];
            peers.values().removeIf(seen -> seen.lastMicros <= limit);
        }
    }

    private static long hashOf(HostKey peer, FlowClass flowClass, int protocol, int port) {
        boolean isInside = flowClass == FlowClass.internal || flowClass == FlowClass.ingress;
        return HostKey.mix(
                (isInside ? peer : peer.network()).hash64() ^ ((long) protocol << 32 | (port & 0xffff_ffffL)));
    }

    /**
     * When the host began to speak with the peer of this contact, answered; {@link Long#MAX_VALUE} when it never did. Epoch microseconds.
     */
    public long since(Contact contact) {
        Contact.Key to = contact.key();
        Seen seen = peers.get(hashOf(to.peer(), contact.flowClass(), to.protocol(), to.port()));
        return seen == null ? Long.MAX_VALUE : seen.firstMicros;
    }
}
