package io.weir.exporters.ipfix;

import io.weir.exporters.encode.UndecodableRecordException;
import io.weir.schemas.Application;
import io.weir.schemas.Counters;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowEndReason;
import io.weir.schemas.Forwarding;
import io.weir.schemas.ForwardingFacts;
import io.weir.schemas.IcmpFacts;
import io.weir.schemas.Layer;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.Sampling;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.packets.AddressText;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.AvroSerdes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.serialization.Serializer;

/** Flow records, and their values as they stand in the topic. */
final class TestFlows {

    static final long WINDOW_START_MS = 1_700_000_000_000L;
    static final long WINDOW_MS = 10_000;

    static {
        Avro.trust();
    }

    private static final Map<String, Object> CONFIGS = Map.of(SchemaRegistryClient.URL_CONFIG, "mock://ipfix");

    private TestFlows() {}

    static FlowReader reader() {
        return new FlowReader(new AvroJsonReader(SchemaRegistryClient.create(CONFIGS)));
    }

    static byte[] value(Flow flow) {
        try (Serializer<Flow> serializer = AvroSerdes.serializer(Flow.class, CONFIGS)) {
            return serializer.serialize("flows", flow);
        }
    }

    static ExportedFlow read(Flow flow) {
        ExportedFlow exported = new ExportedFlow();
        try {
            reader().read(value(flow), exported);
        } catch (UndecodableRecordException e) {
            throw new AssertionError(e);
        }
        return exported;
    }

    /** TCP over IPv4, both directions. */
    static Flow.Builder tcp() {
        Counters delta = new Counters(10L, 1000L, 1140L, 0x11b, 7L, 7000L, 7098L, 0x12);
        Counters total = new Counters(100L, 10_000L, 11_400L, 0x11b, 70L, 70_000L, 70_980L, 0x12);
        return Flow.newBuilder()
                .setFlowId("0123456789abcdef00000000000000ff")
                .setCommunityId("1:LQU9qZlK+B5F3KDmev6m5PMibrg=")
                .setEncapsulation(List.of(Layer.ethernet, Layer.ipv4, Layer.tcp))
                .setObservationPoint(new ObservationPoint("node-1", "eth0", "afpacket", 1))
                .setWindowStart(WINDOW_START_MS)
                .setWindowEnd(WINDOW_START_MS + WINDOW_MS)
                .setFlowStartMicroseconds((WINDOW_START_MS + 123) * 1000 + 456)
                .setFlowEndMicroseconds((WINDOW_START_MS + 5678) * 1000 + 999)
                .setIsFirst(true)
                .setIsLast(false)
                .setIsLate(false)
                .setEtherType(0x800)
                .setVlanIds(List.of(12, 34))
                .setIpVersion(4)
                .setProtocolIdentifier(6)
                .setInitiator(new Endpoint("192.0.2.1", 40_000, "02:00:00:00:00:01", "192.0.2.1"))
                .setResponder(new Endpoint("198.51.100.7", 443, "02:00:00:00:00:fe", "198.51.100.7"))
                .setOrientation(Orientation.handshake)
                .setDelta(delta)
                .setTotal(total);
    }

    /** TCP as a router reports it, with what it says of the way of both directions. */
    static Flow.Builder reported() {
        ForwardingFacts there = ForwardingFacts.newBuilder()
                .setIngressInterface(501L)
                .setEgressInterface(0xffff_fffeL)
                .setForwardingStatus(64)
                .setBgpSourceAsNumber(64_500L)
                .setBgpDestinationAsNumber(4_200_000_001L)
                .setBgpPrevAdjacentAsNumber(64_502L)
                .setBgpNextAdjacentAsNumber(64_503L)
                .setSourcePrefixLength(24)
                .setDestinationPrefixLength(16)
                .setIpClassOfService(184)
                .setPostVlanId(99)
                .setIngressVrfId(7L)
                .setEgressVrfId(8L)
                .setIpNextHop("192.0.2.254")
                .setBgpNextHop("198.51.100.254")
                .setPostNatSourceAddress("203.0.113.9")
                .setPostNaptSourcePort(50_000)
                .setPostNatDestinationAddress("10.0.0.80")
                .setPostNaptDestinationPort(8_443)
                .setMplsLabels(List.of(16_065, 3))
                .build();
        ForwardingFacts back =
                ForwardingFacts.newBuilder().setEgressInterface(501L).build();
        return tcp().setObservationPoint(new ObservationPoint("router", "501", "netflow", 1))
                .setForwarding(new Forwarding(there, back));
    }

