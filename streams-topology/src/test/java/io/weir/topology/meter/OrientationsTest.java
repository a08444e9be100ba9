package io.weir.topology.meter;

import static io.weir.testing.PacketBatchBuilder.aBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Flow;
import io.weir.schemas.FlowEndReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.testing.PacketBatchBuilder;
import io.weir.topology.MeterConfig;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Who began, and how the record says that it is known. Windows are 10 s. Both ports are ephemeral where nothing shall tell. */
class OrientationsTest {

    private static final String CLIENT = "10.0.0.2:40000";
    private static final String SERVER = "10.0.0.1:50000";
    private static final String ASK = CLIENT + " > " + SERVER;
    private static final String ANSWER = SERVER + " > " + CLIENT;
    private static final String OTHER_ASK = "10.0.0.3:40001 > " + SERVER;
    private static final String OTHER_ANSWER = SERVER + " > 10.0.0.3:40001";
    private static final ObservationPoint ELSEWHERE = new ObservationPoint("node-2", "eth0", "pcap", 1);

    private final MeterRig rig = new MeterRig(MeterConfig.defaults());

    @Test
    void shouldTakeTheSenderOfASynForTheInitiator() {
        process(aBatch().at(0).tcp(ASK, "S").endOfInput());

        assertThat(only()).matches(begunBy(CLIENT, Orientation.handshake));
    }

    @Test
    void shouldTakeTheReceiverOfASynAckForTheInitiatorWhereOnlyOneDirectionIsSeen() {
        process(aBatch().at(0).tcp(ANSWER, "SA").at(20).tcp(ANSWER, "A").endOfInput());

        assertThat(only()).matches(begunBy(CLIENT, Orientation.handshake));
        assertThat(only().getDelta().getInitiatorPackets()).isZero();
        assertThat(only().getDelta().getResponderPackets()).isEqualTo(2);
    }

    @Test
    void shouldKeepTheFirstSynOfASimultaneousOpen() {
        process(aBatch().at(0)
                .tcp(ASK, "S")
                .at(1)
                .tcp(ANSWER, "S")
                .at(2)
                .tcp(ASK, "SA")
                .tcp(ANSWER, "SA")
                .endOfInput());

        assertThat(only()).matches(begunBy(CLIENT, Orientation.handshake));
    }

    @Test
    void shouldNotGuessWhoBeganAConnectionOfWhichTheStartWasNotSeen() {
        process(aBatch().at(0).tcp(ANSWER, "A").at(1).tcp(ASK, "A").endOfInput());

        assertThat(only()).matches(begunBy(SERVER, Orientation.unknown));
    }

    @Test
    void shouldCorrectAGuessInTheNextRecordAndSwapTheCounters() {
        process(aBatch().at(0).tcp("10.0.0.1:443 > 10.0.0.2:80", "A").at(10).tcp("10.0.0.1:443 > 10.0.0.2:80", "A"));
        process(aBatch().at(9_000).tcp("10.0.0.2:80 > 10.0.0.1:443", "A").watermark(13_000));
        // The ports said nothing; a hello does.
        process(aBatch().at(15_000)
                .tcp("10.0.0.2:80 > 10.0.0.1:443", "A")
                .tlsHello(false)
                .endOfInput());

        Flow before = rig.flows.get(0);
        Flow after = rig.flows.get(1);
        assertThat(before).matches(begunBy("10.0.0.1:443", Orientation.unknown));
        assertThat(before.getTotal().getInitiatorPackets()).isEqualTo(2);
        assertThat(before.getTotal().getResponderPackets()).isEqualTo(1);
        assertThat(after).matches(begunBy("10.0.0.2:80", Orientation.request));
        assertThat(after.getFlowId()).isEqualTo(before.getFlowId());
        assertThat(after.getTotal().getInitiatorPackets()).isEqualTo(2);
        assertThat(after.getTotal().getResponderPackets()).isEqualTo(2);
        assertThat(after.getDelta().getInitiatorPackets()).isEqualTo(1);
        assertThat(after.getDelta().getResponderPackets()).isZero();
    }

    @Test
    void shouldTakeTheServersHelloForTheAnsweringSide() {
        process(aBatch().at(0).tcp(ANSWER, "A").tlsHello(true).endOfInput());

        assertThat(only()).matches(begunBy(CLIENT, Orientation.request));
    }

