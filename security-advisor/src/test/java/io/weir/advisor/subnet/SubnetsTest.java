package io.weir.advisor.subnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.schemas.SubnetKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubnetsTest {

    private static final long DAY_MS = 86_400_000;

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

    @Test
    void shouldTakeSetsForTheTimeInWhichTheyHold() {
        Subnets configured = new Subnets(
                List.of(Cidr.parse("10.0.0.0/8")),
                List.of(
                        ClusterSet.parse("pod/shop:10.1.0.0/16@1970-01-02"),
                        ClusterSet.parse("service/web:10.2.0.0/16"),
                        ClusterSet.parse("partner/acme:192.0.2.0/24@1970-01-03..1970-01-04"),
                        ClusterSet.parse("node:192.0.2.0/24@..1970-01-02"),
                        ClusterSet.parse("external:192.0.2.0/24@1970-01-04..1970-01-05"),
                        ClusterSet.parse("external:10.0.0.0/8@1970-01-09..1970-01-10")),
                3);
        assertThat(labelOf(configured, "10.2.0.1", 0)).isEqualTo("10.2.0.0/16 (service web)");
        assertThat(labelOf(configured, "10.1.0.1", DAY_MS - 1)).isEqualTo("10.0.0.0/8 (cluster)");
        assertThat(labelOf(configured, "10.1.0.1", DAY_MS)).isEqualTo("10.1.0.0/16 (pod shop)");
        assertThat(labelOf(configured, "192.0.2.1", Long.MIN_VALUE)).isEqualTo("192.0.2.0/24 (node)");
        assertThat(labelOf(configured, "192.0.2.1", DAY_MS)).isEqualTo("no cluster prefix");
        assertThat(labelOf(configured, "192.0.2.1", 2 * DAY_MS)).isEqualTo("192.0.2.0/24 (partner acme)");
        assertThat(labelOf(configured, "192.0.2.1", 3 * DAY_MS)).isEqualTo("192.0.2.0/24 (external)");
        assertThat(labelOf(configured, "192.0.2.1", 4 * DAY_MS)).isEqualTo("no cluster prefix");
        assertThat(labelOf(configured, "10.3.0.1", 8 * DAY_MS)).isEqualTo("10.0.0.0/8 (external)");
        assertThat(labelOf(configured, "10.3.0.1", 9 * DAY_MS)).isEqualTo("10.0.0.0/8 (cluster)");
    }

    @Test
    void shouldLetTheTopicSpeakBeforeTheSets() {
        Subnets both = new Subnets(List.of(), List.of(ClusterSet.parse("pod:10.1.0.0/16")), 3);
        both.put(Cidr.parse("10.1.0.0/16"), SubnetKind.external, null, 1000);
        both.end(Cidr.parse("10.1.0.0/16"), 2000);
        assertThat(labelOf(both, "10.1.0.1", 999)).isEqualTo("10.1.0.0/16 (pod)");
        assertThat(labelOf(both, "10.1.0.1", 1000)).isEqualTo("10.1.0.0/16 (external)");
        assertThat(labelOf(both, "10.1.0.1", 2000)).isEqualTo("10.1.0.0/16 (pod)");
    }

    @Test
    void shouldNameSetsThatContradictEachOther() {
        List<ClusterSet> sets = List.of(
                ClusterSet.parse("pod:10.1.0.0/16@..1970-01-03"),
                ClusterSet.parse("node:10.1.0.0/16@1970-01-02"),
                ClusterSet.parse("node:10.2.0.0/16"),
                ClusterSet.parse("node:10.2.0.0/16"));
        assertThat(Subnets.problemsOf(sets))
                .containsExactly(
                        "cluster sets pod:10.1.0.0/16@..1970-01-03T00:00:00Z and node:10.1.0.0/16@1970-01-02T00:00:00Z.. say two"
                                + " things of one prefix at the same time: let one end when the other begins");
        assertThat(labelOf(new Subnets(List.of(), sets.subList(2, 4), 1), "10.2.0.1", 0))
                .isEqualTo("10.2.0.0/16 (node)");
    }

    private String labelOf(Subnets of, String text, long eventTimeMs) {
        assertThat(address.parse(text)).isTrue();
        return of.lookup(address, eventTimeMs).label();
    }

    private String at(String text, long eventTimeMs) {
        return match(text, eventTimeMs).label();
    }

    private SubnetMatch match(String text, long eventTimeMs) {
        assertThat(address.parse(text)).isTrue();
        return subnets.lookup(address, eventTimeMs);
    }
}
