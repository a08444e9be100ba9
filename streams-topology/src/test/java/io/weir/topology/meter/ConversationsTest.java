package io.weir.topology.meter;

import static io.weir.testing.PacketBatchBuilder.aBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Conversation;
import io.weir.schemas.Flow;
import io.weir.schemas.Hop;
import io.weir.schemas.HopTransfer;
import io.weir.schemas.Layer;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.testing.PacketBatchBuilder;
import io.weir.topology.MeterConfig;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Several observation points see the same packets. Windows are 10 s, grace is 2 s, others are waited for 30 s. */
class ConversationsTest {

    private static final String ASK = "10.0.0.9:40000 > 10.0.0.1:443";
    private static final String ANSWER = "10.0.0.1:443 > 10.0.0.9:40000";
    private static final ObservationPoint NEAR = new ObservationPoint("node-1", "veth1", "afpacket", 1);
    private static final ObservationPoint FAR = new ObservationPoint("node-2", "eth0", "afpacket", 1);
    private static final ObservationPoint SAMPLE = new ObservationPoint("switch", "eth7", "sflow", 100);

    private final MeterRig rig = new MeterRig(MeterConfig.defaults());

    @Test
    void shouldTellThePathFromTheFirstPacketOn() {
        handshake();
        end(NEAR, FAR, SAMPLE);

        // The batch that showed the first point came before the second one was known, so its digests were not kept.
        Conversation conversation = only(rig.conversations);
        assertThat(points(conversation)).containsExactly("veth1", "eth0");
        assertThat(conversation.getPath().get(0).getInitiatorTransfer().getMatchedPackets())
                .isZero();
    }

    @Test
    void shouldMatchDigestsOnceBothPointsAreKnown() {
        introduce();
        handshake();
        end(NEAR, FAR, SAMPLE);

        Conversation conversation = only(rig.conversations);
        assertThat(points(conversation)).containsExactly("veth1", "eth0");
        assertThat(conversation.getOrientation()).isEqualTo(Orientation.handshake);
        assertThat(conversation.getInitiator().getAddress()).isEqualTo("10.0.0.9");
        Hop first = conversation.getPath().get(0);
        assertThat(first.getInitiatorTimeToLive()).isEqualTo(64);
        assertThat(first.getResponderTimeToLive()).isEqualTo(63);
        assertThat(first.getInitiatorTransfer()).isEqualTo(new HopTransfer(0L, 1L, 1000L, 1000L, 1000L));
        assertThat(first.getResponderTransfer()).isEqualTo(new HopTransfer(0L, 1L, 2000L, 2000L, 2000L));
        assertThat(conversation.getPath().get(1).getInitiatorTransfer()).isNull();
        assertThat(conversation.getDelta().getInitiatorPackets()).isEqualTo(2);
        assertThat(conversation.getDelta().getResponderPackets()).isEqualTo(1);
        assertThat(standingAt("veth1")).isEqualTo(1);
        assertThat(duplicatesAt("eth0")).isEqualTo(1);
        assertThat(standingAt("eth0")).isZero();
    }

    @Test
    void shouldOrderByTimeWithinOneNetwork() {
        introduce();
        process(aBatch().of(FAR).at(50).udp(ASK).digest(5, 64));
        process(aBatch().of(NEAR).at(60).udp(ASK).digest(5, 64));
        end(NEAR, FAR, SAMPLE);

        assertThat(points(only(rig.conversations))).containsExactly("eth0", "veth1");
    }

    @Test
    void shouldTellWhatGotLostOnTheWay() {
        introduce();
        PacketBatchBuilder near = aBatch().of(NEAR).octets(1000);
        PacketBatchBuilder far = aBatch().of(FAR).octets(1000);
        for (int i = 0; i < 10; i++) {
            near.at(10L * i).udp(ASK);
            if (i % 4 != 1) {
                far.at(10L * i + 1).udp(ASK);
            }
        }
        process(near);
        process(far);
        end(NEAR, FAR, SAMPLE);

        Conversation conversation = only(rig.conversations);
        HopTransfer there = conversation.getPath().get(0).getInitiatorTransfer();
        assertThat(points(conversation)).containsExactly("veth1", "eth0");
        assertThat(there.getMissingPackets()).isEqualTo(3);
        assertThat(there.getMatchedPackets()).isZero();
        assertThat(there.getMeanDelayMicroseconds()).isNull();
    }

