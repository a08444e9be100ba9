package io.weir.topology.sflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DropReasonsTest {
    @Test
    void shouldNameReasonsByNumber() {
        assertThat(DropReasons.name(0)).isEqualTo("net_unreachable");
        assertThat(DropReasons.name(15)).isEqualTo("precedence_cutoff");
        assertThat(DropReasons.name(256)).isEqualTo("unknown");
        assertThat(DropReasons.name(258)).isEqualTo("acl");
        assertThat(DropReasons.name(262)).isEqualTo("pkt_too_big");
        assertThat(DropReasons.name(263)).isEqualTo("src_mac_is_multicast");
        assertThat(DropReasons.name(288)).isEqualTo("unknown_tunnel");
        assertThat(DropReasons.name(289)).isEqualTo("unknown_l4");
        assertThat(DropReasons.name(303)).isEqualTo("split_horizon");
        assertThat(DropReasons.name(323)).isEqualTo("unknown_parsing");
        assertThat(DropReasons.name(332)).isEqualTo("dev_hdr");
        assertThat(DropReasons.name(366)).isEqualTo("tc_egress");
        assertThat(DropReasons.name(371)).isEqualTo("socket_filter");
    }

    @Test
    void shouldKeepTheNumberWhereThereIsNoName() {
        for (long number : new long[] {16, 255, 372, 0xffff_ffffL, -1}) {
            assertThat(DropReasons.name(number)).isNull();
            assertThat(DropReasons.text(number)).isEqualTo(Long.toString(number));
        }
        assertThat(DropReasons.text(260)).isEqualTo("red");
    }

    @Test
    void shouldGiveEachNameToOneReason() {
        Set<String> names = new HashSet<>();
        for (int reason = 0; reason <= 371; reason++) {
            String name = DropReasons.name(reason);
            assertThat(name == null).as("reason %d", reason).isEqualTo(reason > 15 && reason < 256);
            assertThat(name == null || names.add(name)).as("%s twice", name).isTrue();
        }
    }
}
