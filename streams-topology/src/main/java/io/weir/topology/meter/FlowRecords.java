package io.weir.topology.meter;

import io.weir.schemas.Application;
import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.ArpFacts;
import io.weir.schemas.Counters;
import io.weir.schemas.DecodingProblem;
import io.weir.schemas.DhcpFacts;
import io.weir.schemas.DnsFacts;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowEndReason;
import io.weir.schemas.Forwarding;
import io.weir.schemas.ForwardingFacts;
import io.weir.schemas.HttpFacts;
import io.weir.schemas.IcmpErrorFacts;
import io.weir.schemas.IcmpErrors;
import io.weir.schemas.IcmpFacts;
import io.weir.schemas.Layer;
import io.weir.schemas.Orientation;
import io.weir.schemas.QuicFacts;
import io.weir.schemas.Sampling;
import io.weir.schemas.TcpFacts;
import io.weir.schemas.TcpSide;
import io.weir.schemas.TlsFacts;
import io.weir.schemas.packets.AddressText;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.ForwardingAddress;
import io.weir.schemas.packets.ForwardingNumber;
import io.weir.schemas.packets.IcmpErrorKind;
import io.weir.schemas.packets.IcmpTypes;
import io.weir.schemas.packets.ReportedForwarding;
import io.weir.topology.sketch.RoundTripSketch;
import java.util.ArrayList;
import java.util.List;

/** Makes {@link Flow} records of rows. Not thread-safe. */
final class FlowRecords {

    private static final int TCP = 6;
    private static final long MICRO = 1000;
    /** RFC 9369. */
    private static final long QUIC_VERSION_2 = 0x6b3343cfL;

    private static final DnsCounts NO_DNS = new DnsCounts();
    private static final IcmpErrorCounts NO_ICMP_ERRORS = new IcmpErrorCounts();

    private static final Layer[] LAYERS = Layer.values();
    private static final DecodingProblem[] PROBLEMS = DecodingProblem.values();
    private static final ApplicationProtocol[] PROTOCOLS = ApplicationProtocol.values();
    private static final FlowEndReason[] END_REASONS = FlowEndReason.values();
    private static final Orientation[] ORIENTATIONS = Orientation.values();

    private final CommunityId communityIds = new CommunityId();
    private final ReportedForwarding said = new ReportedForwarding();
    private final long windowMs;
    private final long slotMs;

    /** @param slotMs length of the spans of time that flows live in which enclose others; a multiple of the window */
    FlowRecords(long windowMs, long slotMs) {
        this.windowMs = windowMs;
        this.slotMs = slotMs;
    }

    /** The record that comes before the one of its window; its total is what was seen so far, of which no record has told yet. */
    Flow early(FlowRow row, long window) {
        Flow flow = of(row, null, window, false);
        FlowRow soFar = new FlowRow();
        soFar.initiatorIsA = row.initiatorIsA;
        soFar.add(row);
        for (WindowDelta delta = row.deltas; delta != null; delta = delta.next) {
            soFar.add(delta);
        }
        flow.setTotal(total(soFar, flow.getIpVersion() != null));
        flow.setIsFirst(false);
        flow.setIsEarly(true);
        return flow;
    }

