package io.weir.exporters.ipfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.exporters.transport.Connection;
import io.weir.exporters.transport.TlsConfig;
import io.weir.schemas.Application;
import io.weir.schemas.Counters;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowEndReason;
import io.weir.schemas.Forwarding;
import io.weir.schemas.ForwardingFacts;
import io.weir.schemas.IcmpFacts;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.Sampling;
import io.weir.schemas.packets.IcmpTypes;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is encoded is what Weir's own decoder reads. */
class IpfixEncoderTest {

    private static final URI UDP = URI.create("udp://127.0.0.1:4739");
    private static final URI TCP = URI.create("tcp://127.0.0.1:4739");
    private static final int PROCESS = 4711;

    private final TestCollector collector = new TestCollector();
    private final IpfixCounters counters = new IpfixCounters();
    private long nowNanos;
    private long nowSeconds = 1_700_000_100L;

    private static IpfixConfig config(URI to, boolean biflow, boolean totals, int octets) {
        IpfixConfig defaults = IpfixConfig.defaults(to);
        return new IpfixConfig(
                defaults.name(),
                to,
                biflow,
                totals,
                true,
                true,
                octets,
                Duration.ofSeconds(60),
                3,
                0,
                TlsConfig.defaults());
    }

    private static final class Memory implements Connection {
        private final TestCollector collector;

        Memory(TestCollector collector) {
            this.collector = collector;
        }

        @Override
        public void write(byte[] octets, int offset, int length) {
            collector.take(octets, offset, length);
        }

        @Override
        public void finish(Duration patience) {}

        @Override
        public void close() {}
    }

    private ExportSession session(IpfixConfig config, long number) {
        InstantSource clock = () -> Instant.ofEpochSecond(nowSeconds);
        return new ExportSession(new Memory(collector), config, number, PROCESS, counters, clock, () -> nowNanos);
    }

