package io.weir.advisor.rule.ingress;

import static io.weir.advisor.TestFlow.T0;
import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.advisor.TestFlow;
import io.weir.advisor.allow.AllowEntry;
import io.weir.advisor.allow.AllowList;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Confidence;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.Measurement;
import io.weir.schemas.Orientation;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngressRuleTest {

    private static final String PROBE = "probe|eth0|pcap";
    private static final int SILENT_FLUSHES = 20;
    private static final int MAX_OF_SERVICE = 64;

    private final FlowClassifier classifier =
            new FlowClassifier(new Subnets(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd42::/48")), 10));
    private final MemoryStore store = new MemoryStore();
    private final List<Finding> told = new ArrayList<>();
    private IngressRule rule = newRule(EpisodeScope.CLUSTER, 1000);

    @Test
    void shouldOpenOnceUpdateWhenQuietAndCloseWhenIdle() {
        see(aFlow().id("f1").at(0));
        rule.flush();
        Finding opened = only();
        assertThat(opened.getStatus()).isEqualTo(FindingStatus.opened);
        assertThat(opened.getRule()).isEqualTo("ingress");
        assertThat(opened.getTitle()).isEqualTo("198.51.100.7 from outside reached tcp/80 of 10.0.0.5, which answered");
        assertThat(opened.getClassReason())
                .isEqualTo("initiator in no cluster prefix, responder in 10.0.0.0/8 (cluster)");
        assertThat(opened.getFindingId()).matches("[0-9a-f]{32}");
        assertThat(opened.getInitiator().getPort()).isNull();
        assertThat(opened.getResponder().getPort()).isEqualTo(80);
        assertThat(opened.getFirstSeenMicroseconds()).isEqualTo(T0 * 1_000_000);
        assertThat(opened.getObservationPoint().getHost()).isEqualTo("probe");

        see(aFlow().id("f2").at(20));
        rule.flush();
        assertThat(drain()).isEmpty();
        rule.flush();
        Finding updated = only();
        assertThat(updated.getStatus()).isEqualTo(FindingStatus.updated);
        assertThat(updated.getFindingId()).isEqualTo(opened.getFindingId());
        assertThat(updated.getFlows()).isEqualTo(2);
        assertThat(updated.getPackets()).isEqualTo(10);
        assertThat(updated.getResponderPackets()).isEqualTo(4);
        assertThat(updated.getResponderOctets()).isEqualTo(240);
        assertThat(updated.getEvidenceFlowIds()).containsExactly("f1", "f2");

        eventTime(20 + 300 + 60);
        rule.flush();
        assertThat(drain()).isEmpty();
        eventTime(20 + 300 + 60 + 10);
        rule.flush();
        Finding closed = only();
        assertThat(closed.getStatus()).isEqualTo(FindingStatus.closed);
        assertThat(closed.getEndReason()).isEqualTo(FindingEndReason.idle);
        assertThat(closed.getFindingId()).isEqualTo(opened.getFindingId());
        assertThat(closed.getFlows()).isEqualTo(2);
        assertThat(rule.openEpisodes()).isZero();

        rule.flush();
        assertThat(drain()).isEmpty();
    }

    @Test
    void shouldOpenWithTheHandshakeAndCountWithTheWindow() {
        see(aFlow().id("f1").at(0).early());
        rule.flush();
        Finding opened = only();
        assertThat(opened.getStatus()).isEqualTo(FindingStatus.opened);
        assertThat(opened.getTitle()).isEqualTo("198.51.100.7 from outside reached tcp/80 of 10.0.0.5, which answered");
        assertThat(opened.getFlows()).isEqualTo(1);
        assertThat(opened.getEvidenceFlowIds()).containsExactly("f1");
        assertThat(opened.getPackets())
                .as("what is counted comes with the window")
                .isZero();

        see(aFlow().id("f1").at(0));
        rule.flush();
        rule.flush();
        Finding counted = only();
        assertThat(counted.getStatus()).isEqualTo(FindingStatus.updated);
        assertThat(counted.getFindingId()).isEqualTo(opened.getFindingId());
        assertThat(counted.getSeverity()).isEqualTo(opened.getSeverity());
        assertThat(counted.getFlows()).isEqualTo(1);
        assertThat(counted.getPackets()).isEqualTo(5);
        assertThat(counted.getEvidenceFlowIds()).containsExactly("f1");
    }

    @Test
    void shouldOpenAnotherEpisodeAfterTheIdleTime() {
        see(aFlow().at(0));
        rule.flush();
        String first = only().getFindingId();
        eventTime(1000);
        rule.flush();
        rule.flush();
        assertThat(only().getStatus()).isEqualTo(FindingStatus.closed);
        see(aFlow().at(1000));
        rule.flush();
        Finding second = only();
        assertThat(second.getStatus()).isEqualTo(FindingStatus.opened);
        assertThat(second.getFindingId()).isNotEqualTo(first);
        assertThat(second.getFlows()).isEqualTo(1);
    }

    @Test
    void shouldTellGrowthByDigitsWhileFlowsKeepComing() {
        for (int i = 0; i < 1000; i++) {
            see(aFlow().id("f" + i).at(i * 0.01));
            rule.flush();
        }
        assertThat(drain())
                .extracting(Finding::getStatus, Finding::getFlows)
                .containsExactly(
                        tuple(FindingStatus.opened, 1L),
                        tuple(FindingStatus.updated, 10L),
                        tuple(FindingStatus.updated, 100L),
                        tuple(FindingStatus.updated, 1000L));
    }

    @Test
    void shouldKeepTheFirstSixteenFlowsAsEvidence() {
        for (int i = 29; i >= 0; i--) {
            see(aFlow().id("f" + i).at(i));
        }
        rule.flush();
        assertThat(only().getEvidenceFlowIds())
                .containsExactly(
                        "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "f13", "f14",
                        "f15");
    }

    @Test
    void shouldTellAtOnceWhenTheSeverityRises() {
        see(aFlow().toPort(22).unanswered().at(0));
        rule.flush();
        Finding tried = only();
        assertThat(tried.getSeverity()).isEqualTo(Severity.low);
        assertThat(tried.getTitle()).isEqualTo("198.51.100.7 from outside tried tcp/22 of 10.0.0.5 and got no answer");
        assertThat(tried.getAttackTechniques()).isEmpty();

        see(aFlow().id("f2").toPort(22).at(1));
        rule.flush();
        Finding reached = only();
        assertThat(reached.getStatus()).isEqualTo(FindingStatus.updated);
        assertThat(reached.getSeverity()).isEqualTo(Severity.high);
        assertThat(reached.getAttackTechniques()).containsExactly("T1133");

        see(aFlow().id("f3").toPort(22).responderOctets(1_000_000).at(2));
        rule.flush();
        assertThat(only().getSeverity()).isEqualTo(Severity.critical);
    }

    @Test
    void shouldRateByExposure() {
        assertThat(severityOf(aFlow().refused())).isEqualTo(Severity.low);
        assertThat(severityOf(aFlow().unanswered())).isEqualTo(Severity.low);
        assertThat(severityOf(aFlow())).isEqualTo(Severity.medium);
        assertThat(severityOf(aFlow().responderOctets(1_000_001))).isEqualTo(Severity.high);
        assertThat(severityOf(aFlow().toPort(5432))).isEqualTo(Severity.high);
        assertThat(severityOf(aFlow().toPort(5432).responderOctets(1_000_001))).isEqualTo(Severity.critical);
    }

    @ParameterizedTest
    @CsvSource({"unknown", "first_seen", "service_port"})
    void shouldStayLowForTcpWithoutProofOfWhoBegan(Orientation orientation) {
        see(aFlow().toPort(22).responderOctets(5_000_000).orientation(orientation));
        rule.flush();
        Finding finding = only();
        assertThat(finding.getSeverity()).isEqualTo(Severity.low);
        assertThat(finding.getConfidence()).isEqualTo(Confidence.low);
        assertThat(finding.getAttackTechniques()).isEmpty();
        assertThat(finding.getTitle())
                .isEqualTo("198.51.100.7 outside and tcp/22 of 10.0.0.5 exchanged packets; it is not proven who began");
    }

    @Test
    void shouldTakeThePortsOfUdpForProof() {
        assertThat(severityOf(aFlow().udp().toPort(53).orientation(Orientation.service_port)))
                .isEqualTo(Severity.medium);
        assertThat(severityOf(aFlow().udp().toPort(11_211).orientation(Orientation.service_port)))
                .isEqualTo(Severity.high);
        assertThat(severityOf(aFlow().udp().toPort(40_000).orientation(Orientation.service_port)))
                .isEqualTo(Severity.low);
        assertThat(severityOf(aFlow().udp().fromPort(123).toPort(123).orientation(Orientation.service_port)))
                .isEqualTo(Severity.low);
        assertThat(severityOf(aFlow().udp().toPort(53).orientation(Orientation.first_seen)))
                .isEqualTo(Severity.low);
    }

    @Test
    void shouldRaiseEchoRequestsButNoIcmpErrors() {
        see(aFlow().icmp(8).orientation(Orientation.request));
        see(aFlow().from("198.51.100.8").icmp(3).orientation(Orientation.first_seen));
        rule.flush();
        Finding finding = only();
        assertThat(finding.getTitle()).isEqualTo("198.51.100.7 from outside reached icmp of 10.0.0.5, which answered");
        assertThat(finding.getSeverity()).isEqualTo(Severity.medium);
        assertThat(finding.getAttackTechniques()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.9, 10.0.0.5", "10.0.0.5, 198.51.100.7", "198.51.100.7, 198.51.100.8", "198.51.100.7, 224.0.0.1"
    })
    void shouldIgnoreEverythingThatIsNotIngress(String from, String to) {
        see(aFlow().from(from).to(to));
        rule.flush();
        rule.flush();
        assertThat(drain()).isEmpty();
        assertThat(store.isEmpty()).isTrue();
    }

    @Test
    void shouldSeparateByInitiatorResponderProtocolAndPortButNotByInitiatorPort() {
        see(aFlow());
        see(aFlow().id("f2").fromPort(50_001));
        see(aFlow().from("198.51.100.8"));
        see(aFlow().to("10.0.0.6"));
        see(aFlow().toPort(81));
        see(aFlow().udp());
        rule.flush();
        assertThat(drain()).hasSize(5).extracting(Finding::getFindingId).doesNotHaveDuplicates();
    }

    @Test
    void shouldNotCountAConnectionTwiceThatWasSeenAtTwoPlaces() {
        see(aFlow().id("a1").seenBy("a").at(0));
        see(aFlow().id("b1").seenBy("b").at(0.001));
        see(aFlow().id("b2").seenBy("b").at(1));
        rule.flush();
        Finding finding = only();
        assertThat(finding.getFlows()).isEqualTo(2);
        assertThat(finding.getPackets()).isEqualTo(10);
        assertThat(finding.getEvidenceFlowIds()).containsExactly("a1", "b1", "b2");
        assertThat(finding.getObservationPoint().getHost()).isEqualTo("a");
    }

    @Test
    void shouldKeepObservationPointsApartWhenAskedTo() {
        rule = newRule(EpisodeScope.OBSERVATION_POINT, 1000);
        see(aFlow().seenBy("a").at(0));
        see(aFlow().seenBy("b").at(-100_000));
        rule.flush();
        assertThat(drain())
                .extracting(finding -> finding.getObservationPoint().getHost())
                .containsExactly("a", "b");
    }

    @Test
    void shouldJoinEpisodesWhenALateFlowFillsTheGap() {
        see(aFlow().id("f1").at(0));
        rule.flush();
        String id = only().getFindingId();
        see(aFlow().id("f3").at(310));
        rule.flush();
        assertThat(drain()).isEmpty();
        see(aFlow().id("f2").at(250));
        rule.flush();
        rule.flush();
        Finding finding = only();
        assertThat(finding.getFindingId()).isEqualTo(id);
        assertThat(finding.getFlows()).isEqualTo(3);
        assertThat(rule.openEpisodes()).isEqualTo(1);
    }

    @Test
    void shouldTellTheSecondEpisodeOnceTheFirstIsOver() {
        see(aFlow().id("f1").at(0));
        see(aFlow().id("f2").at(305));
        rule.flush();
        assertThat(only().getEvidenceFlowIds()).containsExactly("f1");
        eventTime(400);
        see(aFlow().id("f3").at(400));
        rule.flush();
        rule.flush();
        assertThat(drain()).extracting(Finding::getStatus).containsExactly(FindingStatus.closed, FindingStatus.opened);
        assertThat(rule.openEpisodes()).isEqualTo(1);
    }

    @Test
    void shouldTellEverythingAtTheEndOfInput() {
        see(aFlow().id("f1").at(0));
        see(aFlow().id("f2").at(305));
        rule.flush();
        rule.flush();
        assertThat(drain())
                .extracting(Finding::getStatus, Finding::getEvidenceFlowIds)
                .containsExactly(
                        tuple(FindingStatus.opened, List.of("f1")), tuple(FindingStatus.opened, List.of("f2")));
    }

    @Test
    void shouldWaitForTheSlowestPartition() {
        see(aFlow().at(0));
        for (int i = 0; i < 3; i++) {
            rule.onEventTime(PROBE, 0, T0 * 1000);
            rule.onEventTime(PROBE, 1, (T0 + 5000) * 1000);
            rule.flush();
        }
        drain();
        assertThat(rule.openEpisodes()).isEqualTo(1);
        rule.onEventTime(PROBE, 0, (T0 + 5000) * 1000);
        rule.flush();
        assertThat(only().getStatus()).isEqualTo(FindingStatus.closed);
    }

    @Test
    void shouldCloseWhenTheObservationPointIsGone() {
        see(aFlow().at(0));
        eventTime(0);
        for (int i = 0; i < SILENT_FLUSHES; i++) {
            rule.flush();
        }
        assertThat(only().getStatus()).isEqualTo(FindingStatus.opened);
        rule.flush();
        assertThat(only().getStatus()).isEqualTo(FindingStatus.closed);
        assertThat(store.isEmpty()).isTrue();
    }

    @Test
    void shouldCloseTheQuietestEarlyAtTheCap() {
        rule = newRule(EpisodeScope.CLUSTER, 2);
        see(aFlow().from("198.51.100.1").at(0));
        see(aFlow().from("198.51.100.2").at(1));
        see(aFlow().from("198.51.100.1").at(2));
        rule.flush();
        drain();
        see(aFlow().from("198.51.100.3").at(3));
        Finding closed = only();
        assertThat(closed.getStatus()).isEqualTo(FindingStatus.closed);
        assertThat(closed.getEndReason()).isEqualTo(FindingEndReason.lack_of_resources);
        assertThat(closed.getInitiator().getAddress()).isEqualTo("198.51.100.2");
        assertThat(closed.getTitle()).endsWith("(closed early: too many open episodes)");
        assertThat(rule.openEpisodes()).isEqualTo(2);
        assertThat(rule.evictedEpisodes()).isEqualTo(1);
    }

    @Test
    void shouldMakeOneEpisodeOfAFloodFromForgedAddresses() {
        for (int i = 0; i < 5000; i++) {
            see(aFlow().id("f" + i)
                    .from("198.51." + i / 250 + "." + (1 + i % 250))
                    .at(0.001 * i)
                    .unanswered());
            if (i == 2500) {
                see(aFlow().id("real").from("203.0.113.9").at(2));
            }
        }
        rule.flush();
        rule.flush();
        List<Finding> opened = drain();
        assertThat(opened).hasSize(MAX_OF_SERVICE + 2);
        Finding crowd = opened.stream()
                .filter(finding -> finding.getInitiator().getAddress() == null)
                .reduce((a, b) -> {
                    throw new AssertionError("two crowds");
                })
                .orElseThrow();
        assertThat(crowd.getTitle())
                .isEqualTo("many addresses from outside tried tcp/80 of 10.0.0.5 and got no answer");
        assertThat(crowd.getSeverity()).isEqualTo(Severity.low);
        assertThat(crowd.getInitiator().getEntity()).isEqualTo("0.0.0.0/0");
        assertThat(crowd.getFlows()).isEqualTo(5000 - MAX_OF_SERVICE);
        assertThat(measured(crowd, "initiators")).isBetween(4936 * 0.9, 4936 * 1.1);
        assertThat(crowd.getDescription()).contains(" addresses to tcp/80 of 10.0.0.5");
        assertThat(opened)
                .filteredOn(
                        finding -> "203.0.113.9".equals(finding.getInitiator().getAddress()))
                .extracting(Finding::getSeverity)
                .containsExactly(Severity.medium);
        assertThat(rule.openEpisodes()).isEqualTo(MAX_OF_SERVICE + 2);
    }

    @Test
    void shouldKeepACrowdApartByServiceAnswerAndPermission() {
        rule = newRule(SourcePrefixes.ADDRESSES, allow("203.0.113.0/24", Long.MAX_VALUE));
        for (int i = 0; i < 300; i++) {
            see(aFlow().from("198.51." + (100 + i / 250) + "." + (1 + i % 250)).at(0));
            see(aFlow().from("203.0.113." + (1 + i % 250)).at(0).unanswered());
            see(aFlow().from("2001:db8::" + Integer.toHexString(i + 1))
                    .to("fd42::5")
                    .at(0)
                    .unanswered());
        }
        see(aFlow().from("198.51.100.1").toPort(81).at(0).unanswered());
        rule.flush();
        rule.flush();
        List<Finding> all = drain();
        assertThat(all)
                .filteredOn(finding -> finding.getInitiator().getAddress() == null)
                .extracting(
                        finding -> finding.getInitiator().getEntity(),
                        finding -> finding.getResponder().getAddress(),
                        Finding::getSeverity,
                        Finding::getFlows)
                .containsExactlyInAnyOrder(
                        tuple("0.0.0.0/0", "10.0.0.5", Severity.medium, 300L - 4 * MAX_OF_SERVICE),
                        tuple("0.0.0.0/0", "10.0.0.5", Severity.informational, 300L - MAX_OF_SERVICE - 50),
                        tuple("::/0", "fd42::5", Severity.low, 300L - MAX_OF_SERVICE));
        assertThat(all)
                .filteredOn(finding -> finding.getResponder().getPort() == 81)
                .extracting(finding -> finding.getInitiator().getAddress())
                .containsExactly("198.51.100.1");
    }

    @Test
    void shouldGoOnWithACrowdAfterARestartAndEndIt() {
        for (int i = 0; i < 2 * MAX_OF_SERVICE; i++) {
            see(aFlow().from("198.51.100." + i).at(0).unanswered());
        }
        rule.flush();
        rule.flush();
        drain();
        rule = newRule(EpisodeScope.CLUSTER, 1000);
        see(aFlow().from("203.0.113.1").at(1).unanswered());
        see(aFlow().from("198.51.100.3").at(1).unanswered());
        rule.flush();
        rule.flush();
        assertThat(drain())
                .extracting(
                        Finding::getStatus, finding -> finding.getInitiator().getAddress(), Finding::getFlows)
                .containsExactlyInAnyOrder(
                        tuple(FindingStatus.updated, null, MAX_OF_SERVICE + 1L),
                        tuple(FindingStatus.updated, "198.51.100.3", 2L));

        eventTime(390);
        rule.flush();
        eventTime(400);
        rule.flush();
        assertThat(drain()).hasSize(MAX_OF_SERVICE + 1);
        see(aFlow().from("203.0.113.2").at(400).unanswered());
        rule.flush();
        assertThat(only().getInitiator().getAddress()).isEqualTo("203.0.113.2");
    }

    @Test
    void shouldTellAnEpisodeThatIsEvictedBeforeItWasTold() {
        rule = newRule(EpisodeScope.CLUSTER, 1);
        see(aFlow().from("198.51.100.1").at(0));
        see(aFlow().from("198.51.100.2").at(1));
        assertThat(drain()).extracting(Finding::getStatus).containsExactly(FindingStatus.opened, FindingStatus.closed);
    }

    @Test
    void shouldGoOnWhereAnEarlierInstanceStopped() {
        see(aFlow().id("f1").at(0));
        eventTime(0);
        rule.flush();
        String id = only().getFindingId();
        see(aFlow().id("f2").at(1));

        rule = newRule(EpisodeScope.CLUSTER, 1000);
        assertThat(rule.openEpisodes()).isEqualTo(1);
        rule.flush();
        Finding updated = only();
        assertThat(updated.getStatus()).isEqualTo(FindingStatus.updated);
        assertThat(updated.getFindingId()).isEqualTo(id);
        assertThat(updated.getFlows()).isEqualTo(2);

        eventTime(1000);
        rule.flush();
        rule.flush();
        assertThat(only().getStatus()).isEqualTo(FindingStatus.closed);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 7})
    void shouldCountAFlowThatBeganBeforeTheEpisode(int at) {
        see(aFlow().continued().at(at));
        rule.flush();
        assertThat(only().getFlows()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
    void shouldBearTimesThatCannotBe(long time) {
        Flow flow = aFlow().build();
        flow.setWindowStart(time);
        flow.setWindowEnd(time);
        flow.setFlowStartMicroseconds(time);
        flow.setFlowEndMicroseconds(time);
        rule.onFlow(flow, classifier.classify(flow));
        rule.onEventTime(PROBE, 0, time);
        see(aFlow().id("f2"));
        rule.flush();
        rule.flush();
        rule.flush();
        assertThat(drain()).isNotEmpty().allSatisfy(finding -> {
            assertThat(finding.getFirstSeenMicroseconds()).isNotNegative();
            assertThat(finding.getLastSeenMicroseconds()).isGreaterThanOrEqualTo(finding.getFirstSeenMicroseconds());
        });
    }

    @Test
    void shouldMakeOneEpisodeOfTheInitiatorsOfOneNetwork() {
        rule = newRule(SourcePrefixes.NETWORKS, AllowList.NONE);
        see(aFlow().id("f1").at(0));
        rule.flush();
        Finding opened = only();
        assertThat(opened.getInitiator().getAddress()).isEqualTo("198.51.100.7");
        assertThat(opened.getPeers()).isEmpty();
        assertThat(measured(opened, "initiators")).isEqualTo(1);

        see(aFlow().id("f2").from("198.51.100.200").at(1));
        see(aFlow().id("other").from("198.51.101.7").at(1));
        rule.flush();
        assertThat(only().getEvidenceFlowIds()).containsExactly("other");
        rule.flush();
        Finding several = only();
        assertThat(several.getFindingId()).isEqualTo(opened.getFindingId());
        assertThat(several.getTitle())
                .isEqualTo("several of 198.51.100.0/24 from outside reached tcp/80 of 10.0.0.5, which answered");
        assertThat(several.getInitiator().getAddress()).isNull();
        assertThat(several.getInitiator().getEntity()).isEqualTo("198.51.100.0/24");
        assertThat(several.getPeers()).containsExactly("198.51.100.7", "198.51.100.200");
        assertThat(measured(several, "initiators")).isEqualTo(2);
        assertThat(several.getDescription())
                .startsWith("2 flows from 2 addresses of 198.51.100.0/24 to tcp/80 of 10.0.0.5,");
    }

    @Test
    void shouldNameSixteenInitiatorsAndCountAll() {
        rule = newRule(SourcePrefixes.NETWORKS, AllowList.NONE);
        for (int i = 199; i >= 0; i--) {
            see(aFlow().id("f" + i).from("198.51.100." + i).at(i * 0.1));
        }
        rule.flush();
        Finding finding = only();
        assertThat(finding.getPeers())
                .hasSize(16)
                .startsWith("198.51.100.0", "198.51.100.1")
                .endsWith("198.51.100.15");
        assertThat(measured(finding, "initiators")).isBetween(160.0, 240.0);
        assertThat(finding.getDescription()).containsPattern("from about [0-9]+ addresses of 198\\.51\\.100\\.0/24");
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1::1, 2001:db8:1:ffff::2, 1",
        "2001:db8:1::1, 2001:db8:2::1, 2",
        "::ffff:198.51.100.1, 198.51.100.2, 1",
        "198.51.100.1, 198.51.101.1, 2"
    })
    void shouldGroupByTheNetworksThatAreRouted(String one, String other, int episodes) {
        rule = newRule(SourcePrefixes.NETWORKS, AllowList.NONE);
        see(aFlow().from(one));
        see(aFlow().id("f2").from(other));
        rule.flush();
        assertThat(drain()).hasSize(episodes);
    }

    @Test
    void shouldTellWhatIsPermittedAsInformationAndCountIt() {
        rule = newRule(SourcePrefixes.NETWORKS, allow("198.51.100.7", Long.MAX_VALUE));
        see(aFlow().id("f1").toPort(22).responderOctets(5_000_000).at(0));
        see(aFlow().id("f2").toPort(22).at(1));
        see(aFlow().id("f3").toPort(22).from("198.51.100.8").at(2));
        rule.flush();
        List<Finding> both = drain();
        assertThat(both)
                .extracting(Finding::getAllowedBy, Finding::getSeverity, Finding::getFlows)
                .containsExactlyInAnyOrder(tuple("checks", Severity.informational, 2L), tuple(null, Severity.high, 1L));
        Finding permitted = both.stream()
                .filter(finding -> finding.getAllowedBy() != null)
                .findFirst()
                .orElseThrow();
        assertThat(permitted.getTitle())
                .isEqualTo("198.51.100.7 from outside reached tcp/22 of 10.0.0.5, which answered with more than 1 MB;"
                        + " allowed by checks");
        assertThat(permitted.getDescription())
                .contains("Permitted by the allow-list's entry checks (owner ada, without end: probes).");
        assertThat(permitted.getAttackTechniques()).isEmpty();
        assertThat(permitted.getResponderOctets()).isEqualTo(5_000_120);
        assertThat(permitted.getRiskScore()).isEqualTo(10);

        eventTime(1000);
        rule.flush();
        rule.flush();
        assertThat(drain())
                .extracting(Finding::getStatus, Finding::getAllowedBy)
                .containsExactlyInAnyOrder(tuple(FindingStatus.closed, "checks"), tuple(FindingStatus.closed, null));
    }

    @Test
    void shouldRaiseWhatWasPermittedFromTheEndOfTheEntryOn() {
        rule = newRule(SourcePrefixes.NETWORKS, allow("198.51.100.0/24", (T0 + 100) * 1000));
        see(aFlow().id("f1").at(99));
        see(aFlow().id("f1").at(100).continued());
        see(aFlow().id("f2").at(105));
        rule.flush();
        assertThat(drain())
                .extracting(Finding::getAllowedBy, Finding::getSeverity, Finding::getEvidenceFlowIds)
                .containsExactlyInAnyOrder(
                        tuple("checks", Severity.informational, List.of("f1")),
                        tuple(null, Severity.medium, List.of("f1", "f2")));
    }

    @Test
    void shouldSayWhatDecidedTheSeverity() {
        see(aFlow().toPort(22).responderOctets(1_000_001));
        rule.flush();
        Finding finding = only();
        assertThat(finding.getDescription())
                .isEqualTo("1 flow from 198.51.100.7 to tcp/22 of 10.0.0.5, 5 packets, of which 2 from the responder."
                        + " Critical, as the service answered on a port of remote administration and sent at least 1000001 octets, more"
                        + " than 1000000. A TCP handshake shows who began.");
        assertThat(finding.getMeasurements())
                .containsExactly(
                        new Measurement("responderOctets", 1_000_001.0, 1_000_000.0, "octets"),
                        new Measurement("initiators", 1.0, null, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "unknown, Nothing tells who began.",
        "first_seen, The sender of the first packet seen is taken for the initiator.",
        "service_port, 'By its port the responder is taken for the service, and the start was not seen.'",
        "reported, The exporter says who began."
    })
    void shouldSayHowItIsKnownWhoBegan(Orientation orientation, String sentence) {
        see(aFlow().orientation(orientation));
        rule.flush();
        assertThat(only().getDescription()).endsWith(sentence);
    }

    @Test
    void shouldEstimateWhatWasOnTheWireFromSamples() {
        see(aFlow().capture("sflow").sampled(100).responderPackets(25).responderOctets(25_000));
        rule.flush();
        Finding finding = only();
        assertThat(finding.getPackets()).as("what was seen").isEqualTo(28);
        assertThat(measured(finding, "samplingRate")).isEqualTo(100);
        assertThat(measured(finding, "estimatedPackets")).isEqualTo(2800);
        assertThat(measured(finding, "packetsStandardError")).isEqualTo(100 * Math.sqrt(28));
        assertThat(measured(finding, "estimatedLayer2Octets")).isEqualTo(100 * (3 * 74 + 25_000 + 25 * 14));
        assertThat(measured(finding, "estimatedResponderOctets")).isEqualTo(2_500_000);
        assertThat(measured(finding, "leastResponderOctets")).isEqualTo(1_500_000);
        assertThat(finding.getSeverity()).isEqualTo(Severity.high);
        assertThat(finding.getDescription())
                .contains("Seen in samples of 1 in 100 packets")
                .contains("2800 packets, standard error 529");
        assertThat(finding.getConfidence()).as("a sampled handshake is proof").isEqualTo(Confidence.high);
    }

    @Test
    void shouldNotTakeASinglePacketInASampleForMuch() {
        assertThat(severityOf(aFlow().capture("sflow")
                        .sampled(1000)
                        .responderPackets(1)
                        .responderOctets(1_500)))
                .isEqualTo(Severity.medium);
        assertThat(severityOf(aFlow().capture("sflow")
                        .sampled(1000)
                        .responderPackets(16)
                        .responderOctets(24_000)))
                .isEqualTo(Severity.high);
    }

    @Test
    void shouldNotSayThatNobodyAnsweredWhereOnlySamplesWereSeen() {
        see(aFlow().capture("sflow").sampled(100).unanswered());
        rule.flush();
        assertThat(only().getTitle())
                .isEqualTo("198.51.100.7 from outside tried tcp/80 of 10.0.0.5; the samples hold no answer");
    }

    @Test
    void shouldBeNoSampleWhereAnotherPlaceSawEveryPacket() {
        see(aFlow().id("a").seenBy("switch").capture("sflow").sampled(100));
        see(aFlow().id("b").seenBy("probe"));
        rule.flush();
        Finding finding = only();
        assertThat(finding.getMeasurements())
                .extracting(Measurement::getName)
                .containsExactly("responderOctets", "initiators");
        assertThat(finding.getDescription()).doesNotContain("samples");
    }

    @ParameterizedTest
    @CsvSource({
        "handshake, high, medium",
        "reported, medium, medium",
        "service_port, low, low",
        "first_seen, low, low",
        "unknown, low, low"
    })
    void shouldSayHowSureFlowRecordsAre(Orientation orientation, Confidence confidence, Severity severity) {
        see(aFlow().capture("netflow").seenBy("router").orientation(orientation));
        rule.flush();
        Finding finding = only();
        assertThat(finding.getConfidence()).isEqualTo(confidence);
        assertThat(finding.getSeverity()).isEqualTo(severity);
        assertThat(finding.getDescription())
                .endsWith(
                        "It is what the flow records of router say: control bits and times are those of whole records, not of packets.");
    }

    @Test
    void shouldRaiseWhatATranslatedDestinationBringsIn() {
        see(aFlow().capture("netflow").to("192.0.2.80").translated(null, "10.0.0.5"));
        rule.flush();
        Finding finding = only();
        assertThat(finding.getResponder().getAddress()).isEqualTo("192.0.2.80");
        assertThat(finding.getClassReason())
                .contains("NATed: destination translated to 10.0.0.5 in 10.0.0.0/8 (cluster)");
    }

    private static double measured(Finding finding, String name) {
        return finding.getMeasurements().stream()
                .filter(one -> one.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static AllowList allow(String source, long expiresMs) {
        AllowEntry entry = new AllowEntry(
                "checks",
                "ada",
                "probes",
                Set.of("ingress"),
                List.of(Cidr.parse(source)),
                List.of(),
                List.of(),
                List.of(),
                null,
                expiresMs);
        return new AllowList(List.of(entry), expired -> {});
    }

    private IngressRule newRule(EpisodeScope scope, int maxEpisodes) {
        return newRule(settings(SourcePrefixes.ADDRESSES, AllowList.NONE, scope, maxEpisodes));
    }

    private IngressRule newRule(SourcePrefixes sources, AllowList allowList) {
        return newRule(settings(sources, allowList, EpisodeScope.CLUSTER, 1000));
    }

    private IngressRule newRule(IngressSettings settings) {
        return new IngressRule(settings, store, told::add);
    }

    private static IngressSettings settings(
            SourcePrefixes sources, AllowList allowList, EpisodeScope scope, int maxEpisodes) {
        return new IngressSettings(
                sources,
                allowList,
                scope,
                Duration.ofMinutes(5),
                Duration.ofMinutes(1),
                maxEpisodes,
                MAX_OF_SERVICE,
                SILENT_FLUSHES);
    }

    private Severity severityOf(TestFlow flow) {
        List<Finding> own = new ArrayList<>();
        IngressRule fresh = new IngressRule(
                settings(SourcePrefixes.ADDRESSES, AllowList.NONE, EpisodeScope.CLUSTER, 10),
                new MemoryStore(),
                own::add);
        Flow built = flow.build();
        fresh.onFlow(built, classifier.classify(built));
        fresh.flush();
        assertThat(own).hasSize(1);
        return own.get(0).getSeverity();
    }

    private void see(TestFlow flow) {
        Flow built = flow.build();
        rule.onFlow(built, classifier.classify(built));
    }

    private void eventTime(long seconds) {
        rule.onEventTime(PROBE, 0, (T0 + seconds) * 1000);
    }

    private Finding only() {
        List<Finding> all = drain();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private List<Finding> drain() {
        List<Finding> all = List.copyOf(told);
        told.clear();
        return all;
    }
}
