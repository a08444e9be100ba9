package io.weir.app.pipeline;

import io.weir.schemas.Datagram;
import io.weir.topology.netflow.DataRecord;
import io.weir.topology.netflow.ExportSequence;
import io.weir.topology.netflow.Exporter;
import io.weir.topology.netflow.GiveUpReason;
import io.weir.topology.netflow.MessageHead;
import io.weir.topology.netflow.NetflowDecoder;
import io.weir.topology.netflow.NetflowLimits;
import io.weir.topology.netflow.NetflowListener;
import io.weir.topology.netflow.NetflowProblem;
import io.weir.topology.netflow.PendingSet;
import io.weir.topology.netflow.RecordField;
import io.weir.topology.netflow.Template;
import io.weir.topology.netflow.TemplateChange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the records of Open vSwitch's NetFlow v5 and IPFIX add up to at each port, for example {@code IPFIX out of 3}. It counts octets of layer 2
 * in both: in NetFlow v5 it puts them where octets of IP belong.
 */
final class ExportedTotals implements NetflowListener {

    private static final int EGRESS = 1;

    private record Stream(int version, int domain) {}

    private final NetflowDecoder decoder = new NetflowDecoder(NetflowLimits.defaults());
    private final Map<String, Long> packets = new HashMap<>();
    private final Map<String, Long> octets = new HashMap<>();
    private final Map<Stream, ExportSequence> sequences = new HashMap<>();
    private final List<NetflowProblem> problems = new ArrayList<>();
    private int heldSets;
    private int estimatedTimes;
    private long firstNanos = Long.MAX_VALUE;
    private long lastNanos = Long.MIN_VALUE;

    void add(Datagram datagram) {
        ByteBuffer payload = datagram.getPayload();
        byte[] address = new byte[datagram.getExporterAddress().remaining()];
        if (address.length == 0) {
            // A sign of life.
            return;
        }
        datagram.getExporterAddress().get(address);
        decoder.decode(
                payload,
                payload.position(),
                payload.remaining(),
                Exporter.of(address, datagram.getExporterPort()),
                datagram.getReceiveTimeNanoseconds(),
                this);
    }

    Map<String, Long> packets() {
        return packets;
    }

    Map<String, Long> octets() {
        return octets;
    }

    List<NetflowProblem> problems() {
        return problems;
    }

    /** Records that sequence numbers show not to have come. */
    long missing() {
        return sequences.values().stream()
                .mapToLong(sequence -> sequence.totalMissing() - sequence.totalFound())
                .sum();
    }

    /** Sets that came before their templates. */
    int heldSets() {
        return heldSets;
    }

    /** Records that do not say when their packets passed. */
    int estimatedTimes() {
        return estimatedTimes;
    }

    /** When the first packet passed, epoch nanoseconds. */
    long firstNanos() {
        return firstNanos;
    }

    long lastNanos() {
        return lastNanos;
    }

    @Override
    public void onDataRecord(DataRecord record) {
        estimatedTimes += record.timesEstimated ? 1 : 0;
        firstNanos = Math.min(firstNanos, record.firstNanos);
        lastNanos = Math.max(lastNanos, record.lastNanos);
        boolean v5 = record.head().version == NetflowDecoder.V5;
        boolean egress = record.get(RecordField.DIRECTION) == EGRESS;
        RecordField port = egress ? RecordField.EGRESS_INTERFACE : RecordField.INGRESS_INTERFACE;
        String name = (v5 ? "v5" : "IPFIX") + (egress ? " out of " : " into ") + record.get(port);
        packets.merge(name, record.get(RecordField.PACKETS), Long::sum);
        octets.merge(name, record.get(v5 ? RecordField.OCTETS : RecordField.LAYER2_OCTETS), Long::sum);
    }

    @Override
    public void onMessageEnd(MessageHead head) {
        sequences
                .computeIfAbsent(new Stream(head.version, head.domain), stream -> new ExportSequence(stream.version()))
                .observe(head);
    }

    @Override
    public void onProblem(MessageHead head, NetflowProblem problem, int position, int octetsLost) {
        problems.add(problem);
    }

    @Override
    public void onSetHeld(PendingSet set) {
        heldSets++;
    }

    @Override
    public void onMessage(MessageHead head) {
        // What it holds is what counts.
    }

    @Override
    public void onOptionsRecord(DataRecord record) {
        // No packets.
    }

    @Override
    public void onLateSet(PendingSet set) {
        // Its records follow.
    }

    @Override
    public void onTemplate(Template template, TemplateChange change) {
        // The decoder keeps it.
    }

    @Override
    public void onSetReleased(PendingSet set) {
        // As above.
    }

    @Override
    public void onSetGivenUp(PendingSet set, GiveUpReason reason) {
        // Its records are missing in the totals.
    }
}