    /** An encoder whose messages go to a session. */
    private static IpfixEncoder encoder(IpfixConfig config, ExportSession session) {
        return new IpfixEncoder(config.format(), config.messageOctets(), (announcement, message) -> {
            try {
                byte[] octets = new byte[message.remaining()];
                message.get(octets);
                session.write(announcement, octets, 0, octets.length);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void export(IpfixConfig config, Flow... flows) {
        IpfixEncoder encoder = encoder(config, session(config, 1));
        for (Flow flow : flows) {
            encoder.encode(TestFlows.read(flow));
        }
        encoder.flush();
        assertThat(collector.problems).isEmpty();
        assertThat(collector.heldSets).isZero();
    }

    @Test
    void shouldMakeARecordOfEachDirection() {
        export(
                config(UDP, false, false, 1400),
                TestFlows.tcp().setApplication(TestFlows.application("https")).build());

        assertThat(collector.flows).hasSize(2);
        TestCollector.Seen there = collector.flows.get(0);
        assertThat(there.template()).isEqualTo(FlowFormat.IPV4);
        assertThat(there.source()).isEqualTo("192.0.2.1");
        assertThat(there.destination()).isEqualTo("198.51.100.7");
        assertThat(there.startMs()).isEqualTo(TestFlows.WINDOW_START_MS + 123);
        assertThat(there.endMs()).isEqualTo(TestFlows.WINDOW_START_MS + 5678);
        assertThat(there.samplingRate()).isEqualTo(1);
        assertThat(there.numbers())
                .containsEntry(60, 4L)
                .containsEntry(4, 6L)
                .containsEntry(7, 40_000L)
                .containsEntry(11, 443L)
                .containsEntry(6, 0x11bL)
                .containsEntry(136, 2L)
                .containsEntry(239, 1L)
                .containsEntry(58, 12L)
                .containsEntry(148, 0x0123_4567_89ab_cdefL)
                .containsEntry(2, 10L)
                .containsEntry(1, 1000L)
                .containsEntry(352, 1140L)
                .doesNotContainKeys(85, 86, 353);
        assertThat(there.texts()).containsEntry(96, "https");
        TestCollector.Seen back = collector.flows.get(1);
        assertThat(back.source()).isEqualTo("198.51.100.7");
        assertThat(back.destination()).isEqualTo("192.0.2.1");
        assertThat(back.numbers())
                .containsEntry(7, 443L)
                .containsEntry(11, 40_000L)
                .containsEntry(6, 0x12L)
                .containsEntry(239, 2L)
                .containsEntry(2, 7L)
                .containsEntry(1, 7000L)
                .containsEntry(352, 7098L);
        assertThat(back.get(148)).isEqualTo(there.get(148));
        assertThat(there.domain()).isEqualTo(back.domain()).isNotZero();
        assertThat(collector.interfaceName(there.get(10))).isEqualTo("eth0");
        assertThat(collector.options)
                .anySatisfy(option -> assertThat(option.texts()).containsEntry(300, "node-1/eth0/afpacket"));
    }

    @ParameterizedTest
    @EnumSource(Orientation.class)
    void shouldSayWhoBeganOnlyWhereItIsNoGuess(Orientation orientation) {
        export(
                config(UDP, false, false, 1400),
                TestFlows.tcp().setOrientation(orientation).build());

        boolean guessed =
                switch (orientation) {
                    case handshake, request, reported, known_service -> false;
                    case service_port, first_seen, unknown -> true;
                };
        assertThat(collector.flows.get(0).get(239)).isEqualTo(guessed ? 0 : 1);
        assertThat(collector.flows.get(1).get(239)).isEqualTo(guessed ? 0 : 2);
    }

    @Test
    void shouldMakeOneRecordOfBothDirectionsWhenAsked() {
        Flow onlyBack = TestFlows.tcp()
                .setDelta(new Counters(0L, 0L, 0L, null, 7L, 7000L, 7098L, 0x12))
                .setOrientation(Orientation.unknown)
                .build();
        Flow ended = TestFlows.tcp()
                .setDelta(new Counters(0L, 0L, 0L, null, 0L, 0L, 0L, null))
                .setIsLast(true)
                .setFlowEndReason(FlowEndReason.idle)
                .build();
        Flow quiet = TestFlows.tcp()
                .setDelta(new Counters(0L, 0L, 0L, null, 0L, 0L, 0L, null))
                .build();
        export(config(UDP, true, true, 1400), TestFlows.tcp().build(), onlyBack, ended, quiet);

        assertThat(collector.flows).hasSize(3);
        TestCollector.Seen both = collector.flows.get(0);
        assertThat(both.numbers())
                .containsEntry(2, 10L)
                .containsEntry(1, 1000L)
                .containsEntry(352, 1140L)
                .containsEntry(86, 100L)
                .containsEntry(85, 10_000L)
                .containsEntry(353, 11_400L);
        assertThat(both.reverse())
                .isEqualTo(Map.of(2, 7L, 1, 7000L, 352, 7098L, 6, 0x12L, 86, 70L, 85, 70_000L, 353, 70_980L));
        assertThat(collector.flows.get(1).get(2)).isZero();
        assertThat(collector.flows.get(1).get(239)).isZero();
        assertThat(collector.flows.get(1).reverse()).containsEntry(2, 7L);
        assertThat(collector.flows.get(2).get(136)).isEqualTo(1);
        assertThat(collector.flows.get(2).get(2)).isZero();
    }

    @Test
    void shouldExportIpv6AndIcmpAndFramesWithoutIp() {
        Flow error = TestFlows.tcp()
                .setProtocolIdentifier(1)
                .setIcmp(new IcmpFacts(3, 13))
                .setDelta(new Counters(1L, 56L, 70L, null, 0L, 0L, 0L, null))
                .build();
        export(
                config(UDP, false, false, 1400),
                TestFlows.ping6().build(),
                error,
                TestFlows.arp().build());

        assertThat(collector.flows).hasSize(5);
        assertThat(collector.flows.get(0).source()).isEqualTo("2001:db8:0:0:0:0:0:1");
        assertThat(collector.flows.get(0).numbers())
                .containsEntry(139, 128L << 8)
                .containsEntry(60, 6L)
                .containsEntry(4, 58L)
                .doesNotContainKeys(7, 11, 6);
        assertThat(collector.flows.get(1).source()).isEqualTo("2001:db8:0:1:0:0:0:ffff");
        assertThat(collector.flows.get(1).get(139)).isEqualTo(129L << 8);
        assertThat(collector.flows.get(2).get(32)).isEqualTo(3 << 8 | 13);
        assertThat(collector.flows.get(3).numbers())
                .containsEntry(56, 0x0200_0000_0001L)
                .containsEntry(80, 0xffff_ffff_ffffL)
                .containsEntry(256, 0x806L)
                .containsEntry(58, 0L)
                .containsEntry(2, 2L)
                .containsEntry(352, 84L)
                .doesNotContainKeys(1, 8, 60);
        assertThat(collector.flows.get(4).numbers())
                .containsEntry(56, 0xffff_ffff_ffffL)
                .containsEntry(2, 1L);
    }

    @Test
    void shouldGiveRecordsTheTimesOfTheirWindow() {
        long window = TestFlows.WINDOW_START_MS;
        Flow longLived = TestFlows.tcp()
                .setFlowStartMicroseconds((window - 1_000_000) * 1000)
                .setFlowEndMicroseconds((window + 7_777) * 1000)
                .build();
        Flow late = TestFlows.tcp()
                .setFlowStartMicroseconds((window - 1_000_000) * 1000)
                .setFlowEndMicroseconds((window + 1_000_000) * 1000)
                .setIsLate(true)
                .build();
        Flow before = TestFlows.tcp()
                .setFlowStartMicroseconds((window - 2_000) * 1000)
                .setFlowEndMicroseconds((window - 1_000) * 1000)
                .build();
        export(config(UDP, true, false, 1400), longLived, late, before);

        assertThat(collector.flows)
                .extracting(flow -> flow.startMs() - window, flow -> flow.endMs() - window)
                .containsExactly(tuple(0L, 7_777L), tuple(0L, 10_000L), tuple(-1_000L, -1_000L));
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, 1200",
        "false, true, 1400",
        "true, false, 1400",
        "true, true, 9000",
        "false, false, 65507"
    })
    void shouldKeepEverySumAndStayWithinTheSize(boolean biflow, boolean totals, int octets) {
        Random random = new Random(octets);
        IpfixConfig config = config(UDP, biflow, totals, octets);
        IpfixEncoder encoder = encoder(config, session(config, 1));
        Map<String, long[]> expected = new HashMap<>();
        List<Flow> flows = new ArrayList<>();
        int records = 0;
        for (int i = 0; i < 3_000; i++) {
            Flow flow = TestFlows.random(random, 5);
            flows.add(flow);
            records += encoder.encode(TestFlows.read(flow));
            if (random.nextInt(200) == 0) {
                encoder.flush();
            }
            Counters delta = flow.getDelta();
            String id = flow.getFlowId().substring(0, 16);
            add(
                    expected,
                    id,
                    delta.getInitiatorPackets(),
                    delta.getInitiatorOctets(),
                    delta.getInitiatorLayer2Octets());
            add(
                    expected,
                    id,
                    delta.getResponderPackets(),
                    delta.getResponderOctets(),
                    delta.getResponderLayer2Octets());
        }
        encoder.flush();

        assertThat(collector.problems).isEmpty();
        assertThat(collector.heldSets).isZero();
        assertThat(collector.flows).hasSize(records);
        Map<String, long[]> actual = new HashMap<>();
        Map<String, TestCollector.Seen> byId = new HashMap<>();
        for (TestCollector.Seen seen : collector.flows) {
            String id = String.format(Locale.ROOT, "%016x", seen.get(148));
            byId.putIfAbsent(id, seen);
            add(actual, id, seen.get(2), seen.numbers().getOrDefault(1, 0L), seen.get(352));
            if (biflow) {
                Map<Integer, Long> back = seen.reverse();
                add(actual, id, back.get(2), back.getOrDefault(1, 0L), back.get(352));
            }
        }
        expected.values().removeIf(sums -> sums[0] == 0);
        actual.values().removeIf(sums -> sums[0] == 0);
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
        for (Flow flow : flows) {
            TestCollector.Seen seen = byId.get(flow.getFlowId().substring(0, 16));
            if (seen != null) {
                assertSame(seen, flow, biflow, totals);
            }
        }
        assertThat(collector.messageOctets).allMatch(size -> size <= octets);
        // Full messages, but for those that a change of rate or a flush has ended.
        assertThat(collector.messages).isLessThan(5 + 5 * 30 + records * 200 / octets * 2);
    }

    private static void add(Map<String, long[]> sums, String id, long packets, Long octets, long layer2Octets) {
        long[] sum = sums.computeIfAbsent(id, ignored -> new long[3]);
        sum[0] += packets;
        sum[1] += packets == 0 || octets == null ? 0 : octets;
        sum[2] += packets == 0 ? 0 : layer2Octets;
    }

    private static void assertSame(TestCollector.Seen seen, Flow flow, boolean biflow, boolean totals) {
        boolean isThere = biflow || flow.getDelta().getInitiatorPackets() > 0;
        var source = isThere ? flow.getInitiator() : flow.getResponder();
        var destination = isThere ? flow.getResponder() : flow.getInitiator();
        boolean isIp = flow.getIpVersion() != null;
        if (isIp) {
            assertThat(seen.source()).isEqualTo(source.getAddress());
            assertThat(seen.destination()).isEqualTo(destination.getAddress());
            assertThat(seen.get(4)).isEqualTo(flow.getProtocolIdentifier().longValue());
        } else {
            assertThat(seen.get(256)).isEqualTo(flow.getEtherType().longValue());
        }
        if (flow.getIcmp() != null) {
            int type = flow.getIcmp().getType();
            int code = flow.getIcmp().getCode() == null ? 0 : flow.getIcmp().getCode();
            int answer = IcmpTypes.counterpart(flow.getProtocolIdentifier(), type);
            long typeCode = seen.get(flow.getIpVersion() == 4 ? 32 : 139);
            assertThat(typeCode).isEqualTo((isThere || answer < 0 ? type : answer) << 8 | code);
        } else if (isIp) {
            assertThat(seen.get(7)).isEqualTo(source.getPort().longValue());
            assertThat(seen.get(11)).isEqualTo(destination.getPort().longValue());
        }
        assertThat(seen.get(58))
                .isEqualTo(flow.getVlanIds().isEmpty() ? 0 : flow.getVlanIds().get(0));
        if (totals) {
            assertThat(seen.get(86))
                    .isEqualTo(
                            isThere
                                    ? flow.getTotal().getInitiatorPackets()
                                    : flow.getTotal().getResponderPackets());
        }
        int rate = flow.getSampled() == null ? 1 : flow.getSampled().getSamplingRate();
        assertThat(seen.samplingRate()).isEqualTo(rate);
        Application application = flow.getApplication();
        String name = application == null ? "" : application.getName();
        assertThat(seen.texts().get(96)).isEqualTo(name.substring(0, Math.min(64, name.length())));
    }

    @Test
    void shouldCutNamesBetweenTwoLetters() {
        String name = "a" + "ä".repeat(40);
        Flow flow = TestFlows.tcp()
                .setApplication(TestFlows.application(name))
                .setObservationPoint(new ObservationPoint("n".repeat(300), "ä".repeat(20), "pcap", 1))
                .build();
        export(config(UDP, true, true, 1200), flow);

        assertThat(collector.messageOctets).as("the longest announcement").allMatch(octets -> octets <= 1200);
        assertThat(collector.flows.get(0).texts().get(96)).isEqualTo("a" + "ä".repeat(31));
        assertThat(collector.interfaceName(collector.flows.get(0).get(10))).isEqualTo("ä".repeat(16));
        assertThat(collector.options)
                .anySatisfy(option -> assertThat(option.texts().get(300)).isEqualTo("n".repeat(120)));
    }

    /** Of the domain of a device, which has the longer templates. */
    @Test
    void shouldAnnounceADeviceOfALongNameInTheShortestMessages() {
        Flow flow = TestFlows.reported()
                .setObservationPoint(new ObservationPoint("n".repeat(300), "3", "sflow", 1))
                .build();
        export(config(UDP, true, true, 1200), flow);

        assertThat(collector.flows).isNotEmpty();
        assertThat(collector.messageOctets).allMatch(octets -> octets <= 1200);
    }

    @Test
    void shouldExportWhatDevicesSayOfTheWay() {
        Flow captured = TestFlows.reported()
                .setObservationPoint(new ObservationPoint("node-1", "eth0", "pcap", 1))
                .build();
        export(config(UDP, false, false, 1400), TestFlows.reported().build(), captured);

        assertThat(collector.flows).hasSize(4);
        assertThat(collector.flows.get(0).template()).isEqualTo(FlowFormat.IPV4);
        assertThat(collector.flows.get(0).numbers())
                .containsEntry(10, 501L)
                .containsEntry(14, 0xffff_fffeL)
                .containsEntry(89, 64L)
                .containsEntry(16, 64_500L)
                .containsEntry(17, 4_200_000_001L)
                .containsEntry(129, 64_502L)
                .containsEntry(128, 64_503L)
                .containsEntry(9, 24L)
                .containsEntry(13, 16L)
                .containsEntry(5, 184L)
                .containsEntry(59, 99L)
                .containsEntry(234, 7L)
                .containsEntry(235, 8L)
                .containsEntry(15, 0xc000_02feL)
                .containsEntry(18, 0xc633_64feL)
                .containsEntry(225, 0xcb00_7109L)
                .containsEntry(227, 50_000L)
                .containsEntry(226, 0x0a00_0050L)
                .containsEntry(228, 8_443L)
                .containsEntry(70, 16_065L << 4)
                .containsEntry(71, 3L << 4 | 1)
                .containsEntry(72, 0L)
                .containsEntry(2, 10L)
                .containsEntry(1, 1000L);
        assertThat(collector.flows.get(1).numbers())
                .containsEntry(10, 0L)
                .containsEntry(14, 501L)
                .containsEntry(16, 0L)
                .containsEntry(2, 7L);
        // A capture's point has templates without.
        assertThat(collector.flows.get(2).numbers()).containsEntry(2, 10L).doesNotContainKeys(14, 16, 17, 15, 70);
        assertThat(collector.interfaceName(collector.flows.get(2).get(10))).isEqualTo("eth0");
        assertThat(collector.interfaceName(501))
                .as("a number of the router's own")
                .isNull();
    }

    @Test
    void shouldExportTheWayOfIpv6AndOfFramesWithoutIp() {
        ForwardingFacts said = ForwardingFacts.newBuilder()
                .setEgressInterface(9L)
                .setIpNextHop("192.0.2.254")
                .setSourcePrefixLength(48)
                .setMplsLabels(List.of(1, 2, 3, 4))
                .build();
        ObservationPoint point = new ObservationPoint("switch", "3", "sflow", 1);
        export(
                config(UDP, true, true, 1200),
                TestFlows.ping6()
                        .setObservationPoint(point)
                        .setForwarding(new Forwarding(said, null))
                        .build(),
                TestFlows.arp()
                        .setObservationPoint(point)
                        .setForwarding(new Forwarding(said, null))
                        .build());

        assertThat(collector.messageOctets).as("the longest announcement").allMatch(octets -> octets <= 1200);
        assertThat(collector.flows).hasSize(2);
        assertThat(collector.flows.get(0).numbers())
                .containsEntry(14, 9L)
                .containsEntry(29, 48L)
                .containsEntry(70, 1L << 4)
                .containsEntry(72, 3L << 4)
                .containsEntry(2, 10L)
                .doesNotContainKeys(9, 15, 225);
        assertThat(collector.flows.get(1).numbers())
                .containsEntry(14, 9L)
                .containsEntry(2, 2L)
                .doesNotContainKeys(5, 16, 70);
    }

    @Test
    void shouldCountTheLargestNumbers() {
        Counters largest =
                new Counters(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, 0xffff, Long.MAX_VALUE, 1L, 1L, 0);
        Flow flow = TestFlows.tcp()
                .setDelta(largest)
                .setTotal(largest)
                .setFlowId("f".repeat(32))
                .build();
        export(config(UDP, true, true, 1200), flow);

        assertThat(collector.flows.get(0).numbers())
                .containsEntry(2, Long.MAX_VALUE)
                .containsEntry(85, Long.MAX_VALUE)
                .containsEntry(6, 0xffffL)
                .containsEntry(148, -1L);
    }

    @Test
    void shouldBeTheSameDomainFromEveryProcessAndAnotherForEachPoint() {
        Flow first = TestFlows.tcp().build();
        Flow second = TestFlows.tcp()
                .setObservationPoint(new ObservationPoint("node-1", "eth1", "afpacket", 1))
                .build();
        export(config(UDP, true, false, 1400), first, second, first);

        assertThat(collector.flows).extracting(TestCollector.Seen::domain).containsOnly(-68_427_008, 458_359_698);
        assertThat(Set.copyOf(collector.flows.stream().map(seen -> seen.get(10)).toList()))
                .hasSize(2)
                .allMatch(index -> index > 0 && index <= Integer.MAX_VALUE);
    }

    @Test
    void shouldTellAnotherSamplingRateBeforeTheFlowsThatHaveIt() {
        Flow whole = TestFlows.tcp().build();
        Flow sampled =
                TestFlows.tcp().setSampled(new Sampling(100, 1.0, 1.0, 1.0)).build();
        export(config(TCP, true, false, 1400), whole, sampled, sampled, whole);

        assertThat(collector.flows)
                .extracting(TestCollector.Seen::samplingRate)
                .containsExactly(1.0, 100.0, 100.0, 1.0);
    }

    @Test
    void shouldKeepABoundedNumberOfPointsAndLoseNothing() {
        IpfixConfig config = config(TCP, true, false, 1400);
        int[] records = new int[1];
        IpfixEncoder encoder = new IpfixEncoder(
                config.format(),
                config.messageOctets(),
                (announcement, message) -> records[0] += message.getInt(IpfixMessage.SEQUENCE));
        int points = IpfixEncoder.MAX_DOMAINS + 10;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < points; i++) {
                encoder.encode(TestFlows.read(TestFlows.tcp()
                        .setObservationPoint(new ObservationPoint("node", "veth" + i, "pcap", 1))
                        .build()));
            }
        }
        encoder.flush();

        assertThat(encoder.heldOctets()).isEqualTo(IpfixEncoder.MAX_DOMAINS * 1400L);
        assertThat(records[0]).isEqualTo(2 * points);
    }

    private void write(IpfixEncoder encoder) {
        encoder.encode(TestFlows.read(TestFlows.tcp().build()));
        encoder.flush();
    }

    @Test
    void shouldSendTemplatesAgainOverUdpAfterATimeAndAfterMessages() {
        IpfixConfig config = config(UDP, true, false, 1400);
        IpfixEncoder encoder = encoder(config, session(config, 1));

        write(encoder);
        assertThat(collector.messages).isEqualTo(2);
        nowNanos += Duration.ofSeconds(59).toNanos();
        write(encoder);
        assertThat(collector.messages).isEqualTo(3);
        nowNanos += Duration.ofSeconds(1).toNanos();
        nowSeconds += 60;
        write(encoder);
        assertThat(collector.messages).as("after a minute").isEqualTo(5);
        write(encoder);
        write(encoder);
        assertThat(collector.messages).isEqualTo(7);
        write(encoder);
        assertThat(collector.messages).as("after three messages").isEqualTo(9);

        assertThat(collector.problems)
                .as("sequence numbers count options records, too")
                .isEmpty();
        assertThat(collector.exportSeconds)
                .containsExactly(
                        1_700_000_100L,
                        1_700_000_100L,
                        1_700_000_100L,
                        1_700_000_160L,
                        1_700_000_160L,
                        1_700_000_160L,
                        1_700_000_160L,
                        1_700_000_160L,
                        1_700_000_160L);
    }

    @Test
    void shouldSendTemplatesOncePerSessionOverTcp() {
        IpfixConfig config = config(TCP, true, false, 1400);
        IpfixEncoder encoder = encoder(config, session(config, 1));
        for (int i = 0; i < 10; i++) {
            write(encoder);
            nowNanos += Duration.ofMinutes(10).toNanos();
        }

        assertThat(collector.messages).isEqualTo(11);
        assertThat(collector.templates).doesNotHaveDuplicates();
        assertThat(collector.problems).isEmpty();
    }

    @Test
    void shouldBeginAnewWithEachSession() throws Exception {
        IpfixConfig config = config(TCP, true, false, 1400);
        MessageBatch batch = new MessageBatch();
        IpfixEncoder encoder = new IpfixEncoder(config.format(), config.messageOctets(), batch);
        write(encoder);
        write(encoder);
        for (int number = 1; number <= 2; number++) {
            ExportSession session = session(config, number);
            collector.newSession();
            session.tellStatistics();
            session.write(batch.announcement(1), batch.octets().clone(), batch.offset(1), batch.length(1));
        }

        assertThat(collector.problems).isEmpty();
        assertThat(collector.flows).hasSize(2);
        assertThat(collector.messages).isEqualTo(6);
    }

    @Test
    void shouldTellWhatTheProcessHasDone() throws Exception {
        IpfixConfig config = config(UDP, true, false, 1400);
        ExportSession session = session(config, 1);
        IpfixEncoder encoder = encoder(config, session);
        session.tellStatistics();
        session.tellStatistics();
        write(encoder);
        nowNanos += Duration.ofSeconds(60).toNanos();
        session.tellStatistics();

        List<TestCollector.Seen> statistics = collector.options.stream()
                .filter(option -> option.domain() == 0)
                .toList();
        assertThat(statistics).hasSize(2).allSatisfy(told -> assertThat(told.get(144))
                .isEqualTo(PROCESS));
        assertThat(statistics.get(0).numbers())
                .containsEntry(40, 0L)
                .containsEntry(41, 0L)
                .containsEntry(42, 0L)
                .containsEntry(166, 0L);
        long octets = collector.messageOctets.stream()
                .limit(3)
                .mapToLong(Integer::longValue)
                .sum();
        assertThat(statistics.get(1).numbers())
                .containsEntry(40, octets)
                .containsEntry(41, 3L)
                .containsEntry(42, 1L);
        assertThat(counters.snapshot().records()).isEqualTo(1);
        assertThat(collector.problems).isEmpty();
    }

    @Test
    void shouldHandOutMessagesForWhoeverHasNoCollector() throws Exception {
        List<ByteBuffer> messages = new ArrayList<>();
        IpfixEncoder encoder = IpfixEncoder.of(IpfixConfig.defaults(UDP), messages::add);
        assertThat(encoder.encode(TestFlows.read(TestFlows.tcp().build()))).isEqualTo(2);
        encoder.flush();
        encoder.flush();

        assertThat(messages).singleElement().satisfies(message -> assertThat(message.getShort(0))
                .isEqualTo((short) 10));
    }
}