    @Test
    void shouldNotTakeCutSegmentsForLoss() {
        introduce();
        PacketBatchBuilder near =
                aBatch().of(NEAR).octets(14 + 52 + 3 * 1448).at(0).tcp(ASK, "A");
        PacketBatchBuilder far = aBatch().of(FAR).octets(14 + 52 + 1448);
        for (int i = 0; i < 3; i++) {
            far.at(1).tcp(ASK, "A");
        }
        process(near);
        process(far);
        end(NEAR, FAR, SAMPLE);

        assertThat(only(rig.conversations)
                        .getPath()
                        .get(0)
                        .getInitiatorTransfer()
                        .getMissingPackets())
                .isNull();
    }

    @Test
    void shouldCountLostAcknowledgements() {
        introduce();
        process(aBatch().of(NEAR).octets(66).at(0).tcp(ASK, "A").tcp(ASK, "A").tcp(ASK, "A"));
        process(aBatch().of(FAR).octets(66).at(1).tcp(ASK, "A").tcp(ASK, "A"));
        end(NEAR, FAR, SAMPLE);

        assertThat(only(rig.conversations)
                        .getPath()
                        .get(0)
                        .getInitiatorTransfer()
                        .getMissingPackets())
                .isEqualTo(1);
    }

    @Test
    void shouldLetTheOneStandThatSawMost() {
        introduce();
        process(aBatch().of(NEAR).at(0).udp(ASK).udp(ASK));
        process(aBatch().of(FAR).at(1).udp(ASK).udp(ASK).at(2).udp(ANSWER));
        end(NEAR, FAR, SAMPLE);

        Conversation conversation = only(rig.conversations);
        assertThat(conversation.getObservationPoint()).isEqualTo(FAR);
        assertThat(conversation.getDelta().getResponderPackets()).isEqualTo(1);
        assertThat(conversation.getPath().get(0).getResponderTransfer().getMissingPackets())
                .isNull();
        assertThat(duplicatesAt("veth1")).isEqualTo(1);
    }

    @Test
    void shouldNotLetASampleStand() {
        process(aBatch().of(SAMPLE).at(0).udp("10.0.0.7:1 > 10.0.0.8:2"));
        introduce();
        process(aBatch().of(SAMPLE).at(0).udp(ASK).udp(ASK).udp(ASK));
        process(aBatch().of(FAR).at(1).udp(ASK));
        end(NEAR, FAR, SAMPLE);

        Conversation conversation = only(rig.conversations);
        assertThat(conversation.getObservationPoint()).isEqualTo(FAR);
        assertThat(conversation.getPath().get(0).getInitiatorTransfer().getMissingPackets())
                .isNull();
    }

    @Test
    void shouldLeaveAloneWhatOnePointSaw() {
        introduce();
        process(aBatch().of(NEAR).at(0).udp(ASK).watermark(12_000));

        assertThat(rig.conversations).isEmpty();
        assertThat(standingAt("veth1")).isEqualTo(1);
        assertThat(settledMs("veth1")).isEqualTo(10_000);
    }

    @Test
    void shouldWaitForAPointThatIsBehind() {
        introduce();
        process(aBatch().of(NEAR).at(0).udp(ASK));
        process(aBatch().of(FAR).at(1).udp(ASK));
        process(aBatch().of(NEAR).watermark(20_000));

        assertThat(at(rig.flows, "veth1")).isEqualTo(1);
        assertThat(standingAt("veth1")).isZero();
        assertThat(settledMs("veth1")).isZero();

        process(aBatch().of(FAR).watermark(12_000));

        assertThat(points(only(rig.conversations))).containsExactly("veth1", "eth0");
        assertThat(standingAt("veth1")).isEqualTo(1);
        assertThat(duplicatesAt("eth0")).isEqualTo(1);
        assertThat(settledMs("veth1")).isEqualTo(10_000);
        assertThat(settledMs("eth0")).isEqualTo(10_000);
    }

    @Test
    void shouldWaitNoLongerThanConfigured() {
        introduce();
        process(aBatch().of(NEAR).at(0).udp(ASK));
        process(aBatch().of(FAR).at(1).udp(ASK));
        process(aBatch().of(NEAR).watermark(41_999));
        assertThat(standingAt("veth1")).isZero();

        process(aBatch().of(NEAR).watermark(52_000));
        process(aBatch().of(NEAR).watermark(62_000));

        assertThat(standingAt("veth1")).isEqualTo(1);
        assertThat(rig.conversations).isEmpty();

        process(aBatch().of(FAR).at(2).udp(ASK));
        end(FAR);

        assertThat(duplicatesAt("eth0")).isEqualTo(1);
        assertThat(standingAt("eth0")).isZero();
    }

