package io.weir.collectors.datagram;

import io.weir.schemas.LossReason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a listener has done since it was opened. Every datagram that the kernel had for it is in {@link #sent}, in one of {@link #lost}, or
 * on its way.
 */
public final class DatagramCounts {

    private final LongAdder received = new LongAdder();
    private final LongAdder receivedOctets = new LongAdder();
    private final LongAdder sflow = new LongAdder();
    private final LongAdder netflow = new LongAdder();
    private final Map<LossReason, LongAdder> lost = new ConcurrentHashMap<>();

    void received(int octets) {
        received.increment();
        receivedOctets.add(octets);
    }

    void sent(DatagramProtocol protocol) {
        (protocol == DatagramProtocol.SFLOW ? sflow : netflow).increment();
    }

    void lost(LossReason reason, long datagrams) {
        lost.computeIfAbsent(reason, ignored -> new LongAdder()).add(datagrams);
    }

    /** Datagrams that came to this process. */
    public long received() {
        return received.sum();
    }

    /** Octets of them, behind their UDP headers. */
    public long receivedOctets() {
        return receivedOctets.sum();
    }

    /** Datagrams of sFlow that Kafka has acknowledged. */
    public long sentSflow() {
        return sflow.sum();
    }

    /** Datagrams of NetFlow and IPFIX that Kafka has acknowledged. */
    public long sentNetflow() {
        return netflow.sum();
    }

    /** Datagrams that Kafka has acknowledged. */
    public long sent() {
        return sentSflow() + sentNetflow();
    }

    /** Datagrams that were lost, before or in this process, or refused. */
    public long lost(LossReason reason) {
        LongAdder count = lost.get(reason);
        return count == null ? 0 : count.sum();
    }

    /** All that were lost or refused. */
    public long lost() {
        return lost.values().stream().mapToLong(LongAdder::sum).sum();
    }
}
