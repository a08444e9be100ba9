package io.weir.schemas.packets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IcmpTypesTest {

    /** Community ID v1, the pairs of its reference implementation. */
    @ParameterizedTest
    @CsvSource({
        "1,8,0",
        "1,13,14",
        "1,15,16",
        "1,10,9",
        "1,17,18",
        "58,128,129",
        "58,133,134",
        "58,135,136",
        "58,130,131",
        "58,139,140",
        "58,144,145"
    })
    void shouldPairRequestAndReply(int protocol, int request, int reply) {
        assertThat(IcmpTypes.counterpart(protocol, request)).isEqualTo(reply);
        assertThat(IcmpTypes.counterpart(protocol, reply)).isEqualTo(request);
        assertThat(IcmpTypes.isRequest(protocol, request)).isTrue();
        assertThat(IcmpTypes.isRequest(protocol, reply)).isFalse();
    }

    @Test
    void shouldTakeEverythingElseForOneWay() {
        assertThat(IcmpTypes.counterpart(CanonicalKey.ICMP, 3)).isEqualTo(IcmpTypes.ONE_WAY);
        assertThat(IcmpTypes.counterpart(CanonicalKey.ICMP, 11)).isEqualTo(IcmpTypes.ONE_WAY);
        assertThat(IcmpTypes.counterpart(CanonicalKey.ICMPV6, 1)).isEqualTo(IcmpTypes.ONE_WAY);
        assertThat(IcmpTypes.counterpart(CanonicalKey.ICMPV6, 8)).isEqualTo(IcmpTypes.ONE_WAY);
        assertThat(IcmpTypes.counterpart(CanonicalKey.ICMP, 128)).isEqualTo(IcmpTypes.ONE_WAY);
    }
}
