package io.weir.bench.micro;

import io.weir.exporters.encode.UndecodableRecordException;
import io.weir.exporters.ipfix.ExportedFlow;
import io.weir.exporters.ipfix.FlowReader;
import io.weir.exporters.ipfix.IpfixConfig;
import io.weir.exporters.ipfix.IpfixEncoder;
import io.weir.exporters.transport.TlsConfig;
import io.weir.schemas.Application;
import io.weir.schemas.Counters;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Flow;
import io.weir.schemas.Layer;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.TcpFacts;
import io.weir.schemas.TcpState;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.packets.AddressText;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Serializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Flow records of the topic to IPFIX messages, a flow record: TCP in both directions, one in eight over IPv6. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class IpfixEncoderBenchmark {

    private static final int FLOWS = 4096;
    private static final int POINTS = 4;
    private static final int IPV6_EVERY = 8;
    private static final long WINDOW_START_MS = 1_700_000_000_000L;
    private static final Map<String, Object> CLIENT = Map.of(SchemaRegistryClient.URL_CONFIG, "mock://bench");

    /** One record of both directions, else one of each. */
    @Param({"false", "true"})
    private boolean biflow;

    private final byte[][] values = new byte[FLOWS][];
    private final ExportedFlow[] flows = new ExportedFlow[FLOWS];
    private final ExportedFlow flow = new ExportedFlow();
    private FlowReader reader;
    private IpfixEncoder encoder;
    private long octets;

    @Setup
    public void generate() throws UndecodableRecordException {
        IpfixConfig config = IpfixConfig.defaults(URI.create("udp://127.0.0.1:4739"));
        encoder = IpfixEncoder.of(
                new IpfixConfig(
                        config.name(),
                        config.to(),
                        biflow,
                        config.totals(),
                        config.enclosed(),
                        config.applications(),
                        config.messageOctets(),
                        config.templateInterval(),
                        config.templateMessages(),
                        config.messageRate(),
                        TlsConfig.defaults()),
                this::fold);
        reader = new FlowReader(new AvroJsonReader(SchemaRegistryClient.create(CLIENT)));
        Random random = new Random(1);
        try (Serializer<Flow> serializer = AvroSerdes.serializer(Flow.class, CLIENT)) {
            for (int i = 0; i < FLOWS; i++) {
                values[i] = serializer.serialize("flows", flow(random, i));
                flows[i] = new ExportedFlow();
                reader.read(values[i], flows[i]);
            }
        }
    }

    private void fold(ByteBuffer message) {
        octets += message.remaining() + message.get(message.limit() - 1);
    }

    private static Flow flow(Random random, int number) {
        boolean v6 = number % IPV6_EVERY == 0;
        long packets = 1L + random.nextInt(1000);
        Counters counters =
                new Counters(packets, packets * 100, packets * 114, 0x1b, packets, packets * 900, packets * 914, 0x1b);
        return Flow.newBuilder()
                .setFlowId(String.format(Locale.ROOT, "%016x%016x", random.nextLong(), random.nextLong()))
                .setCommunityId("1:LQU9qZlK+B5F3KDmev6m5PMibrg=")
                .setEncapsulation(List.of(Layer.ethernet, v6 ? Layer.ipv6 : Layer.ipv4, Layer.tcp))
                .setObservationPoint(new ObservationPoint("node-1", "eth" + number / 64 % POINTS, "afpacket", 1))
                .setWindowStart(WINDOW_START_MS)
                .setWindowEnd(WINDOW_START_MS + 10_000)
                .setFlowStartMicroseconds(WINDOW_START_MS * 1_000 + random.nextInt(1_000_000))
                .setFlowEndMicroseconds(WINDOW_START_MS * 1_000 + 2_000_000)
                .setIsFirst(true)
                .setIsLast(false)
                .setIsLate(false)
                .setEtherType(v6 ? 0x86dd : 0x800)
                .setVlanIds(List.of())
                .setIpVersion(v6 ? 6 : 4)
                .setProtocolIdentifier(6)
                .setInitiator(endpoint(random, v6, 1024 + random.nextInt(60_000)))
                .setResponder(endpoint(random, v6, 443))
                .setOrientation(Orientation.handshake)
                .setDelta(counters)
                .setTotal(counters)
                .setTcp(TcpFacts.newBuilder()
                        .setHandshakeServerMicroseconds(120L)
                        .setHandshakeClientMicroseconds(80L)
                        .setResetPackets(0)
                        .setState(TcpState.established)
                        .build())
                .setApplication(Application.newBuilder()
                        .setName("https")
                        .setSource("port")
                        .build())
                .build();
    }

    private static Endpoint endpoint(Random random, boolean v6, int port) {
        String address =
                AddressText.ip(v6 ? 6 : 4, v6 ? 0x2001_0db8_0000_0000L : 0, v6 ? random.nextLong() : random.nextInt());
        return new Endpoint(address, port, AddressText.mac(random.nextInt()), address);
    }

    /** What was read before to messages. */
    @Benchmark
    @OperationsPerInvocation(FLOWS)
    public long encode() {
        for (ExportedFlow read : flows) {
            encoder.encode(read);
        }
        return octets;
    }

    /** Values of the topic to messages. */
    @Benchmark
    @OperationsPerInvocation(FLOWS)
    public long readAndEncode() throws UndecodableRecordException {
        for (byte[] value : values) {
            reader.read(value, flow);
            encoder.encode(flow);
        }
        return octets;
    }
}
