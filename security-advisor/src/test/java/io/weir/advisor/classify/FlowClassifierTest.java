package io.weir.advisor.classify;

import static io.weir.advisor.TestFlow.T0;
import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.SubClass;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Orientation;
import io.weir.schemas.SubnetKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowClassifierTest {

    private final Subnets subnets = new Subnets(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd42::/48")), 10);
    private final FlowClassifier classifier = new FlowClassifier(subnets);

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.2, internal",
        "10.0.0.1, 192.0.2.1, egress",
        "10.0.0.1, nonsense, unknown",
        "192.0.2.1, 10.0.0.2, ingress",
        "192.0.2.1, 192.0.2.2, external",
        "192.0.2.1, nonsense, unknown",
        "nonsense, 10.0.0.2, unknown",
        "nonsense, 192.0.2.1, unknown",
        "nonsense, nonsense, unknown",
        "fd42::1, fd42::2, internal",
        "fd42::1, 2001:db8::1, egress",
        "fd42::1, fd42::g, unknown",
        "2001:db8::1, fd42::2, ingress",
        "2001:db8::1, 2001:db8::2, external",
        "2001:db8::1, fd42::g, unknown",
        "fd42::g, fd42::2, unknown",
        "fd42::g, 2001:db8::1, unknown",
        "fd42::g, fd42::g, unknown",
        "192.0.2.1, fd42::2, ingress",
        ", , unknown",
    })
    void shouldClassifyByBothEnds(String initiator, String responder, FlowClass expected) {
        assertThat(classOf(initiator, responder)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 224.0.0.5, external",
        "10.0.0.1, 224.0.0.5, internal",
        "10.0.0.1, 255.255.255.255, internal",
        "0.0.0.0, 255.255.255.255, internal",
        "169.254.1.1, 10.0.0.1, internal",
        "fe80::1, fd42::2, internal",
        "fe80::1, ff02::1, internal",
        "2001:db8::1, ff05::2, external",
        "127.0.0.1, 127.0.0.1, internal",
        "10.0.0.1, 169.254.169.254, internal",
        "192.0.2.1, 10.255.255.255, ingress",
        "224.0.0.5, 10.0.0.1, internal",
        "224.0.0.5, 224.0.0.6, external",
        "::ffff:192.0.2.1, ::ffff:10.0.0.2, ingress",
    })
    void shouldKnowAddressesOfSpecialUse(String initiator, String responder, FlowClass expected) {
        assertThat(classOf(initiator, responder)).isEqualTo(expected);
    }

    @Test
    void shouldNameThePrefixesThatDecided() {
        subnets.put(Cidr.parse("10.9.0.0/16"), SubnetKind.pod, "shop", 0);
        assertThat(classifier
                        .classify(aFlow().from("192.0.2.1").to("10.9.0.1").build())
                        .reason())
                .isEqualTo("initiator in no cluster prefix, responder in 10.9.0.0/16 (pod shop)");
        assertThat(classifier
                        .classify(aFlow().from(null).to("224.0.0.1").build())
                        .reason())
                .isEqualTo("initiator without a readable IP address, responder in 224.0.0.0/4 (multicast); multicast");
    }

    @Test
    void shouldLetTheLongestOfOverlappingPrefixesDecide() {
        subnets.put(Cidr.parse("10.9.0.0/16"), SubnetKind.external, null, 0);
        subnets.put(Cidr.parse("10.9.9.0/24"), SubnetKind.group, "dmz", 0);
        assertThat(classOf("10.9.0.1", "10.0.0.1")).isEqualTo(FlowClass.ingress);
        assertThat(classOf("10.9.9.1", "10.0.0.1")).isEqualTo(FlowClass.internal);
    }

    @Test
    void shouldClassifyByThePrefixesThatHoldAtTheTimeOfTheFlow() {
        subnets.put(Cidr.parse("192.0.2.1"), SubnetKind.node, null, (T0 + 100) * 1000);
        assertThat(classifier.classify(aFlow().from("192.0.2.1").at(99).build()).flowClass())
                .isEqualTo(FlowClass.ingress);
        assertThat(classifier
                        .classify(aFlow().from("192.0.2.1").at(100).build())
                        .flowClass())
                .isEqualTo(FlowClass.internal);
    }

    @ParameterizedTest
    @CsvSource({
        "handshake, high",
        "request, high",
        "reported, medium",
        "service_port, medium",
        "first_seen, low",
        "unknown, low"
    })
    void shouldSayHowSureTheDirectionIs(Orientation orientation, Confidence expected) {
        assertThat(classifier.classify(aFlow().orientation(orientation).build()).confidence())
                .isEqualTo(expected);
    }

    @Test
    void shouldTakePartnersForOutsideAndNameThem() {
        subnets.put(Cidr.parse("203.0.113.0/24"), SubnetKind.partner, "acme", 0);
        Classification from = classifier.classify(aFlow().from("203.0.113.9").build());
        assertThat(from.flowClass()).isEqualTo(FlowClass.ingress);
        assertThat(from.reason())
                .isEqualTo("initiator in 203.0.113.0/24 (partner acme), responder in 10.0.0.0/8 (cluster); partner");
        assertThat(classOf("10.0.0.1", "203.0.113.9")).isEqualTo(FlowClass.egress);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 224.0.0.5, multicast",
        "0.0.0.0, 255.255.255.255, 'this network,broadcast'",
        "169.254.1.1, 10.0.0.1, link-local",
        "fe80::1, ff02::1, 'link-local,multicast'",
        "::, ff02::1, 'unspecified,multicast'",
        "127.0.0.1, 127.0.0.1, loopback",
        "192.0.2.1, 10.96.0.1, service VIP",
        "192.0.2.1, 10.97.0.1, load balancer VIP",
        "10.98.0.1, 10.0.0.1, node",
        "192.0.2.1, 10.0.0.1, ''",
        "192.0.2.1, nonsense, ''",
    })
    void shouldSayWhatIsSpecialAboutTheEnds(String from, String to, String special) {
        subnets.put(Cidr.parse("10.96.0.0/16"), SubnetKind.service, "web", 0);
        subnets.put(Cidr.parse("10.97.0.0/16"), SubnetKind.vip, null, 0);
        subnets.put(Cidr.parse("10.98.0.0/16"), SubnetKind.node, null, 0);
        assertThat(classifier.classify(aFlow().from(from).to(to).build()).subClasses())
                .map(SubClass::toString)
                .isEqualTo(special.isEmpty() ? List.of() : List.of(special.split(",")));
    }

    @Test
    void shouldFollowATranslatedDestinationIntoTheCluster() {
        Classification entered = classifier.classify(
                aFlow().to("192.0.2.80").translated(null, "10.0.0.5").build());
        assertThat(entered.flowClass()).isEqualTo(FlowClass.ingress);
        assertThat(entered.subClasses()).containsExactly(SubClass.NATED);
        assertThat(entered.reason())
                .isEqualTo(
                        "initiator in no cluster prefix, responder in no cluster prefix; NATed: destination translated to 10.0.0.5"
                                + " in 10.0.0.0/8 (cluster)");
        assertThat(classifier
                        .classify(aFlow().to("192.0.2.80")
                                .translated(null, "192.0.2.81")
                                .build())
                        .flowClass())
                .isEqualTo(FlowClass.external);
        assertThat(classifier
                        .classify(aFlow().from("10.0.0.1")
                                .to("192.0.2.80")
                                .translated(null, "10.0.0.5")
                                .build())
                        .flowClass())
                .as("out and in again")
                .isEqualTo(FlowClass.internal);
    }

    @Test
    void shouldNameATranslatedSource() {
        Classification left = classifier.classify(aFlow().from("10.0.0.1")
                .to("192.0.2.80")
                .translated("192.0.2.1", "192.0.2.80")
                .build());
        assertThat(left.flowClass()).isEqualTo(FlowClass.egress);
        assertThat(left.reason()).endsWith("; NATed: source translated to 192.0.2.1");
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.7, 10.0.0.5", "0.0.0.0, 0.0.0.0", "::, ::"})
    void shouldNotTakeAnAddressThatStaysForATranslation(String source, String destination) {
        assertThat(classifier
                        .classify(aFlow().translated(source, destination).build())
                        .subClasses())
                .isEmpty();
    }

    private FlowClass classOf(String initiator, String responder) {
        return classifier
                .classify(aFlow().from(initiator).to(responder).build())
                .flowClass();
    }
}
