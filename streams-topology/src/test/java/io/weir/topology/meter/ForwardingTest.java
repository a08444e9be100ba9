package io.weir.topology.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Flow;
import io.weir.schemas.ForwardingFacts;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.packets.BatchHeader;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.CaptureNames;
import io.weir.schemas.packets.ForwardingAddress;
import io.weir.schemas.packets.ForwardingNumber;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.packets.ReportedForwarding;
import io.weir.topology.MeterConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What devices say of the way of packets, in the records of their flows. Windows are 10 s, the idle timeout is a minute. */
class ForwardingTest {

    private static final ObservationPoint POINT = new ObservationPoint("router", "7", CaptureNames.NETFLOW, 1);
    private static final long SECOND = 1_000_000_000L;
    private static final long T0 = 1_700_000_000L * SECOND;

    /** One packet, from the lower to the higher address or back. */
    private record Packet(int port, boolean sentByA, long seconds, ReportedForwarding said) {}

    private final MeterRig rig = new MeterRig(MeterConfig.defaults());
    private long sequence;

    private static ReportedForwarding via(long egress) {
        ReportedForwarding said = new ReportedForwarding();
        said.set(ForwardingNumber.EGRESS_INTERFACE, egress);
        return said;
    }

    private static ReportedForwarding nothing() {
        return new ReportedForwarding();
    }

    private byte[] batch(List<Packet> packets, boolean last) {
        PacketBatchEncoder encoder = new PacketBatchEncoder(1, false);
        CanonicalKey key = new CanonicalKey();
        key.etherType = 0x0800;
        for (Packet packet : packets) {
            key.setEndpoints(4, 17, 0, 0x0a00_0001, 53, -1, 0, 0x0a00_0002, packet.port, -1, false);
            int index = encoder.add(key, key.hash(), packet.sentByA, T0 + packet.seconds * SECOND, 1, 114, 100, -1);
            encoder.addForwarding(index, packet.sentByA, packet.said);
        }
        return encoder.encode(1, new BatchHeader(POINT, "session", sequence++, T0 - 1000 * SECOND, last));
    }

    private void process(Packet... packets) {
        rig.process(batch(List.of(packets), false));
    }

    private void end() {
        rig.process(batch(List.of(), true));
    }

    private static Long egress(ForwardingFacts facts) {
        return facts == null ? null : facts.getEgressInterface();
    }

    @Test
    void shouldTellTheNewestOfEachSideAlsoAfterARestart() {
        process(
                new Packet(40_000, false, 0, via(1)),
                new Packet(40_000, true, 1, via(2)),
                new Packet(40_000, false, 2, via(3)));
        rig.restart(new Random(1));
        process(new Packet(40_000, true, 3, nothing()));
        rig.restart(new Random(2));
        end();

        assertThat(rig.flows).singleElement().satisfies(flow -> {
            assertThat(flow.getInitiator().getPort()).isEqualTo(40_000);
            assertThat(egress(flow.getForwarding().getInitiator())).isEqualTo(3);
            assertThat(egress(flow.getForwarding().getResponder())).isEqualTo(2);
        });
    }

    @Test
    void shouldTellNothingOfASideOfWhichNothingIsSaid() {
        process(new Packet(40_000, false, 0, via(1)), new Packet(40_001, false, 0, nothing()));
        end();

        assertThat(rig.flows).hasSize(2);
        assertThat(of(40_000).getForwarding().getResponder()).isNull();
        assertThat(of(40_001).getForwarding()).isNull();
    }

    @Test
    void shouldNotTellASuccessorWhatItsPacketsDoNotSay() {
        process(
                new Packet(40_000, false, 0, via(1)),
                new Packet(40_000, true, 1, via(2)),
                new Packet(40_000, false, 100, via(1)));
        end();

        assertThat(rig.flows)
                .extracting(flow -> egress(flow.getForwarding().getResponder()))
                .containsExactlyInAnyOrder(2L, null);
        assertThat(rig.flows)
                .extracting(flow -> egress(flow.getForwarding().getInitiator()))
                .containsExactly(1L, 1L);
    }

