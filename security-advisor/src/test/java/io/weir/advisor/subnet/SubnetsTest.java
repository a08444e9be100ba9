package io.weir.advisor.subnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.schemas.SubnetKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubnetsTest {

    private final AddressBits address = new AddressBits();
    private final Subnets subnets = new Subnets(List.of(Cidr.parse("10.0.0.0/8")), 3);

    @Test
    void shouldLetTheLongestPrefixOfAllSourcesWin() {
        subnets.put(Cidr.parse("10.1.0.0/16"), SubnetKind.pod, "shop", 0);
        subnets.put(Cidr.parse("10.1.9.0/24"), SubnetKind.external, null, 0);
        assertThat(at("10.2.0.1", 0)).isEqualTo("10.0.0.0/8 (cluster)");
        assertThat(at("10.1.0.1", 0)).isEqualTo("10.1.0.0/16 (pod shop)");
        assertThat(match("10.1.9.1", 0).place()).isEqualTo(Place.OUTSIDE);
        assertThat(at("192.0.2.1", 0)).isEqualTo("no cluster prefix");
    }

    @Test
    void shouldChangeAtTheEventTimeOfTheChange() {
        Cidr prefix = Cidr.parse("192.0.2.0/24");
        subnets.put(prefix, SubnetKind.partner, null, 1000);
        subnets.put(prefix, SubnetKind.external, null, 2000);
        subnets.end(prefix, 3000);
        assertThat(at("192.0.2.1", 999)).isEqualTo("no cluster prefix");
        assertThat(at("192.0.2.1", 1000)).isEqualTo("192.0.2.0/24 (partner)");
        assertThat(at("192.0.2.1", 1999)).isEqualTo("192.0.2.0/24 (partner)");
        assertThat(at("192.0.2.1", 2000)).isEqualTo("192.0.2.0/24 (external)");
        assertThat(at("192.0.2.1", 3000)).isEqualTo("no cluster prefix");
    }

    @Test
    void shouldFallBackToTheConfigurationAndToTheShorterPrefix() {
        subnets.put(Cidr.parse("10.0.0.0/8"), SubnetKind.external, null, 1000);
        subnets.put(Cidr.parse("10.1.0.0/16"), SubnetKind.pod, null, 2000);
        assertThat(at("10.1.0.1", 500)).isEqualTo("10.0.0.0/8 (cluster)");
        assertThat(at("10.1.0.1", 1500)).isEqualTo("10.0.0.0/8 (external)");
        assertThat(at("10.1.0.1", 2500)).isEqualTo("10.1.0.0/16 (pod)");
        subnets.end(Cidr.parse("10.0.0.0/8"), 3000);
        assertThat(at("10.2.0.1", 2999)).isEqualTo("10.0.0.0/8 (external)");
        assertThat(at("10.2.0.1", 3000)).isEqualTo("10.0.0.0/8 (cluster)");
    }

    @Test
    void shouldLetTheLaterWordWinFromItsTimeOn() {
        Cidr prefix = Cidr.parse("192.0.2.0/24");
        subnets.put(prefix, SubnetKind.vpc, null, 5000);
        subnets.put(prefix, SubnetKind.node, null, 1000);
        assertThat(at("192.0.2.1", 999)).isEqualTo("no cluster prefix");
        assertThat(at("192.0.2.1", 6000)).isEqualTo("192.0.2.0/24 (node)");
    }

    @Test
    void shouldGiveTheSameWhenReadTwice() {
        for (int round = 0; round < 2; round++) {
            subnets.put(Cidr.parse("192.0.2.0/24"), SubnetKind.vpc, null, 1000);
            subnets.put(Cidr.parse("192.0.2.0/24"), SubnetKind.node, null, 2000);
            subnets.end(Cidr.parse("192.0.2.0/24"), 3000);
            assertThat(at("192.0.2.1", 1500)).isEqualTo("192.0.2.0/24 (vpc)");
            assertThat(at("192.0.2.1", 2500)).isEqualTo("192.0.2.0/24 (node)");
            assertThat(at("192.0.2.1", 3500)).isEqualTo("no cluster prefix");
        }
    }

    @Test
    void shouldRefuseMoreThanTheCapAndTakeMoreAfterAnEnd() {
        for (int i = 0; i < 3; i++) {
            subnets.put(Cidr.parse("192.0.2." + i), SubnetKind.node, null, 0);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> subnets.put(Cidr.parse("192.0.2.9"), SubnetKind.node, null, 0))
                .withMessageContaining("full with 3 prefixes");
        subnets.put(Cidr.parse("192.0.2.1"), SubnetKind.pod, null, 0);
        subnets.end(Cidr.parse("192.0.2.0"), Long.MIN_VALUE);
        subnets.put(Cidr.parse("192.0.2.9"), SubnetKind.node, null, 0);
        assertThat(at("192.0.2.9", 0)).isEqualTo("192.0.2.9/32 (node)");
    }

    @Test
    void shouldForgetTheOldestVersionBeyondTheCap() {
        Cidr prefix = Cidr.parse("192.0.2.0/24");
        for (int i = 1; i <= Subnets.MAX_VERSIONS + 1; i++) {
            subnets.put(prefix, SubnetKind.node, "v" + i, i);
        }
        assertThat(at("192.0.2.1", 1)).isEqualTo("no cluster prefix");
        assertThat(at("192.0.2.1", 2)).isEqualTo("192.0.2.0/24 (node v2)");
    }

    @Test
    void shouldKnowTheRangesThatStandardsSetAside() {
        assertThat(match("127.0.0.1", 0).place()).isEqualTo(Place.INSIDE);
        assertThat(match("169.254.169.254", 0).place()).isEqualTo(Place.INSIDE);
        assertThat(match("0.0.0.0", 0).place()).isEqualTo(Place.INSIDE);
        assertThat(match("224.0.0.251", 0).place()).isEqualTo(Place.GROUP);
        assertThat(match("255.255.255.255", 0).place()).isEqualTo(Place.GROUP);
        assertThat(match("::1", 0).place()).isEqualTo(Place.INSIDE);
        assertThat(match("fe80::1", 0).place()).isEqualTo(Place.INSIDE);
        assertThat(match("ff02::fb", 0).place()).isEqualTo(Place.GROUP);
        assertThat(at("fe80::1", 0)).isEqualTo("fe80::/10 (link-local)");
        subnets.put(Cidr.parse("169.254.7.0/24"), SubnetKind.external, null, 0);
        assertThat(match("169.254.7.1", 0).place()).isEqualTo(Place.OUTSIDE);
    }

    private String at(String text, long eventTimeMs) {
        return match(text, eventTimeMs).label();
    }

    private SubnetMatch match(String text, long eventTimeMs) {
        assertThat(address.parse(text)).isTrue();
        return subnets.lookup(address, eventTimeMs);
    }
}