    Flow of(FlowRow row, WindowDelta delta, long window, boolean last) {
        int ipVersion = CanonicalKey.ipVersion(row.word4);
        int protocol = row.protocolIdentifier();
        Flow flow = new Flow();
        flow.setFlowId(FlowIds.text(row));
        flow.setCommunityId(communityId(row, ipVersion, protocol));
        flow.setEncapsulation(layers(row));
        flow.setObservationPoint(row.point.point);
        flow.setWindowStart(window * windowMs);
        flow.setWindowEnd((window + 1) * windowMs);
        flow.setFlowStartMicroseconds(Math.floorDiv(row.firstNanos, MICRO));
        flow.setFlowEndMicroseconds(Math.floorDiv(row.lastNanos, MICRO));
        flow.setFlowEndReason(last ? END_REASONS[row.endReason] : null);
        flow.setIsFirst(!row.emitted);
        flow.setIsLast(last);
        flow.setIsLate(delta != null && delta.late);
        flow.setEtherType(optional(CanonicalKey.etherType(row.word4)));
        flow.setVlanIds(vlanIds(row));
        flow.setIpVersion(ipVersion == 0 ? null : (Integer) ipVersion);
        flow.setProtocolIdentifier(optional(protocol));
        Endpoint a = endpoint(row, ipVersion, protocol, true);
        Endpoint b = endpoint(row, ipVersion, protocol, false);
        flow.setInitiator(row.initiatorIsA ? a : b);
        flow.setResponder(row.initiatorIsA ? b : a);
        flow.setOrientation(ORIENTATIONS[row.orientation]);
        flow.setDelta(delta(row, delta, ipVersion != 0));
        flow.setTotal(total(row, ipVersion != 0));
        flow.setSampled(sampling(row, delta));
        flow.setTcp(protocol == TCP ? tcp(row, delta) : null);
        flow.setIcmp(icmp(row, protocol));
        flow.setApplication(application(row, delta));
        flow.setIcmpErrors(icmpErrors(row, delta, ipVersion));
        flow.setForwarding(forwarding(row));
        flow.setFragments(CanonicalKey.laterFragment(row.word4));
        flow.setDecodingProblem(PROBLEMS[row.problem]);
        if (row.enclosure != null) {
            long identifier = row.enclosure.tunnelIdentifier;
            flow.setTunnelIdentifier(identifier == CanonicalKey.NO_TUNNEL_IDENTIFIER ? null : (Long) identifier);
            flow.setParentFlowId(parent(row, delta, window));
        }
        return flow;
    }

    /** By the window's own packets; a record without any names what enclosed the last ones. */
    private String parent(FlowRow row, WindowDelta delta, long window) {
        Parents ofWindow = delta == null ? null : delta.parents();
        if (ofWindow != null) {
            return ofWindow.flowId(row.point, row.initiatorIsA, Math.floorDiv(window * windowMs, slotMs));
        }
        long lastMs = Math.floorDiv(row.lastNanos, MICRO * MICRO);
        return row.enclosure.parents.flowId(row.point, row.initiatorIsA, Math.floorDiv(lastMs, slotMs));
    }

    private String communityId(FlowRow row, int ipVersion, int protocol) {
        if (ipVersion == 0) {
            return null;
        }
        return communityIds.of(
                ipVersion,
                protocol,
                row.word0(),
                row.word1(),
                row.word2(),
                row.word3(),
                CanonicalKey.portA(row.word4),
                CanonicalKey.portB(row.word4));
    }

    private static List<Layer> layers(FlowRow row) {
        List<Layer> layers = new ArrayList<>(4);
        if (row.enclosure != null) {
            for (long outer : row.enclosure.outerLayers) {
                addLayers(outer, layers);
            }
        }
        addLayers(row.key.layers(), layers);
        return layers;
    }

    private static void addLayers(long packed, List<Layer> layers) {
        for (long rest = packed; rest != 0; rest >>>= 8) {
            int ordinal = (int) rest & 0xff;
            layers.add(ordinal < LAYERS.length ? LAYERS[ordinal] : Layer.unknown);
        }
    }

