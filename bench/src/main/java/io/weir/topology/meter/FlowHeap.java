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
 * changelog holds outside of the process. Over IPv6 each flow is of another pair of hosts, so that it shares nothing with others.
 */
public final class FlowHeap {

    private static final int FLOWS = 1_000_000;
    private static final int FLOWS_PER_BATCH = 10_000;
    private static final int UDP = 17;

    private FlowHeap() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws MalformedBatchException {
        measure(4);
        measure(6);
    }

    private static void measure(int ipVersion) throws MalformedBatchException {
        PacketBatchEncoder encoder = new PacketBatchEncoder(1000, true);
        PacketBatchDecoder decoder = new PacketBatchDecoder();
        // Once for nothing: what coding a batch takes is not the flows'.
        fill(ipVersion, encoder, decoder);
        long without = usedOctets();
        FlowTable table = fill(ipVersion, encoder, decoder);
        long with = usedOctets();
        System.out.printf(
                "IPv%d: %d flows, %.0f octets of heap a flow%n",
                ipVersion, table.size(), (double) (with - without) / table.size());
    }

    private static FlowTable fill(int ipVersion, PacketBatchEncoder encoder, PacketBatchDecoder decoder)
            throws MalformedBatchException {
        FlowTable table = new FlowTable();
        Meter meter = new Meter(MeterConfig.defaults(), table, new ConversationTable(1), new MeterBenchmark.Nowhere());
        CanonicalKey key = new CanonicalKey();
        key.etherType = ipVersion == 4 ? 0x0800 : 0x86dd;
        long network = ipVersion == 4 ? 0 : 0xfd42L << 48;
        BatchHeader header =
                new BatchHeader(new ObservationPoint("bench", "heap", "pcap", 1), "session", 0, Long.MIN_VALUE, false);
        for (int flow = 0; flow < FLOWS; flow++) {
            boolean sentByA = key.setEndpoints(
                    ipVersion, UDP, network, 0x0a000000L + flow, 40_000, 1, network, 0x0b000001L, 53, 2, false);
            encoder.add(key, key.hash(), sentByA, flow, 100, 86, -1);
            if (encoder.summaries() == FLOWS_PER_BATCH) {
                decoder.decode(encoder.encode(1, header), WireFormat.HEADER_OCTETS);
                meter.process(decoder, 0);
            }
        }
        return table;
    }

    private static long usedOctets() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