    @Test
    void shouldTakeADnsResponseForTheAnsweringSideWhicheverPacketCameFirst() {
        process(aBatch().at(0)
                .udp("10.0.0.1:5300 > 10.0.0.2:5301")
                .dnsResponse(7, "example.org", 1, 0)
                .endOfInput());

        assertThat(only()).matches(begunBy("10.0.0.2:5301", Orientation.request));
    }

    @Test
    void shouldKnowAServiceThatAcceptedAnotherConnection() {
        process(aBatch().at(0)
                .tcp(OTHER_ASK, "S")
                .at(1)
                .tcp(OTHER_ANSWER, "SA")
                .at(2)
                .tcp(ANSWER, "A")
                .endOfInput());

        assertThat(of(CLIENT)).matches(begunBy(CLIENT, Orientation.known_service));
    }

    @Test
    void shouldTakeUpWhatItLearnsForFlowsThatHaveBegun() {
        process(aBatch().at(0).tcp(ANSWER, "A").at(9_000).tcp(ANSWER, "A").watermark(13_000));
        process(aBatch().at(13_000).tcp(OTHER_ASK, "S").at(13_001).tcp(OTHER_ANSWER, "SA"));
        process(aBatch().at(13_002).tcp(ANSWER, "A").endOfInput());

        List<Flow> records = rig.flows.stream().filter(between(CLIENT)).toList();
        assertThat(records).hasSize(2);
        assertThat(records.get(0)).matches(begunBy(SERVER, Orientation.unknown));
        assertThat(records.get(1)).matches(begunBy(CLIENT, Orientation.known_service));
    }

    @Test
    void shouldPreferAKnownServiceToAPort() {
        String service = "10.0.0.1:50000";
        process(aBatch().at(0)
                .tcp("10.0.0.3:40001 > " + service, "S")
                .at(1)
                .tcp(service + " > 10.0.0.3:40001", "SA")
                // By its port, the other would be the service.
                .at(2)
                .tcp(service + " > 10.0.0.2:80", "A")
                .endOfInput());

        assertThat(of("10.0.0.2:80")).matches(begunBy("10.0.0.2:80", Orientation.known_service));
    }

    @Test
    void shouldLearnNothingFromASynThatNobodyAnswers() {
        process(aBatch().at(0)
                .tcp(OTHER_ASK, "S")
                .at(1)
                .tcp(OTHER_ANSWER, "RA")
                .at(2)
                .tcp(ANSWER, "A")
                .endOfInput());

        assertThat(of(CLIENT)).matches(begunBy(SERVER, Orientation.unknown));
    }

    @Test
    void shouldNotTakeAServiceOfOnePlaceForOneOfAnother() {
        process(aBatch().of(ELSEWHERE)
                .at(0)
                .tcp(OTHER_ASK, "S")
                .at(1)
                .tcp(OTHER_ANSWER, "SA")
                .endOfInput());
        process(aBatch().at(2).tcp(ANSWER, "A").endOfInput());

        assertThat(of(CLIENT)).matches(begunBy(SERVER, Orientation.unknown));
    }

    @Test
    void shouldNotTakeAServiceOfOneNetworkForOneOfAnother() {
        process(aBatch().inVxlan("192.0.2.1:5555 > 192.0.2.2:4789", 1)
                .at(0)
                .tcp(OTHER_ASK, "S")
                .at(1)
                .tcp(OTHER_ANSWER, "SA")
                .inVxlan("192.0.2.1:5555 > 192.0.2.2:4789", 2)
                .at(2)
                .tcp(ANSWER, "A")
                .inVxlan("192.0.2.1:5555 > 192.0.2.2:4789", 1)
                .at(3)
                .tcp(SERVER + " > 10.0.0.4:40002", "A")
                .endOfInput());

        assertThat(of(CLIENT)).matches(begunBy(SERVER, Orientation.unknown));
        assertThat(of("10.0.0.4:40002")).matches(begunBy("10.0.0.4:40002", Orientation.known_service));
    }

    @Test
    void shouldRememberServicesOverARestartAndOverTheEndOfAnInput() {
        process(aBatch().at(0).tcp(OTHER_ASK, "S").at(1).tcp(OTHER_ANSWER, "SA").endOfInput());
        rig.restart(new Random(1));
        process(aBatch().numbered("session-2", 0).at(60_000).tcp(ANSWER, "A").endOfInput());

        assertThat(of(CLIENT)).matches(begunBy(CLIENT, Orientation.known_service));
    }

