package io.weir.app.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.TestRecords;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowSelectionTest {

    private static final long T0 = TestRecords.WINDOW_MS * 1000;
    private static final String COMMUNITY_ID = "1:UWHKJ/x6OQ1YiVv4rIl0t3yhjg8=";

    private final FlowSelection selection = new FlowSelection();
    private final FlowIdentity.OfPackets identities = new FlowIdentity.OfPackets();

    @Test
    void shouldHoldThePacketsOfAFlowsLife() {
        selection.add(flow(T0, T0 + 5, true), true);

        assertThat(found(TestRecords.flowKey(), T0 - 1)).isZero();
        assertThat(found(TestRecords.flowKey(), T0)).isEqualTo(1);
        assertThat(found(TestRecords.flowKey(), T0 + 5)).isEqualTo(1);
        assertThat(found(TestRecords.flowKey(), T0 + 6)).isZero();
    }

    @Test
    void shouldChooseAFlowAsAWhole() {
        selection.add(flow(T0, T0 + 5, false), false);
        selection.add(flow(T0, T0 + 15, false), true);
        assertThat(found(TestRecords.flowKey(), T0 + 99)).as("it goes on").isEqualTo(1);

        selection.add(flow(T0, T0 + 25, true), false);

        assertThat(selection.size()).isEqualTo(1);
        assertThat(found(TestRecords.flowKey(), T0 + 3)).isEqualTo(1);
        assertThat(found(TestRecords.flowKey(), T0 + 25)).isEqualTo(1);
        assertThat(found(TestRecords.flowKey(), T0 + 26)).isZero();
    }

    @Test
    void shouldTellFlowsOfOneConversationApart() {
        Flow tagged = flow(T0, T0 + 5, true);
        tagged.setVlanIds(List.of(7));
        selection.add(tagged, true);

        assertThat(found(TestRecords.flowKey(), T0)).isZero();
        assertThat(found(
                        FlowKey.newBuilder(TestRecords.flowKey())
                                .setVlanIds(List.of(7))
                                .build(),
                        T0))
                .isEqualTo(1);
        assertThat(found(
                        FlowKey.newBuilder(TestRecords.flowKey())
                                .setVlanIds(List.of(7))
                                .setParent(0)
                                .build(),
                        T0))
                .isZero();
    }

    @Test
    void shouldKnowFramesWithoutIpByTheirMacAddresses() {
        selection.add(TestRecords.arp(), true);
        ByteBuffer asker = ByteBuffer.wrap(new byte[] {2, 0, 0, 0, 0, 1});
        ByteBuffer all = ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, -1, -1});
        FlowKey arp = FlowKey.newBuilder(TestRecords.flowKey())
                .setEtherType(0x0806)
                .setProtocolIdentifier(null)
                .setAddressA(ByteBuffer.allocate(0))
                .setAddressB(ByteBuffer.allocate(0))
                .setPortA(null)
                .setPortB(null)
                .setMacAddressA(asker)
                .setMacAddressB(all)
                .build();

        assertThat(found(arp, T0)).isEqualTo(1);
        assertThat(found(FlowKey.newBuilder(arp).setMacAddressB(asker).build(), T0))
                .isZero();
    }

    private int found(FlowKey key, long timeMicros) {
        List<FlowSelection.Chosen> found = new ArrayList<>();
        selection.find(identities.of(TestRecords.POINT, key), timeMicros, found);
        return found.size();
    }

    private static Flow flow(long firstMicros, long lastMicros, boolean last) {
        Flow flow = TestRecords.flow("10.0.0.1", 40_000, "10.0.0.2", 443, 12, 3);
        flow.setCommunityId(COMMUNITY_ID);
        flow.setFlowStartMicroseconds(firstMicros);
        flow.setFlowEndMicroseconds(lastMicros);
        flow.setIsLast(last);
        return flow;
    }
}