    private static List<Integer> vlanIds(FlowRow row) {
        int count = CanonicalKey.vlanCount(row.key.word5());
        if (count == 0) {
            return List.of();
        }
        List<Integer> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(CanonicalKey.vlanId(row.key.word5(), i));
        }
        return ids;
    }

    private static Endpoint endpoint(FlowRow row, int ipVersion, int protocol, boolean a) {
        long mac = a ? row.key.macA() : row.key.macB();
        String macText = mac == CanonicalKey.NO_MAC ? null : AddressText.mac(mac);
        if (ipVersion == 0) {
            return new Endpoint(null, null, macText, macText);
        }
        String address = a
                ? AddressText.ip(ipVersion, row.word0(), row.word1())
                : AddressText.ip(ipVersion, row.word2(), row.word3());
        boolean icmp = protocol == CanonicalKey.ICMP || protocol == CanonicalKey.ICMPV6;
        int port = a ? CanonicalKey.portA(row.word4) : CanonicalKey.portB(row.word4);
        return new Endpoint(address, icmp ? null : optional(port), macText, address);
    }

    private static Counters delta(FlowRow row, WindowDelta delta, boolean ip) {
        if (delta == null) {
            Long none = ip ? (Long) 0L : null;
            return new Counters(0L, none, 0L, null, 0L, none, 0L, null);
        }
        return counters(
                row,
                ip,
                delta.packetsA,
                delta.octetsA,
                delta.layer2OctetsA,
                delta.flagsA,
                delta.packetsB,
                delta.octetsB,
                delta.layer2OctetsB,
                delta.flagsB);
    }

    private static Counters total(FlowRow row, boolean ip) {
        return counters(
                row,
                ip,
                row.packetsA,
                row.octetsA,
                row.layer2OctetsA,
                row.flagsA,
                row.packetsB,
                row.octetsB,
                row.layer2OctetsB,
                row.flagsB);
    }

    /** By who began, instead of by side. */
    private static Counters counters(
            FlowRow row,
            boolean ip,
            long packetsA,
            long octetsA,
            long layer2OctetsA,
            short flagsA,
            long packetsB,
            long octetsB,
            long layer2OctetsB,
            short flagsB) {
        Long ipOctetsA = ip ? (Long) octetsA : null;
        Long ipOctetsB = ip ? (Long) octetsB : null;
        Integer bitsA = optional(flagsA);
        Integer bitsB = optional(flagsB);
        return row.initiatorIsA
                ? new Counters(packetsA, ipOctetsA, layer2OctetsA, bitsA, packetsB, ipOctetsB, layer2OctetsB, bitsB)
                : new Counters(packetsB, ipOctetsB, layer2OctetsB, bitsB, packetsA, ipOctetsA, layer2OctetsA, bitsA);
    }

    /** Observed n packets at a rate of 1 in N estimate n·N, with the standard error N·√(n·(1-1/N)) of independent sampling. */
    private static Sampling sampling(FlowRow row, WindowDelta delta) {
        int rate = row.point.point.getSamplingRate();
        if (rate <= 1 || delta == null) {
            return null;
        }
        double packets = delta.packetsA + delta.packetsB;
        double octets = delta.layer2OctetsA + delta.layer2OctetsB;
        double error = rate * Math.sqrt(packets * (1 - 1.0 / rate));
        return new Sampling(rate, packets * rate, octets * rate, error);
    }

    private static TcpFacts tcp(FlowRow row, WindowDelta delta) {
        TcpFacts facts = new TcpFacts();
        facts.setHandshakeServerMicroseconds(micros(row.serverHalfMicroseconds));
        facts.setHandshakeClientMicroseconds(micros(row.clientHalfMicroseconds));
        facts.setResetPackets(row.resets);
        facts.setState(TcpConnection.state(row));
        if (delta != null && delta.tcp != null) {
            TcpHealth.Side a = delta.tcp.a;
            TcpHealth.Side b = delta.tcp.b;
            facts.setRetransmittedPackets((long) a.retransmitted + b.retransmitted);
            facts.setOutOfOrderPackets((long) a.outOfOrder + b.outOfOrder);
            facts.setZeroWindowPackets((long) a.zeroWindows + b.zeroWindows);
            facts.setInitiator(tcpSide(row.initiatorIsA ? a : b));
            facts.setResponder(tcpSide(row.initiatorIsA ? b : a));
        }
        return facts;
    }

    private static TcpSide tcpSide(TcpHealth.Side side) {
        return new TcpSide(
                (long) side.retransmitted,
                (long) side.outOfOrder,
                (long) side.duplicateAcknowledgements,
                (long) side.zeroWindows,
                RoundTripSketch.summary(side.roundTrips));
    }

    private static IcmpFacts icmp(FlowRow row, int protocol) {
        int portA = CanonicalKey.portA(row.word4);
        if ((protocol != CanonicalKey.ICMP && protocol != CanonicalKey.ICMPV6) || portA == CanonicalKey.ABSENT) {
            return null;
        }
        int portB = CanonicalKey.portB(row.word4);
        boolean oneWay = IcmpTypes.counterpart(protocol, portA) == IcmpTypes.ONE_WAY;
        return oneWay ? new IcmpFacts(portA, portB) : new IcmpFacts(row.initiatorIsA ? portA : portB, null);
    }

    private static IcmpErrorFacts icmpErrors(FlowRow row, WindowDelta delta, int ipVersion) {
        LastIcmpErrors last = row.icmpErrors();
        if (last == null) {
            return null;
        }
        IcmpErrorCounts counts = delta == null || delta.icmpErrors() == null ? NO_ICMP_ERRORS : delta.icmpErrors();
        IcmpErrors a = icmpErrors(last.a, counts.a, ipVersion);
        IcmpErrors b = icmpErrors(last.b, counts.b, ipVersion);
        return row.initiatorIsA ? new IcmpErrorFacts(a, b) : new IcmpErrorFacts(b, a);
    }

    private static IcmpErrors icmpErrors(LastIcmpErrors.Last last, int[] counts, int ipVersion) {
        if (!last.isKnown()) {
            return null;
        }
        return IcmpErrors.newBuilder()
                .setDestinationUnreachable(counts[IcmpErrorKind.DESTINATION_UNREACHABLE.ordinal()])
                .setPacketTooBig(counts[IcmpErrorKind.PACKET_TOO_BIG.ordinal()])
                .setTimeExceeded(counts[IcmpErrorKind.TIME_EXCEEDED.ordinal()])
                .setParameterProblem(counts[IcmpErrorKind.PARAMETER_PROBLEM.ordinal()])
                .setRedirect(counts[IcmpErrorKind.REDIRECT.ordinal()])
                .setSourceQuench(counts[IcmpErrorKind.SOURCE_QUENCH.ordinal()])
                .setLastType(last.type)
                .setLastCode(last.code)
                .setLastSender(AddressText.ip(ipVersion, last.senderHigh, last.senderLow))
                .build();
    }

    private Forwarding forwarding(FlowRow row) {
        SharedForwarding a = row.forwarding(true);
        SharedForwarding b = row.forwarding(false);
        if (a == null && b == null) {
            return null;
        }
        ForwardingFacts ofA = forwarding(a);
        ForwardingFacts ofB = forwarding(b);
        return row.initiatorIsA ? new Forwarding(ofA, ofB) : new Forwarding(ofB, ofA);
    }

    private ForwardingFacts forwarding(SharedForwarding of) {
        if (of == null) {
            return null;
        }
        of.copyTo(said);
        ForwardingFacts facts = new ForwardingFacts();
        facts.setIngressInterface(number(ForwardingNumber.INGRESS_INTERFACE));
        facts.setEgressInterface(number(ForwardingNumber.EGRESS_INTERFACE));
        facts.setEgressInterfaces(number(ForwardingNumber.EGRESS_INTERFACES));
        facts.setForwardingStatus(small(ForwardingNumber.FORWARDING_STATUS));
        facts.setBgpSourceAsNumber(number(ForwardingNumber.BGP_SOURCE_AS_NUMBER));
        facts.setBgpDestinationAsNumber(number(ForwardingNumber.BGP_DESTINATION_AS_NUMBER));
        facts.setBgpPrevAdjacentAsNumber(number(ForwardingNumber.BGP_PREV_ADJACENT_AS_NUMBER));
        facts.setBgpNextAdjacentAsNumber(number(ForwardingNumber.BGP_NEXT_ADJACENT_AS_NUMBER));
        facts.setSourcePrefixLength(small(ForwardingNumber.SOURCE_PREFIX_LENGTH));
        facts.setDestinationPrefixLength(small(ForwardingNumber.DESTINATION_PREFIX_LENGTH));
        facts.setIpClassOfService(small(ForwardingNumber.IP_CLASS_OF_SERVICE));
        facts.setPostVlanId(small(ForwardingNumber.POST_VLAN_ID));
        facts.setIngressVrfId(number(ForwardingNumber.INGRESS_VRF_ID));
        facts.setEgressVrfId(number(ForwardingNumber.EGRESS_VRF_ID));
        facts.setIpNextHop(address(ForwardingAddress.IP_NEXT_HOP));
        facts.setBgpNextHop(address(ForwardingAddress.BGP_NEXT_HOP));
        facts.setPostNatSourceAddress(address(ForwardingAddress.POST_NAT_SOURCE));
        facts.setPostNaptSourcePort(small(ForwardingNumber.POST_NAPT_SOURCE_PORT));
        facts.setPostNatDestinationAddress(address(ForwardingAddress.POST_NAT_DESTINATION));
        facts.setPostNaptDestinationPort(small(ForwardingNumber.POST_NAPT_DESTINATION_PORT));
        List<Integer> labels = new ArrayList<>(said.labelCount());
        for (int i = 0; i < said.labelCount(); i++) {
            labels.add(said.label(i));
        }
        facts.setMplsLabels(labels);
        return facts;
    }

    private Long number(ForwardingNumber number) {
        return said.has(number) ? (Long) said.get(number) : null;
    }

    private Integer small(ForwardingNumber number) {
        return optional((int) said.get(number));
    }

    private String address(ForwardingAddress address) {
        return said.has(address)
                ? AddressText.ip(said.ipVersion(address), said.high(address), said.low(address))
                : null;
    }

    private static Application application(FlowRow row, WindowDelta delta) {
        ApplicationFacts facts = row.application();
        if (facts == null) {
            return applicationOfPort(row);
        }
        Application application = new Application();
        application.setName(PROTOCOLS[facts.protocol].name());
        application.setSource("payload");
        application.setDnsQuery(facts.dnsQuery);
        application.setTlsServerName(facts.tlsServerName);
        application.setHttpHost(facts.httpHost);
        application.setDns(dns(facts, delta == null ? null : delta.dns()));
        application.setTls(tls(facts));
        application.setHttp(facts.httpMethod == null ? null : new HttpFacts(facts.httpMethod));
        application.setQuic(
                facts.quicVersion == ApplicationFacts.ABSENT ? null : new QuicFacts(quicVersion(facts.quicVersion)));
        application.setDhcp(dhcp(facts));
        application.setArp(arp(row.initiatorIsA, facts));
        return application;
    }

    private static Application applicationOfPort(FlowRow row) {
        int port = row.initiatorIsA ? CanonicalKey.portB(row.word4) : CanonicalKey.portA(row.word4);
        String name = ServiceNames.of(row.protocolIdentifier(), port);
        if (name == null) {
            return null;
        }
        Application application = new Application();
        application.setName(name);
        application.setSource("port");
        return application;
    }

    private static String ipv4(long address) {
        return address < 0 ? null : AddressText.ip(4, 0, address);
    }

    /** Of 0x0300 on: SSL 3.0, TLS 1.0 and so on. */
    private static String tlsVersion(int version) {
        if (version == ApplicationFacts.ABSENT) {
            return null;
        }
        return switch (version) {
            case 0x0300 -> "ssl3.0";
            case 0x0301, 0x0302, 0x0303, 0x0304 -> "1." + (version - 0x0301);
            default -> String.format("0x%04x", version);
        };
    }

    private static String quicVersion(long version) {
        return version == 1 ? "1" : version == QUIC_VERSION_2 ? "2" : String.format("%08x", version);
    }

    private static DnsFacts dns(ApplicationFacts facts, DnsCounts counts) {
        if (counts == null && !facts.hasDns()) {
            return null;
        }
        DnsCounts shown = counts == null ? NO_DNS : counts;
        boolean timed = shown.timedResponses > 0;
        return new DnsFacts(
                optional(facts.dnsQueryType),
                optional(facts.dnsResponseCode),
                (long) shown.queries,
                (long) shown.responses,
                (long) shown.errorResponses,
                (long) shown.timedResponses,
                timed ? (Long) (shown.sumNanos / MICRO) : null,
                timed ? (Long) (shown.maxNanos / MICRO) : null);
    }

    private static TlsFacts tls(ApplicationFacts facts) {
        if (!facts.hasTls()) {
            return null;
        }
        return new TlsFacts(
                tlsVersion(facts.tlsVersion),
                facts.tlsAlpn == null ? List.of() : List.of(facts.tlsAlpn.split(",", -1)),
                facts.tlsSelectedAlpn,
                facts.tlsFingerprint);
    }

    private static DhcpFacts dhcp(ApplicationFacts facts) {
        if (!facts.hasDhcp()) {
            return null;
        }
        return new DhcpFacts(optional(facts.dhcpMessageType), facts.dhcpHostName, ipv4(facts.dhcpAddress));
    }

    private static ArpFacts arp(boolean initiatorIsA, ApplicationFacts facts) {
        if (!facts.hasArp()) {
            return null;
        }
        return new ArpFacts(
                ipv4(initiatorIsA ? facts.arpAddressA : facts.arpAddressB),
                ipv4(initiatorIsA ? facts.arpAddressB : facts.arpAddressA));
    }

    private static Long micros(int microseconds) {
        return microseconds == FlowRow.UNKNOWN ? null : (Long) (long) microseconds;
    }

    private static Integer optional(int value) {
        return value < 0 ? null : (Integer) value;
    }
}
