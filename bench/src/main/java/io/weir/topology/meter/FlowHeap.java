package io.weir.topology.meter;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.BatchHeader;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.serde.WireFormat;
import io.weir.topology.MeterConfig;
import io.weir.topology.conversation.ConversationTable;

/**
 * Prints the heap that a flow takes in the flow table: a million flows with one open window each, after a collection. Without what the
 * changelog holds outside of the process.
 */
public final class FlowHeap {

    private static final int FLOWS = 1_000_000;
    private static final int FLOWS_PER_BATCH = 10_000;
    private static final int UDP = 17;

    private FlowHeap() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws MalformedBatchException {
        FlowTable table = new FlowTable();
        Meter meter = new Meter(MeterConfig.defaults(), table, new ConversationTable(1), new MeterBenchmark.Nowhere());
        PacketBatchEncoder encoder = new PacketBatchEncoder(1000, true);
        PacketBatchDecoder decoder = new PacketBatchDecoder();
        CanonicalKey key = new CanonicalKey();
        key.etherType = 0x0800;
        BatchHeader header =
                new BatchHeader(new ObservationPoint("bench", "heap", "pcap", 1), "session", 0, Long.MIN_VALUE, false);
        long before = usedOctets();
        for (int flow = 0; flow < FLOWS; flow++) {
            boolean sentByA = key.setEndpoints(4, UDP, 0, 0x0a000000L + flow, 40_000, 1, 0, 0x0b000001L, 53, 2, false);
            encoder.add(key, key.hash(), sentByA, flow, 100, 86, -1);
            if (encoder.summaries() == FLOWS_PER_BATCH) {
                decoder.decode(encoder.encode(1, header), WireFormat.HEADER_OCTETS);
                meter.process(decoder, 0);
            }
        }
        long after = usedOctets();
        System.out.printf("%d flows, %.0f octets of heap a flow%n", table.size(), (double) (after - before) / FLOWS);
    }

    private static long usedOctets() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