    private Flow of(int port) {
        return rig.flows.stream()
                .filter(flow -> flow.getInitiator().getPort() == port)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldTellEveryField() {
        ReportedForwarding said = new ReportedForwarding();
        for (ForwardingNumber number : ForwardingNumber.values()) {
            said.set(number, Math.min(number.max, 100 + number.ordinal()));
        }
        said.set(ForwardingAddress.IP_NEXT_HOP, 4, 0, 0xc000_0201L);
        said.set(ForwardingAddress.BGP_NEXT_HOP, 6, 0x20010db8_00000000L, 1);
        said.set(ForwardingAddress.POST_NAT_SOURCE, 4, 0, 0xc000_0202L);
        said.set(ForwardingAddress.POST_NAT_DESTINATION, 6, 0x20010db8_00000000L, 2);
        said.addLabel(16_065);
        said.addLabel(3);
        process(new Packet(40_000, false, 0, said));
        rig.restart(new Random(1));
        end();

        ForwardingFacts expected = ForwardingFacts.newBuilder()
                .setIngressInterface(100L)
                .setEgressInterface(101L)
                .setEgressInterfaces(102L)
                .setForwardingStatus(103)
                .setBgpSourceAsNumber(104L)
                .setBgpDestinationAsNumber(105L)
                .setBgpPrevAdjacentAsNumber(106L)
                .setBgpNextAdjacentAsNumber(107L)
                .setSourcePrefixLength(108)
                .setDestinationPrefixLength(109)
                .setIpClassOfService(110)
                .setPostVlanId(111)
                .setIngressVrfId(112L)
                .setEgressVrfId(113L)
                .setPostNaptSourcePort(114)
                .setPostNaptDestinationPort(115)
                .setIpNextHop("192.0.2.1")
                .setBgpNextHop("2001:db8::1")
                .setPostNatSourceAddress("192.0.2.2")
                .setPostNatDestinationAddress("2001:db8::2")
                .setMplsLabels(List.of(16_065, 3))
                .build();
        Flow flow = rig.flows.get(0);
        // The number of biflowDirection is 2: the other side began.
        assertThat(flow.getForwarding().getResponder()).isEqualTo(expected);
        assertThat(flow.getOrientation()).isEqualTo(Orientation.reported);
    }

    @Test
    void shouldTakeTheExportersWordForWhoBegan() {
        ReportedForwarding said = new ReportedForwarding();
        said.set(ForwardingNumber.BIFLOW_DIRECTION, ForwardingNumber.INITIATOR);
        // By the ports the other side began.
        process(new Packet(40_000, true, 0, said));
        rig.restart(new Random(3));
        end();

        assertThat(rig.flows).singleElement().satisfies(flow -> {
            assertThat(flow.getOrientation()).isEqualTo(Orientation.reported);
            assertThat(flow.getInitiator().getPort()).isEqualTo(53);
        });
    }

    /** An exporter that says of both directions that their sender began contradicts itself: sides do not change with each record. */
    @Test
    void shouldKeepTheExportersFirstWordForWhoBegan() {
        for (int i = 0; i < 4; i++) {
            ReportedForwarding said = new ReportedForwarding();
            said.set(ForwardingNumber.BIFLOW_DIRECTION, ForwardingNumber.INITIATOR);
            said.set(ForwardingNumber.IP_CLASS_OF_SERVICE, i);
            process(new Packet(40_000, i % 2 == 0, i, said));
        }
        end();

        assertThat(rig.flows)
                .isNotEmpty()
                .allSatisfy(flow -> assertThat(flow.getInitiator().getPort()).isEqualTo(53));
    }

    /** Where a batch ends, and whether there was a restart then, makes no difference. */
    @Test
    void shouldBeTheSameHoweverPacketsComeInBatches() {
        long seed = 7;
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            List<Packet> packets = new ArrayList<>();
            long seconds = 0;
            for (int i = 0; i < 60; i++) {
                seconds += random.nextInt(40);
                int kind = random.nextInt(4);
                packets.add(new Packet(
                        40_000 + random.nextInt(3), random.nextBoolean(), seconds, kind == 0 ? nothing() : via(kind)));
            }
            List<String> whole = flows(packets, packets.size(), new Random(0));
            assertThat(flows(packets, 1, random)).as("seed %d", seed).isEqualTo(whole);
            assertThat(flows(packets, 7, random)).as("seed %d", seed).isEqualTo(whole);
        }
    }

    private List<String> flows(List<Packet> packets, int batchPackets, Random random) {
        MeterRig other = new MeterRig(MeterConfig.defaults());
        for (int from = 0; from < packets.size(); from += batchPackets) {
            other.process(batch(packets.subList(from, Math.min(packets.size(), from + batchPackets)), false));
            if (random.nextInt(5) == 0) {
                other.restart(random);
            }
        }
        other.process(batch(List.of(), true));
        return other.flows.stream().map(Flow::toString).sorted().toList();
    }

    /** ADR 38: few octets, and none for what is not there. */
    @Test
    void shouldTakeFewOctets() {
        ReportedForwarding said = via(500);
        said.set(ForwardingNumber.INGRESS_INTERFACE, 501);
        said.set(ForwardingNumber.BGP_SOURCE_AS_NUMBER, 64_500);
        said.set(ForwardingNumber.BGP_DESTINATION_AS_NUMBER, 64_501);
        said.set(ForwardingNumber.SOURCE_PREFIX_LENGTH, 24);
        said.set(ForwardingNumber.DESTINATION_PREFIX_LENGTH, 16);
        said.set(ForwardingNumber.IP_CLASS_OF_SERVICE, 0);
        said.set(ForwardingAddress.IP_NEXT_HOP, 4, 0, 0xc000_0201L);

        assertThat(shared(said).octets()).isLessThanOrEqualTo(24);
    }

    @Test
    void shouldHoldTheLargest() {
        ReportedForwarding said = new ReportedForwarding();
        for (ForwardingNumber number : ForwardingNumber.values()) {
            said.set(number, number.max);
        }
        for (ForwardingAddress address : ForwardingAddress.values()) {
            said.set(address, 6, -1, -1);
        }
        for (int i = 0; i < ReportedForwarding.MAX_LABELS; i++) {
            said.addLabel(ReportedForwarding.MAX_LABEL);
        }
        SharedForwarding shared = shared(said);
        ByteBuffer out = ByteBuffer.allocate(shared.octets());
        shared.put(out);

        assertThat(out.remaining()).isZero();
        assertThat(shared.octets()).isLessThanOrEqualTo(1 + 0xff);
        ReportedForwarding back = new ReportedForwarding();
        SharedForwarding restored = SharedForwarding.get(out.flip());
        restored.copyTo(back);
        assertThat(restored).isEqualTo(shared).hasSameHashCodeAs(shared);
        assertThat(shared(back)).isEqualTo(shared);
        assertThat(back.get(ForwardingNumber.INGRESS_INTERFACE)).isEqualTo(0xffff_ffffL);
        assertThat(back.label(9)).isEqualTo(ReportedForwarding.MAX_LABEL);
        assertThat(restored.saysWhoBegan()).isTrue();
        assertThat(restored.senderBegan()).isFalse();
    }

    private static SharedForwarding shared(ReportedForwarding said) {
        return SharedForwarding.of(said, ByteBuffer.allocate(SharedForwarding.MAX_OCTETS));
    }
}
