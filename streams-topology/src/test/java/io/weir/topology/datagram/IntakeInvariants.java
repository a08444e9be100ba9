package io.weir.topology.datagram;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.decoding.packet.FactKind;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.serialization.Serializer;

/** What holds for the way of any octets whatever to packets, drops and losses. */
final class IntakeInvariants {

    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final int PARTITIONS = 2;
    private static final long WINDOW_NANOS = 10_000_000_000L;
    private static final long DELAY_NANOS = 90_000_000_000L;
    private static final int AVRO_HEAD_OCTETS = 5;
    private static final DatagramSender SENDER = DatagramSender.of(4, 0, 0xc000_0201L, 2055);
    private static final DecoderMetrics METRICS = new DecoderMetrics(new SimpleMeterRegistry());
    private static final Serializer<DroppedPackets> SERIALIZER = AvroSerdes.serializer(
            DroppedPackets.class, Map.of(SchemaRegistryClient.URL_CONFIG, "mock://intake-invariants"));

    private int drops;

    private IntakeInvariants() {}

    /**
     * Takes the octets as a datagram, twice: nothing is thrown, every batch can be decoded, every drop is a record that Avro takes and that says where and
     * why, and their number is bounded by the octets.
     */
    static void check(DatagramKind kind, byte[] datagram) {
        IntakeInvariants run = new IntakeInvariants();
        DatagramTable table = kind.table(PARTITIONS);
        table.open(null, METRICS.flushes());
        try (DecoderMetrics.Task counts = METRICS.begin(kind)) {
            PacketOutbox outbox = new PacketOutbox(1, PARTITIONS, table, (partition, value) -> read(value));
            DatagramLosses losses = new DatagramLosses(loss -> {});
            SampledPackets sampled = new SampledPackets(outbox, 2, FactKind.ALL);
            DropRecords records = new DropRecords(counts, run::drop);
            DatagramIntake intake = kind == DatagramKind.SFLOW
                    ? new SflowIntake(
                            (SflowTable) table, sampled, records, losses, counts, counters -> {}, () -> "place")
                    : new NetflowIntake(
                            (NetflowTable) table,
                            sampled,
                            new RecordedPackets(outbox, WINDOW_NANOS),
                            records,
                            losses,
                            counts,
                            () -> "place",
                            table::forget,
                            DELAY_NANOS);
            for (int time = 0; time < 2; time++) {
                intake.take(ByteBuffer.wrap(datagram), SENDER, "session", NOW);
            }
            outbox.flush();
            losses.tell();
            require(run.drops <= 2 * datagram.length, "drops are bounded by octets");
        }
    }

    private static void read(byte[] batch) {
        try {
            new PacketBatchDecoder().decode(batch, AVRO_HEAD_OCTETS);
        } catch (MalformedBatchException e) {
            throw new AssertionError(e);
        }
    }

    private void drop(DroppedPackets dropped) {
        drops++;
        require(SERIALIZER.serialize("drops", dropped).length > AVRO_HEAD_OCTETS, "a record");
        require(!dropped.getReason().isEmpty(), "a reason");
        require(!DropRecords.keyOf(dropped).isEmpty(), "a key");
        require(dropped.getPackets() == null || dropped.getPackets() > 0, "packets, where they are counted");
        require(dropped.getOctets() == null || dropped.getOctets() >= 0, "no less than no octets");
        require(
                dropped.getFirstTimeMicroseconds() <= dropped.getLastTimeMicroseconds(),
                "a first packet that is not behind the last");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("expected " + what);
        }
    }
}
