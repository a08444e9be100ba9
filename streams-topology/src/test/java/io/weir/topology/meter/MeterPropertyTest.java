package io.weir.topology.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Conversation;
import io.weir.schemas.Counters;
import io.weir.schemas.Flow;
import io.weir.topology.FlowTimeouts;
import io.weir.topology.Grace;
import io.weir.topology.MeterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for any traffic. The seed of a failing case is its argument. */
class MeterPropertyTest {

    private static final long WINDOW_MS = 10_000;
    private static final long GRACE_MS = 2_000;
    private static final int PACKETS = 3_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldSumAsANaiveTwinDoesWhateverTheOrderWithinGrace(long seed) {
        RandomTraffic traffic = new RandomTraffic(seed, PACKETS, GRACE_MS, WINDOW_MS);

        MeterRig rig = new MeterRig(config(1000)).process(traffic.batches);

        assertThat(rig.sums()).isEqualTo(traffic.sums);
        assertThat(rig.flows).noneMatch(Flow::getIsLate);
        assertThat(rig.tableSize()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void shouldCountEveryPacketOnceEvenWhenLate(long seed) {
        RandomTraffic traffic = new RandomTraffic(seed, PACKETS, 45_000, WINDOW_MS);

        MeterRig rig = new MeterRig(config(1000)).process(traffic.batches);

        assertThat(rig.flows).anyMatch(Flow::getIsLate);
        assertThat(rig.sums()).isEqualTo(traffic.sums);
        assertLivesAreWhole(rig.flows);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 20})
    void shouldCountEveryPacketOnceWhenTheTableIsFull(int maxFlows) {
        // A tunnel's flow that is ended early takes its id twice (ADR 15), so that its life is not whole.
        RandomTraffic traffic = RandomTraffic.bare(maxFlows, PACKETS, 20_000, WINDOW_MS);

        MeterRig rig = new MeterRig(config(maxFlows)).process(traffic.batches);

        assertThat(rig.sums()).isEqualTo(traffic.sums);
        assertLivesAreWhole(rig.flows);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 20})
    void shouldCountEveryPacketOnceInTunnelsWhenTheTableIsFull(int maxFlows) {
        RandomTraffic traffic = new RandomTraffic(maxFlows, PACKETS, 20_000, WINDOW_MS);

        assertThat(new MeterRig(config(maxFlows)).process(traffic.batches).sums())
                .isEqualTo(traffic.sums);
    }

    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53, 54})
    void shouldNameAFlowThatIsThereAsTheParent(long seed) {
        RandomTraffic traffic = new RandomTraffic(seed, PACKETS, GRACE_MS, WINDOW_MS);

        MeterRig rig = new MeterRig(config(1000)).process(traffic.batches);

        Map<String, List<Flow>> byId = rig.flows.stream().collect(Collectors.groupingBy(Flow::getFlowId));
        assertThat(rig.flows)
                .filteredOn(flow -> flow.getParentFlowId() != null)
                .hasSizeGreaterThan(100)
                .allSatisfy(flow -> assertThat(byId.get(flow.getParentFlowId()))
                        .isNotNull()
                        .allSatisfy(
                                parent -> assertThat(parent.getParentFlowId()).isNull())
                        .anySatisfy(parent -> assertThat(parent.getDelta().getInitiatorPackets()
                                                        + parent.getDelta().getResponderPackets()
                                                == 0
                                        || parent.getWindowStart() == flow.getWindowStart()
                                        || flow.getDelta().getInitiatorPackets()
                                                        + flow.getDelta().getResponderPackets()
                                                == 0)
                                .isTrue()));
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void shouldGiveTheSameForTheSame(long seed) {
        RandomTraffic traffic = new RandomTraffic(seed, PACKETS, 30_000, WINDOW_MS);

        assertThat(new MeterRig(config(8)).process(traffic.batches).flows)
                .isEqualTo(new MeterRig(config(8)).process(traffic.batches).flows);
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44, 45, 46, 47, 48})
    void shouldGiveTheSameAfterRestarts(long seed) {
        RandomTraffic traffic = new RandomTraffic(seed, PACKETS, 10_000, WINDOW_MS);
        Random restarts = new Random(seed);

        MeterRig undisturbed = new MeterRig(config(1000)).process(traffic.batches);
        MeterRig restarted = new MeterRig(config(1000));
        for (byte[] batch : traffic.batches) {
            restarted.process(batch);
            if (restarts.nextInt(10) == 0) {
                restarted.restart(restarts);
            }
        }

        assertThat(sorted(restarted.flows)).isEqualTo(sorted(undisturbed.flows));
        assertThat(restarted.early).isEqualTo(undisturbed.early);
        assertThat(undisturbed.early).isNotEmpty();
        assertThat(sorted(restarted.conversations)).isEqualTo(sorted(undisturbed.conversations));
        assertThat(undisturbed.conversations).isNotEmpty();
        assertThat(sorted(restarted.duplicates)).isEqualTo(sorted(undisturbed.duplicates));
    }

    @ParameterizedTest
    @ValueSource(longs = {61, 62, 63, 64, 65, 66})
    void shouldLetOnePlaceStandForWhatBothSee(long seed) {
        RandomTraffic traffic = RandomTraffic.mirrored(seed, PACKETS, WINDOW_MS);

        MeterRig rig = new MeterRig(config(1000)).process(traffic.batches);

        assertEveryRecordIsSettledOnce(rig);
        assertThat(packets(rig.standing)).isEqualTo(packets(rig.duplicates)).isEqualTo(PACKETS);
        assertThat(rig.standing.stream().filter(Flow::getIsLast))
                .hasSameSizeAs(rig.duplicates.stream().filter(Flow::getIsLast).toList());
        assertThat(rig.conversations).hasSizeGreaterThan(50).allSatisfy(conversation -> assertThat(
                        conversation.getPath())
                .hasSize(2)
                .first()
                .satisfies(hop -> {
                    assertThat(hop.getInitiatorTransfer().getMissingPackets()).isIn(null, 0L);
                    assertThat(hop.getDelta()).isEqualTo(conversation.getDelta());
                }));
        assertThat(packets(rig.conversations.stream().map(Conversation::getDelta)))
                .isEqualTo(PACKETS);
    }

    @ParameterizedTest
    @ValueSource(longs = {71, 72, 73})
    void shouldSettleEveryRecordOnceWhateverTheOrder(long seed) {
        RandomTraffic traffic = new RandomTraffic(seed, PACKETS, 45_000, WINDOW_MS);

        assertEveryRecordIsSettledOnce(new MeterRig(config(1000)).process(traffic.batches));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void shouldSettleEveryRecordOnceWhenTheTableIsFull(int maxFlows) {
        RandomTraffic traffic = RandomTraffic.mirrored(maxFlows, PACKETS, WINDOW_MS);

        assertEveryRecordIsSettledOnce(new MeterRig(config(maxFlows)).process(traffic.batches));
    }

    private static void assertEveryRecordIsSettledOnce(MeterRig rig) {
        List<Flow> settled = new ArrayList<>(rig.standing);
        settled.addAll(rig.duplicates);
        assertThat(settled).hasSameSizeAs(rig.flows).doesNotHaveDuplicates();
        assertThat(sorted(settled).equals(sorted(rig.flows))).isTrue();
        assertThat(rig.conversationTableSize()).isZero();
        assertThat(rig.settledUntil.values()).containsOnly(Long.MAX_VALUE);
    }

    private static long packets(List<Flow> flows) {
        return packets(flows.stream().map(Flow::getDelta));
    }

    private static long packets(Stream<Counters> deltas) {
        return deltas.mapToLong(delta -> delta.getInitiatorPackets() + delta.getResponderPackets())
                .sum();
    }

    /** First record first, last record last, nothing after it, and the total of each is the sum of all deltas until then. */
    private static void assertLivesAreWhole(List<Flow> flows) {
        Map<String, List<Flow>> lives = new LinkedHashMap<>();
        flows.forEach(flow ->
                lives.computeIfAbsent(flow.getFlowId(), id -> new ArrayList<>()).add(flow));
        for (List<Flow> life : lives.values()) {
            Flow last = life.get(life.size() - 1);
            assertThat(life.stream().map(Flow::getIsFirst).toList())
                    .startsWith(true)
                    .filteredOn(first -> first)
                    .hasSize(1);
            assertThat(life.stream().filter(Flow::getIsLast).toList()).containsExactly(last);
            assertThat(last.getFlowEndReason()).isNotNull();
            assertTotalsGrowByDeltas(life);
        }
    }

    /** Also while packets of the next window are already counted. */
    private static void assertTotalsGrowByDeltas(List<Flow> life) {
        long packets = 0;
        long layer2Octets = 0;
        for (Flow flow : life) {
            packets += packets(Stream.of(flow.getDelta()));
            layer2Octets += layer2Octets(flow.getDelta());
            assertThat(packets(Stream.of(flow.getTotal()))).isEqualTo(packets);
            assertThat(layer2Octets(flow.getTotal())).isEqualTo(layer2Octets);
        }
    }

    private static long layer2Octets(Counters counters) {
        return counters.getInitiatorLayer2Octets() + counters.getResponderLayer2Octets();
    }

    /** Records of one window come in no particular order. */
    private static List<String> sorted(List<?> records) {
        return records.stream()
                .map(Object::toString)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private static MeterConfig config(int maxFlows) {
        return new MeterConfig(
                Duration.ofMillis(WINDOW_MS),
                Grace.of(Duration.ofMillis(GRACE_MS)),
                new FlowTimeouts(Duration.ofSeconds(60), Duration.ofMinutes(3)),
                Map.of(17, new FlowTimeouts(Duration.ofSeconds(7), Duration.ofSeconds(50))),
                Duration.ofSeconds(2),
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                true,
                maxFlows,
                MeterConfig.defaults().edges(),
                1,
                Duration.ofSeconds(1),
                true,
                0);
    }
}
