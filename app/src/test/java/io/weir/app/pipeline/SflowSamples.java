package io.weir.app.pipeline;

import io.weir.schemas.Datagram;
import io.weir.topology.sflow.CounterSample;
import io.weir.topology.sflow.DiscardedPacket;
import io.weir.topology.sflow.FlowSample;
import io.weir.topology.sflow.SflowDatagram;
import io.weir.topology.sflow.SflowDecoder;
import io.weir.topology.sflow.SflowListener;
import io.weir.topology.sflow.SflowProblem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** How many packets datagrams of sFlow tell of, and what could not be read in them. */
final class SflowSamples implements SflowListener {

    private final SflowDecoder decoder = new SflowDecoder();
    private final List<SflowProblem> problems = new ArrayList<>();
    private long packets;

    void add(Datagram datagram) {
        if (datagram.getExporterAddress().remaining() == 0) {
            // A sign of life.
            return;
        }
        ByteBuffer payload = datagram.getPayload();
        decoder.decode(payload, payload.position(), payload.remaining(), this);
    }

    long packets() {
        return packets;
    }

    List<SflowProblem> problems() {
        return problems;
    }

    @Override
    public void onFlowSample(FlowSample sample) {
        packets++;
    }

    @Override
    public void onProblem(SflowProblem problem, int position) {
        problems.add(problem);
    }

    @Override
    public void onDatagram(SflowDatagram datagram) {
        // Its samples are what counts.
    }

    @Override
    public void onCounterSample(CounterSample sample) {
        // No packets.
    }

    @Override
    public void onDiscardedPacket(DiscardedPacket discarded) {
        // No samples.
    }

    @Override
    public void onOtherSample(int enterprise, int format, int position, int octets) {
        // No packets.
    }

    @Override
    public void onEnd() {
        // Nothing is kept for it.
    }
}