    @Test
    void shouldTakeANewcomerForADuplicate() {
        introduce();
        process(aBatch().of(NEAR).at(0).udp(ASK).watermark(12_000));
        process(aBatch().of(FAR).at(1).udp(ASK).watermark(12_000));
        process(aBatch().of(NEAR).at(13_000).udp(ASK));
        process(aBatch().of(FAR).at(13_001).udp(ASK));
        end(NEAR, FAR, SAMPLE);

        assertThat(duplicatesAt("eth0")).isEqualTo(2);
        assertThat(standingAt("veth1")).isEqualTo(2);
        assertThat(only(rig.conversations).getPath()).hasSize(2);
    }

    @Test
    void shouldNotBeStoppedByAPointThatEnds() {
        introduce();
        process(aBatch().of(NEAR).at(0).udp(ASK));
        process(aBatch().of(FAR).at(1).udp(ASK).endOfInput());

        assertThat(rig.conversations).isEmpty();

        process(aBatch().of(NEAR).watermark(12_000));

        assertThat(only(rig.conversations).getPath()).hasSize(2);
        assertThat(rig.settledUntil).containsEntry("eth0", Long.MAX_VALUE);
    }

    @Test
    void shouldBelieveTheHandshakeThatAnotherPointSaw() {
        introduce();
        process(aBatch().of(NEAR).at(0).tcp("10.0.0.1:443 > 10.0.0.9:22", "S").watermark(12_000));
        process(aBatch().of(FAR).at(1).tcp("10.0.0.9:22 > 10.0.0.1:443", "A"));
        end(FAR);

        Flow corrected = rig.flows.stream()
                .filter(flow -> flow.getObservationPoint().equals(FAR) && flow.getProtocolIdentifier() == 6)
                .findFirst()
                .orElseThrow();
        assertThat(corrected.getOrientation()).isEqualTo(Orientation.handshake);
        assertThat(corrected.getInitiator().getAddress()).isEqualTo("10.0.0.1");
        assertThat(corrected.getDelta().getResponderPackets()).isEqualTo(1);
    }

    @Test
    void shouldJoinWhatATunnelCarriesWithWhatIsBare() {
        introduce();
        process(aBatch().of(NEAR).at(0).udp(ASK));
        process(aBatch().of(FAR)
                .inVxlan("10.9.0.1:50000 > 10.9.0.2:4789", 42)
                .at(1)
                .udp(ASK));
        end(NEAR, FAR, SAMPLE);

        Conversation conversation = only(rig.conversations);
        assertThat(points(conversation)).containsExactly("veth1", "eth0");
        assertThat(conversation.getPath().get(1).getEncapsulation()).contains(Layer.vxlan);
    }

    @Test
    void shouldNotJoinAddressesThatMeanAnotherThingOnEachHost() {
        introduce();
        for (String local :
                List.of("127.0.0.1:1 > 127.0.0.2:2", "0.0.0.0:68 > 255.255.255.255:67", "169.254.0.1:5 > 10.0.0.1:6")) {
            process(aBatch().of(NEAR).at(0).udp(local));
            process(aBatch().of(FAR).at(1).udp(local));
        }
        end(NEAR, FAR);

        assertThat(rig.conversations).isEmpty();
        assertThat(rig.duplicates).isEmpty();
    }

    @Test
    void shouldHoldNoMoreRecordsThanThereIsRoomFor() {
        introduce();
        int flows = MeterRig.MAX_HELD + 200;
        PacketBatchBuilder near = aBatch().of(NEAR).at(0);
        PacketBatchBuilder far = aBatch().of(FAR).at(1);
        for (int port = 0; port < flows; port++) {
            near.udp("10.0.0.9:" + (1000 + port) + " > 10.0.0.1:53");
            far.udp("10.0.0.9:" + (1000 + port) + " > 10.0.0.1:53");
        }
        process(near);
        process(far);
        process(aBatch().of(NEAR).watermark(12_000));

        // Those without room stand at once; the others wait.
        assertThat(standingAt("veth1")).isEqualTo(200);
        end(NEAR, FAR);
        assertThat(standingAt("veth1")).isEqualTo(flows);
        assertThat(duplicatesAt("eth0")).isEqualTo(flows);
        // Records that only say that a flow has ended need room, too.
        assertThat(rig.conversations).hasSizeBetween(1, MeterRig.MAX_HELD);
    }

