package io.weir.bench.traffic;

import java.io.IOException;
import java.nio.file.Path;

/** Plays the flows of a plan in the order of time into a capture file. */
public final class TrafficWriter {

    /** 2026-01-01T00:00:00Z: the event time of the first packet is fixed, so that the octets are. */
    private static final long BASE_EPOCH_MICROS = 1_767_225_600_000_000L;

    private final Randomness randomness;
    private final FlowSchedule schedule;
    private final EventHeap events = new EventHeap();
    private final int serversPerClient;
    private final SlotTable live = new SlotTable();
    private int started;
    private long packets;
    private long layer2Octets;
    private long lastMicros;
    private int peakLiveFlows;

    private TrafficWriter(TrafficPlan plan) {
        this.randomness = new Randomness(plan.seed());
        this.schedule = new FlowSchedule(plan, randomness);
        this.serversPerClient = plan.serversPerClient();
    }

    /** @throws IOException when the file cannot be written; what is there by then is a valid capture, cut */
    public static TrafficTruth write(TrafficPlan plan, Path path) throws IOException {
        TrafficWriter traffic = new TrafficWriter(plan);
        try (PcapFileWriter file = new PcapFileWriter(path, plan.snapLength())) {
            traffic.play(file);
        }
        return new TrafficTruth(
                traffic.packets, traffic.layer2Octets, plan.flows(), traffic.lastMicros, traffic.peakLiveFlows);
    }

    private void play(PcapFileWriter file) throws IOException {
        while (started < schedule.flows() || !events.isEmpty()) {
            while (started < schedule.flows()
                    && (events.isEmpty() || schedule.startMicrosAt(started) <= EventHeap.timeMicros(events.first()))) {
                startNext();
            }
            playFirst(file);
        }
    }

    private void startNext() {
        int flow = schedule.flowAt(started);
        FlowKind kind = schedule.kind(flow);
        Endpoints endpoints = Endpoints.of(flow, kind, serversPerClient, randomness);
        int slot =
                live.add(new LiveFlow(kind, endpoints, schedule.packets(flow), schedule.lifeMicros(flow), randomness));
        events.add(EventHeap.event(schedule.startMicrosAt(started), slot));
        started++;
        peakLiveFlows = Math.max(peakLiveFlows, live.size());
    }

    private void playFirst(PcapFileWriter file) throws IOException {
        long event = events.first();
        long micros = EventHeap.timeMicros(event);
        int slot = EventHeap.slot(event);
        LiveFlow flow = live.get(slot);
        int frameLength = flow.writeNext(file.buffer(), file.begin(), randomness);
        file.end(BASE_EPOCH_MICROS + micros, frameLength);
        packets++;
        layer2Octets += frameLength;
        lastMicros = micros;
        if (flow.isOver()) {
            live.remove(slot);
            events.removeFirst();
        } else {
            events.replaceFirst(EventHeap.event(micros + flow.nextGapMicros(randomness), slot));
        }
    }
}