    /** ICMPv6 echo over IPv6. */
    static Flow.Builder ping6() {
        return tcp().setIpVersion(6)
                .setProtocolIdentifier(58)
                .setInitiator(new Endpoint("2001:db8::1", null, null, null))
                .setResponder(new Endpoint("2001:db8:0:1::ffff", null, null, null))
                .setIcmp(new IcmpFacts(128, null));
    }

    /** ARP. */
    static Flow.Builder arp() {
        Counters delta = new Counters(2L, null, 84L, null, 1L, null, 42L, null);
        return tcp().setIpVersion(null)
                .setProtocolIdentifier(null)
                .setCommunityId(null)
                .setEtherType(0x806)
                .setVlanIds(List.of())
                .setInitiator(new Endpoint(null, null, "02:00:00:00:00:01", null))
                .setResponder(new Endpoint(null, null, "ff:ff:ff:ff:ff:ff", null))
                .setDelta(delta)
                .setTotal(delta);
    }

    /** Any flow that can be. */
    static Flow random(Random random, int points) {
        int kind = random.nextInt(6);
        boolean isIp = kind < 5;
        boolean v6 = kind == 3 || kind == 4;
        int protocol = kind == 0 || kind == 3 ? 6 : kind == 1 ? 17 : v6 ? 58 : 1;
        boolean icmp = isIp && (protocol == 1 || protocol == 58);
        boolean tcp = isIp && protocol == 6;
        int point = random.nextInt(points);
        long flowStart = WINDOW_START_MS * 1000 + random.nextInt(20_000_000) - 10_000_000;
        return tcp().setFlowId(String.format(Locale.ROOT, "%016x%016x", random.nextLong(), random.nextLong()))
                .setObservationPoint(new ObservationPoint("node-" + point % 3, "eth" + point, "pcap", 1 + point))
                .setSampled(point == 0 ? null : new Sampling(1 + point, 1.0, 1.0, 1.0))
                .setFlowStartMicroseconds(flowStart)
                .setFlowEndMicroseconds(flowStart + random.nextInt(20_000_000))
                .setFlowEndReason(random.nextBoolean() ? null : FlowEndReason.values()[random.nextInt(6)])
                .setEtherType(isIp ? v6 ? 0x86dd : 0x800 : random.nextInt(0x10000))
                .setVlanIds(random.nextBoolean() ? List.of() : List.of(random.nextInt(4096), 7))
                .setIpVersion(isIp ? v6 ? 6 : 4 : null)
                .setProtocolIdentifier(isIp ? protocol : null)
                .setInitiator(endpoint(random, isIp, v6, icmp))
                .setResponder(endpoint(random, isIp, v6, icmp))
                .setOrientation(Orientation.values()[random.nextInt(Orientation.values().length)])
                .setDelta(counters(random, isIp, tcp))
                .setTotal(counters(random, isIp, tcp))
                .setIcmp(
                        icmp
                                ? new IcmpFacts(random.nextInt(256), random.nextBoolean() ? null : random.nextInt(256))
                                : null)
                .setApplication(random.nextBoolean() ? null : application("n".repeat(random.nextInt(200))))
                .build();
    }

    static Application application(String name) {
        return Application.newBuilder().setName(name).setSource("port").build();
    }

    private static Endpoint endpoint(Random random, boolean isIp, boolean v6, boolean icmp) {
        String address = isIp
                ? AddressText.ip(v6 ? 6 : 4, v6 ? random.nextLong() : 0, v6 ? random.nextLong() : random.nextInt())
                : null;
        return new Endpoint(
                address,
                isIp && !icmp ? random.nextInt(0x10000) : null,
                random.nextBoolean() && isIp ? null : AddressText.mac(random.nextLong() & 0xffff_ffff_ffffL),
                null);
    }

    private static Counters counters(Random random, boolean isIp, boolean tcp) {
        long there = random.nextInt(4) == 0 ? 0 : random.nextLong() >>> (2 + random.nextInt(60));
        long back = random.nextInt(4) == 0 ? 0 : random.nextLong() >>> (2 + random.nextInt(60));
        return new Counters(
                there,
                isIp ? there / 2 : null,
                there / 3,
                tcp ? random.nextInt(0x1000) : null,
                back,
                isIp ? back / 2 : null,
                back / 3,
                tcp ? random.nextInt(0x1000) : null);
    }
}