    @Test
    void shouldTellTheEndOfAPointWhoseLastRecordsFoundNoRoom() {
        introduce();
        int flows = MeterRig.MAX_HELD;
        PacketBatchBuilder near = aBatch().of(NEAR).at(0);
        PacketBatchBuilder far = aBatch().of(FAR).at(1);
        for (int port = 0; port < flows; port++) {
            near.udp("10.0.0.9:" + (1000 + port) + " > 10.0.0.1:53");
            far.udp("10.0.0.9:" + (1000 + port) + " > 10.0.0.1:53");
        }
        process(near);
        process(far.at(5_000).udp("10.0.0.9:7 > 10.0.0.1:53"));
        process(aBatch().of(SAMPLE).at(0).udp("10.0.0.9:7 > 10.0.0.1:53"));
        end(NEAR);
        end(FAR, SAMPLE);

        assertThat(rig.settledUntil.values()).containsOnly(Long.MAX_VALUE);
        assertThat(rig.standing.size() + rig.duplicates.size()).isEqualTo(rig.flows.size());
        assertThat(rig.conversationTableSize()).isZero();
    }

    @Test
    void shouldLetAnUnansweredFlowEndOnce() {
        introduce();
        process(aBatch().of(NEAR).at(0).udp(ASK).watermark(1_000));
        process(aBatch().of(FAR).at(1).udp(ASK).watermark(1_000));
        process(aBatch().of(NEAR).watermark(15_000));
        process(aBatch().of(FAR).watermark(15_000));
        process(aBatch().of(NEAR).watermark(90_000));
        process(aBatch().of(FAR).watermark(90_000));

        assertThat(rig.standing.stream().filter(Flow::getIsLast).filter(ConversationsTest::isOfAsk))
                .hasSize(1);
        assertThat(rig.duplicates.stream().filter(Flow::getIsLast).filter(ConversationsTest::isOfAsk))
                .hasSize(1);
    }

    @Test
    void shouldKeepWhatWaitsOverARestart() {
        introduce();
        process(aBatch().of(NEAR).at(0).udp(ASK).digest(3, 64).watermark(20_000));
        process(aBatch().of(FAR).at(1).udp(ASK).digest(3, 64));
        process(aBatch().of(NEAR).at(21_000).udp(ASK));
        rig.restart(new Random(1));
        process(aBatch().of(FAR).at(21_002).udp(ASK).digest(3, 64).watermark(25_000));
        rig.restart(new Random(2));
        end(NEAR, FAR);

        assertThat(points(only(rig.conversations))).containsExactly("veth1", "eth0");
        assertThat(rig.duplicates).hasSize(2);
        assertThat(rig.conversationTableSize()).isZero();
    }

    /** A router apart: a millisecond there, two back. */
    private void handshake() {
        process(aBatch().of(FAR)
                .at(101)
                .tcp(ASK, "S")
                .digest(7, 63)
                .at(102)
                .tcp(ANSWER, "SA")
                .digest(8, 64)
                .at(105)
                .tcp(ASK, "A"));
        process(aBatch().of(NEAR)
                .at(100)
                .tcp(ASK, "S")
                .digest(7, 64)
                .at(104)
                .tcp(ANSWER, "SA")
                .digest(8, 63)
                .at(104)
                .tcp(ASK, "A"));
    }

    /** Both points are there before the conversation begins. */
    private void introduce() {
        process(aBatch().of(NEAR).at(0).udp("10.0.0.100:5000 > 10.0.0.101:5001"));
        process(aBatch().of(FAR).at(0).udp("10.0.0.102:5000 > 10.0.0.103:5001"));
    }

    private void end(ObservationPoint... points) {
        for (ObservationPoint point : points) {
            process(aBatch().of(point).endOfInput());
        }
    }

    private void process(PacketBatchBuilder batch) {
        rig.process(batch.encode(1));
    }

    private long standingAt(String interfaceName) {
        return at(rig.standing, interfaceName);
    }

    private long duplicatesAt(String interfaceName) {
        return at(rig.duplicates, interfaceName);
    }

    /** Records with packets, of the conversation itself, not of what {@link #introduce} sent. */
    private static long at(List<Flow> flows, String interfaceName) {
        return flows.stream()
                .filter(flow -> flow.getObservationPoint().getInterface$().equals(interfaceName))
                .filter(flow -> flow.getInitiator().getAddress().length() < "10.0.0.100".length())
                .filter(flow ->
                        flow.getDelta().getInitiatorPackets() + flow.getDelta().getResponderPackets() > 0)
                .count();
    }

    private long settledMs(String interfaceName) {
        return rig.settledUntil.get(interfaceName) * 10_000 - PacketBatchBuilder.START_MS;
    }

    private static boolean isOfAsk(Flow flow) {
        return flow.getInitiator().getAddress().equals("10.0.0.9");
    }

    private static List<String> points(Conversation conversation) {
        return conversation.getPath().stream()
                .map(hop -> hop.getObservationPoint().getInterface$())
                .toList();
    }

    private static Conversation only(List<Conversation> conversations) {
        assertThat(conversations).hasSize(1);
        return conversations.get(0);
    }
}