    @Test
    void shouldTakeTheOlderPacketForTheFirstWhicheverIsCountedFirst() {
        String ask = "10.0.0.2:40000 > 10.0.0.1:50000";
        String answer = "10.0.0.1:50000 > 10.0.0.2:40000";
        process(aBatch().at(100).udp(answer).at(99).udp(ask).endOfInput());

        assertThat(only()).matches(begunBy(CLIENT, Orientation.first_seen));
    }

    @Test
    void shouldNotTakeTheFirstPacketOfASampleForTheFirst() {
        process(aBatch().of(new ObservationPoint("node-1", "eth0", "pcap", 100))
                .at(0)
                .udp(ASK)
                .endOfInput());

        assertThat(only().getOrientation()).isEqualTo(Orientation.unknown);
    }

    @Test
    void shouldBeginANewFlowWhenPortsAreUsedAgainThoughTheEndWasNotSeen() {
        process(aBatch().at(0)
                .tcp(ASK, "S")
                .at(10)
                .tcp(ANSWER, "SA")
                .at(20)
                .tcp(ASK, "A")
                // The former server asks now.
                .at(9_000)
                .tcp(ANSWER, "S")
                .at(9_010)
                .tcp(ASK, "SA")
                .at(9_020)
                .tcp(ANSWER, "A")
                .endOfInput());

        assertThat(rig.flows).hasSize(2);
        Flow first = rig.flows.get(0);
        Flow second = rig.flows.get(1);
        assertThat(first).matches(begunBy(CLIENT, Orientation.handshake));
        assertThat(first.getFlowEndReason()).isEqualTo(FlowEndReason.end_of_flow);
        assertThat(second).matches(begunBy(SERVER, Orientation.handshake));
        assertThat(second.getFlowId()).isNotEqualTo(first.getFlowId());
        assertThat(second.getTcp().getHandshakeServerMicroseconds()).isEqualTo(10_000);
    }

    @Test
    void shouldNotBeginANewFlowForARepeatedSyn() {
        process(aBatch().at(0)
                .tcp(ASK, "S")
                .at(10)
                .tcp(ANSWER, "SA")
                // The answer was lost behind the observation point.
                .at(3_000)
                .tcp(ASK, "S")
                .at(3_010)
                .tcp(ANSWER, "SA")
                .at(3_020)
                .tcp(ASK, "A")
                // Overtaken by the acknowledgement.
                .at(3_030)
                .tcp(ASK, "S")
                .endOfInput());

        assertThat(rig.flows).hasSize(1);
    }

    /** Flags of several packets at once, as flow records have them, do not say whether a SYN was the first or the second of a handshake. */
    @Test
    void shouldNotTakeTheFlagsOfSeveralPacketsForAHandshake() {
        process(aBatch().at(0).tcpRecord(ANSWER, "SAF", 3, 300).endOfInput());

        assertThat(only()).matches(begunBy(SERVER, Orientation.first_seen));
    }

    @Test
    void shouldTakeTheOlderOfTwoRecordsWithASynForTheInitiators() {
        process(aBatch().at(50)
                .tcpRecord(ANSWER, "SA", 3, 300)
                .at(20)
                .tcpRecord(ASK, "SA", 4, 400)
                .endOfInput());

        assertThat(only()).matches(begunBy(CLIENT, Orientation.first_seen));
        assertThat(only().getDelta().getInitiatorTcpControlBits()).isEqualTo(0x12);
    }

    @Test
    void shouldTakeTheSenderOfSynsAloneForTheInitiator() {
        process(aBatch().at(0).tcpRecord(ASK, "S", 3, 180).endOfInput());

        assertThat(only()).matches(begunBy(CLIENT, Orientation.handshake));
    }

    private static Predicate<Flow> begunBy(String initiator, Orientation orientation) {
        return flow -> flow.getOrientation() == orientation
                && initiator.equals(MeterRig.name(
                        flow.getInitiator().getAddress(), flow.getInitiator().getPort()));
    }

    private static Predicate<Flow> between(String end) {
        return begunBy(end)
                .or(flow -> end.equals(MeterRig.name(
                        flow.getResponder().getAddress(), flow.getResponder().getPort())));
    }

    private static Predicate<Flow> begunBy(String initiator) {
        return flow -> initiator.equals(MeterRig.name(
                flow.getInitiator().getAddress(), flow.getInitiator().getPort()));
    }

    private Flow of(String end) {
        List<Flow> found = rig.flows.stream().filter(between(end)).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private Flow only() {
        assertThat(rig.flows).hasSize(1);
        return rig.flows.get(0);
    }

    private void process(PacketBatchBuilder batch) {
        rig.process(batch.encode(1));
    }
}
