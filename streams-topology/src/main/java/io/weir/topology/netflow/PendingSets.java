package io.weir.topology.netflow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Data sets that wait for their template: after a start, or when exporter and network order them so. Bounded in number and octets per
 * exporter, in octets and age in all; at each cap the oldest is given up. Every set that is held is released or given up, and that is told.
 *
 * <p>For one thread. Looks at no clock.
 */
public final class PendingSets {
    private final NetflowLimits limits;
    /** In order of arrival. */
    private final LinkedHashMap<Long, PendingSet> all = new LinkedHashMap<>();

    private final Map<Exporter, Waiting> waiting = new HashMap<>();
    private long nextNumber;
    private long octets;

    /** Nothing waits. */
    public PendingSets(NetflowLimits limits) {
        this.limits = limits;
    }

    /** What waits of one address, in order of arrival. */
    private static final class Waiting {
        final LinkedHashMap<Long, PendingSet> sets = new LinkedHashMap<>();
        long octets;
    }

    /**
     * Keeps a set, or gives it up at once where it is larger than all that an exporter may have.
     *
     * @param position first octet of the content, behind the set's header
     */
    void hold(
            MessageHead head,
            int templateId,
            ByteBuffer buffer,
            int position,
            int length,
            PendingSetListener listener) {
        PendingSet set = new PendingSet(nextNumber++, head, templateId, buffer, position, length);
        if (set.heapOctets() > limits.maxPendingOctetsPerExporter() || set.heapOctets() > limits.maxPendingOctets()) {
            listener.onSetGivenUp(set, GiveUpReason.TOO_MANY_PENDING);
            return;
        }
        add(set);
        listener.onSetHeld(set);
        keepWithinLimits(set, listener);
    }

    /** Takes in what a store kept, without telling anyone. */
    public void restore(PendingSet set) {
        nextNumber = Math.max(nextNumber, set.number() + 1);
        add(set);
    }

    /**
     * Takes out the sets that waited for a template, in order of arrival.
     *
     * @param anyPort whether the template is for every port of the address
     */
    List<PendingSet> release(
            Exporter exporter, int version, int domain, int id, boolean anyPort, PendingSetListener listener) {
        Waiting of = waiting.get(exporter.withoutPort());
        if (of == null) {
            return List.of();
        }
        List<PendingSet> released = new ArrayList<>();
        for (PendingSet set : of.sets.values()) {
            MessageHead head = set.head();
            if (set.templateId() == id
                    && head.version == version
                    && head.domain == domain
                    && (anyPort || head.exporter.port() == exporter.port())) {
                released.add(set);
            }
        }
        for (PendingSet set : released) {
            remove(set);
            listener.onSetReleased(set);
        }
        return released;
    }

    /** Gives up what waited for too long; to be called now and then. */
    public void expire(long now, PendingSetListener listener) {
        List<PendingSet> old = new ArrayList<>();
        for (PendingSet set : all.values()) {
            if (now - set.head().receiveNanos > limits.pendingLifetimeNanos()) {
                old.add(set);
            }
        }
        for (PendingSet set : old) {
            remove(set);
            listener.onSetGivenUp(set, GiveUpReason.TEMPLATE_NEVER_CAME);
        }
    }

    /** How many sets wait. */
    public int size() {
        return all.size();
    }

    /** Memory of what waits, an estimate. */
    public long heapOctets() {
        return octets;
    }

    /** What waits, in order of arrival. */
    public List<PendingSet> all() {
        return List.copyOf(all.values());
    }

    private void keepWithinLimits(PendingSet newest, PendingSetListener listener) {
        Waiting of = waiting.get(newest.exporter().withoutPort());
        while (of.octets > limits.maxPendingOctetsPerExporter()
                || of.sets.size() > limits.maxPendingSetsPerExporter()) {
            giveUpOldest(of.sets, listener);
        }
        while (octets > limits.maxPendingOctets()) {
            giveUpOldest(all, listener);
        }
    }

    private void giveUpOldest(Map<Long, PendingSet> among, PendingSetListener listener) {
        Iterator<PendingSet> sets = among.values().iterator();
        PendingSet oldest = sets.next();
        remove(oldest);
        listener.onSetGivenUp(oldest, GiveUpReason.TOO_MANY_PENDING);
    }

    private void add(PendingSet set) {
        all.put(set.number(), set);
        Waiting of = waiting.computeIfAbsent(set.exporter().withoutPort(), address -> new Waiting());
        of.sets.put(set.number(), set);
        of.octets += set.heapOctets();
        octets += set.heapOctets();
    }

    private void remove(PendingSet set) {
        all.remove(set.number());
        Exporter address = set.exporter().withoutPort();
        Waiting of = waiting.get(address);
        of.sets.remove(set.number());
        of.octets -= set.heapOctets();
        octets -= set.heapOctets();
        if (of.sets.isEmpty()) {
            waiting.remove(address);
        }
    }
}
