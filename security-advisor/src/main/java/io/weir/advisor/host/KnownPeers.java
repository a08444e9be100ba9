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

    private static final long DAY_MICROS = 86_400_000_000L;

    /** First and last seen, epoch microseconds. */
    record Seen(long firstMicros, long lastMicros) {}

    final Map<Long, Seen> peers = new LinkedHashMap<>(4);

    /** Something that contacts do not say any more has to be written. */
    boolean isChanged;

    /** Where they are written; null until a contact was forgotten. */
    HostRows.KnownRow row;

    /** Takes a contact that was answered. What contacts say is not written once more: after a start it is taken from them again. */
    void add(Contact contact) {
        long hash = hashOf(contact);
        long first = contact.firstMicros();
        long last = contact.lastMicros();
        Seen before = peers.get(hash);
        if (before == null) {
            peers.put(hash, new Seen(first, last));
            makeRoom();
        } else if (first < before.firstMicros || last > before.lastMicros) {
            peers.put(hash, new Seen(Math.min(before.firstMicros, first), Math.max(before.lastMicros, last)));
        }
    }

    /** A contact is about to be forgotten: what it said is to be written here. */
    void keep(Contact contact) {
        isChanged |= peers.containsKey(hashOf(contact));
    }

    private void makeRoom() {
        if (peers.size() <= MAX_KNOWN) {
            return;
        }
        long latest = peers.values().stream().mapToLong(Seen::lastMicros).max().orElseThrow();
        peers.values().removeIf(seen -> seen.lastMicros < latest - KEPT_DAYS * DAY_MICROS);
        if (peers.size() > MAX_KNOWN) {
            long[] last =
                    peers.values().stream().mapToLong(Seen::lastMicros).sorted().toArray();
            // A quarter at once, so that the next one does not sort again.
            long limit = last[last.length / 4];
            peers.values().removeIf(seen -> seen.lastMicros <= limit);
        }
    }

    private static long hashOf(Contact contact) {
        Contact.Key to = contact.key();
        boolean isInside = contact.flowClass() == FlowClass.internal || contact.flowClass() == FlowClass.ingress;
        HostKey peer = isInside ? to.peer() : to.peer().network();
        return HostKey.mix(peer.hash64() ^ ((long) to.protocol() << 32 | (to.port() & 0xffff_ffffL)));
    }

    /** Peers that are known. */
    public int size() {
        return peers.size();
    }

    /**
     * When the host began to speak with the peer of this contact, answered; {@link Long#MAX_VALUE} when it never did. Epoch microseconds.
     */
    public long since(Contact contact) {
        Seen seen = peers.get(hashOf(contact));
        return seen == null ? Long.MAX_VALUE : seen.firstMicros;
    }
}
