package io.weir.exporters.ipfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.exporters.encode.UndecodableRecordException;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.AddressText;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowReaderTest {

    private final AddressOctets address = new AddressOctets();

    private boolean readIpv6(String text) {
        byte[] octets = ("x" + text + ":").getBytes(StandardCharsets.US_ASCII);
        return address.readIpv6(octets, 1, text.length());
    }

    private boolean readIpv4(String text) {
        byte[] octets = (text + "1").getBytes(StandardCharsets.US_ASCII);
        return address.readIpv4(octets, 0, text.length());
    }

    @Test
    void shouldReadAddressesAsJavaDoes() throws Exception {
        Random random = new Random(4);
        for (int i = 0; i < 2_000; i++) {
            byte[] octets = new byte[16];
            for (int at = 0; at < 16; at++) {
                octets[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 0);
            }
            octets[0] = 0x20;
            String text = Inet6Address.getByAddress(octets).getHostAddress();
            ByteBuffer halves = ByteBuffer.wrap(octets);
            long high = halves.getLong();
            long low = halves.getLong();

            assertThat(readIpv6(text)).as(text).isTrue();
            assertThat(address.high()).as(text).isEqualTo(high);
            assertThat(address.low()).as(text).isEqualTo(low);

            String shorter = AddressText.ip(6, high, low);
            assertThat(readIpv6(shorter)).as(shorter).isTrue();
            assertThat(address.high()).as(shorter).isEqualTo(high);
            assertThat(address.low()).as(shorter).isEqualTo(low);

            String four = InetAddress.getByAddress(new byte[] {octets[1], octets[2], octets[3], octets[4]})
                    .getHostAddress();
            assertThat(readIpv4(four)).as(four).isTrue();
            assertThat(address.low()).isEqualTo(ByteBuffer.wrap(octets).getInt(1) & 0xffff_ffffL);
        }
        assertThat(readIpv6("::ffff:192.0.2.1")).isTrue();
        assertThat(address.low()).isEqualTo(0xffff_c000_0201L);
        assertThat(readIpv6("::")).isTrue();
        assertThat(address.low()).isZero();
        assertThat(readIpv6("2001:db8::")).isTrue();
        assertThat(address.high()).isEqualTo(0x2001_0db8_0000_0000L);
        assertThat(readIpv6("1:2:3:4:5:6:7:8")).isTrue();
        assertThat(address.low()).isEqualTo(0x0005_0006_0007_0008L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "12345::",
                "g::",
                "1:",
                "1:2:3:4:5:6:7:",
                "::1.2.3",
                "::1.2.3.256",
                "fe80::1%eth0",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1.2.3.4",
                ":1:2:3:4:5:6:7"
            })
    void shouldRefuseWhatIsNoIpv6Address(String text) {
        assertThat(readIpv6(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.",
                "1.2.3.4.",
                "1.2.3.4.5",
                "256.1.1.1",
                "1..2.3",
                "a.1.1.1",
                "1.2.3.99999999999"
            })
    void shouldRefuseWhatIsNoIpv4Address(String text) {
        assertThat(readIpv4(text)).isFalse();
    }

    @Test
    void shouldSayWhichFieldCannotBe() {
        refuse(TestFlows.tcp().setInitiator(new Endpoint("host", 1, null, null)), "initiator.address", "'host'");
        refuse(TestFlows.tcp().setResponder(new Endpoint(null, 1, null, null)), "responder.address", "null");
        refuse(TestFlows.tcp().setResponder(new Endpoint("::1", 1, null, null)), "responder.address", "no IPv4");
        refuse(TestFlows.tcp().setIpVersion(5), "ipVersion", "5 is neither 4 nor 6");
        refuse(TestFlows.tcp().setFlowId("xyz"), "flowId", "'xyz'");
        refuse(TestFlows.tcp().setProtocolIdentifier(256), "protocolIdentifier", "256 is not between 0 and 255");
        refuse(TestFlows.tcp().setInitiator(new Endpoint("1.2.3.4", 65_536, null, null)), "initiator.port", "65536");
        refuse(
                TestFlows.arp().setInitiator(new Endpoint(null, null, "02:00:00:00:00", null)),
                "initiator.macAddress",
                "'02:00:00:00:00'");
        refuse(TestFlows.tcp().setWindowEnd(0), "windowStart", "in disorder");
    }

    private static void refuse(Flow.Builder flow, String field, String what) {
        byte[] value = TestFlows.value(flow.build());
        assertThatThrownBy(() -> TestFlows.reader().read(value, new ExportedFlow()))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining(field)
                .hasMessageContaining(what);
    }

    @Test
    void shouldRefuseWhatIsNoFlow() {
        Loss loss = Loss.newBuilder()
                .setObservationPoint(new ObservationPoint("host", "eth0", "pcap", 1))
                .setStage("collector")
                .setReason(LossReason.kernel_drop)
                .setSource("eth0")
                .setMessage("dropped")
                .build();
        byte[] value;
        try (Serializer<Loss> serializer =
                AvroSerdes.serializer(Loss.class, Map.of(SchemaRegistryClient.URL_CONFIG, "mock://ipfix"))) {
            value = serializer.serialize("losses", loss);
        }
        byte[] whole = TestFlows.value(TestFlows.tcp().build());
        byte[] cut = Arrays.copyOf(whole, whole.length / 3);

        for (byte[] bad : new byte[][] {value, cut, {1, 2}, null}) {
            assertThatThrownBy(() -> TestFlows.reader().read(bad, new ExportedFlow()))
                    .isInstanceOf(UndecodableRecordException.class);
        }
    }
}
