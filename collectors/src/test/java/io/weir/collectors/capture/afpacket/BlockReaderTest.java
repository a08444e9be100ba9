package io.weir.collectors.capture.afpacket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.weir.collectors.capture.Collected;
import io.weir.collectors.capture.Frame;
import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockReaderTest {

    private static final int BLOCK = 1 << 14;
    private static final int BEGIN = 82 + 32;
    private static final long TIME = 1_700_000_000_123_456_789L;
    private static final int VLAN_VALID = 1 << 4;
    private static final int VLAN_TPID_VALID = 1 << 6;
    private static final int OUTGOING = 4;
    private static final int LO = 1;

    private static final LinkKind ETHERNET = LinkKind.ofHardware(1);
    private static final LinkKind RAW = LinkKind.ofHardware(0xfffe);
    private static final byte[] STATION = {2, 0, 0, 0, 0, 9};

    /** Addresses, EtherType 0x0800, the beginning of an IPv4 header. */
    private static final byte[] FRAME = HexFormat.of().parseHex("020000000001" + "020000000002" + "0800" + "45000054");

    private final ByteBuffer memory = ByteBuffer.allocateDirect(2 * BLOCK);
    private final Collected collected = new Collected();

    @Test
    void shouldDeliverEveryFrameOfABlockInPlace() {
        var block = new BlockBuilder(memory, BLOCK);
        for (int i = 0; i < 20; i++) {
            block.packet(BEGIN, frame(60 + i), 60 + i, TIME + i);
        }
        var reader = reader(ETHERNET, 2048);
        read(reader, BLOCK);

        assertThat(reader.packets()).isEqualTo(20);
        assertThat(reader.damaged()).isZero();
        assertThat(collected.frames).hasSize(20);
        for (int i = 0; i < 20; i++) {
            Collected.Seen frame = collected.frames.get(i);
            assertThat(frame.bytes()).isEqualTo(frame(60 + i));
            assertThat(frame.layer2Octets()).isEqualTo(60 + i);
            assertThat(frame.timeNanos()).isEqualTo(TIME + i);
            assertThat(frame.linkType()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {68, 69, 81, 83, 97, 130})
    void shouldReadAFrameThatBeginsAnywhere(int begin) {
        new BlockBuilder(memory, 0)
                .packet(begin, frame(61), 61, TIME)
                .vlan(VLAN_VALID, 7, 0)
                .packet(begin, frame(62), 62, TIME);
        read(reader(ETHERNET, 2048), 0);

        assertThat(collected.frames).hasSize(2);
        assertThat(collected.frames.get(0).bytes()).isEqualTo(tagged(frame(61), 0x8100, 7));
        assertThat(collected.frames.get(1).bytes()).isEqualTo(frame(62));
    }

    @Test
    void shouldReadTimesBeyondTheYear2038() {
        long time = 4_000_000_000L * 1_000_000_000L + 999_999_999L;
        new BlockBuilder(memory, 0).packet(BEGIN, FRAME, 60, time);
        read(reader(ETHERNET, 2048), 0);

        assertThat(collected.times()).containsExactly(time);
    }

    @Test
    void shouldTellTheLengthOnTheWireOfAFrameThatWasCut() {
        new BlockBuilder(memory, 0).packet(BEGIN, frame(64), 65_226, TIME);
        read(reader(ETHERNET, 64), 0);

        assertThat(collected.frames).singleElement().satisfies(frame -> {
            assertThat(frame.bytes()).hasSize(64);
            assertThat(frame.layer2Octets()).isEqualTo(65_226);
        });
    }

    @ParameterizedTest
    @CsvSource({"80, 37120, 37120", "16, 0, 33024", "16, 34984, 33024"})
    void shouldPutBackTheVlanTagThatTheKernelTookOut(int status, int protocol, int expected) {
        new BlockBuilder(memory, 0).packet(BEGIN, FRAME, 98, TIME).vlan(status, 0xa064, protocol);
        read(reader(ETHERNET, 2048), 0);

        assertThat(collected.frames).singleElement().satisfies(frame -> {
            assertThat(frame.bytes()).isEqualTo(tagged(FRAME, expected, 0xa064));
            assertThat(frame.layer2Octets()).as("the tag was on the wire").isEqualTo(102);
        });
    }

    @Test
    void shouldPutBackATagOfZeros() {
        new BlockBuilder(memory, 0).packet(BEGIN, FRAME, 98, TIME).vlan(VLAN_VALID | VLAN_TPID_VALID, 0, 0x88a8);
        read(reader(ETHERNET, 2048), 0);

        assertThat(collected.frames.get(0).bytes()).isEqualTo(tagged(FRAME, 0x88a8, 0));
    }

    @Test
    void shouldNotPutATagIntoAFrameWithoutAddresses() {
        new BlockBuilder(memory, 0)
                .packet(BEGIN, Arrays.copyOf(FRAME, 11), 98, TIME)
                .vlan(VLAN_VALID, 1, 0);
        read(reader(ETHERNET, 2048), 0);

        assertThat(collected.frames.get(0).bytes()).isEqualTo(Arrays.copyOf(FRAME, 11));
        assertThat(collected.frames.get(0).layer2Octets()).isEqualTo(98);
    }

    @Test
    void shouldKeepTheSnapLengthWithTheTag() {
        new BlockBuilder(memory, 0).packet(BEGIN, frame(64), 1500, TIME).vlan(VLAN_VALID, 5, 0);
        read(reader(ETHERNET, 64), 0);

        assertThat(collected.frames.get(0).bytes()).isEqualTo(Arrays.copyOf(tagged(frame(64), 0x8100, 5), 64));
        assertThat(collected.frames.get(0).layer2Octets()).isEqualTo(1504);
    }

    @Test
    void shouldLeaveRawFramesAsTheyAre() {
        new BlockBuilder(memory, 0).packet(BEGIN, frame(40), 40, TIME).vlan(VLAN_VALID, 5, 0);
        read(reader(RAW, 2048), 0);

        assertThat(collected.frames.get(0).bytes()).isEqualTo(frame(40));
        assertThat(collected.frames.get(0).linkType()).isEqualTo(101);
    }

    @Test
    void shouldPutACookedHeaderBeforeFramesOfAllInterfaces() {
        byte[] network = HexFormat.of().parseHex("4500001400000000401100000a0000010a000002");
        new BlockBuilder(memory, 0)
                .packet(96, network, 20, TIME)
                .address(0x0800, 7, 1, 0, STATION)
                .packet(96, network, 20, TIME)
                .address(0x0800, 8, 1, OUTGOING, STATION)
                .vlan(VLAN_VALID | VLAN_TPID_VALID, 100, 0x8100);
        read(reader(LinkKind.COOKED, 2048), 0);

        String cooked = "0000" + "00000007" + "0001" + "00" + "06" + "0200000000090000";
        assertThat(hex(0)).isEqualTo("0800" + cooked + HexFormat.of().formatHex(network));
        assertThat(collected.frames.get(0).layer2Octets()).isEqualTo(40);
        String outgoing = "0000" + "00000008" + "0001" + "04" + "06" + "0200000000090000";
        assertThat(hex(1))
                .isEqualTo("8100" + outgoing + "0064" + "0800" + HexFormat.of().formatHex(network));
        assertThat(collected.frames.get(1).layer2Octets()).isEqualTo(44);
        var headers = new PacketHeaders();
        byte[] tagged = collected.frames.get(1).bytes();
        new PacketDecoder().decode(ByteBuffer.wrap(tagged), 0, tagged.length, 44, 276, headers);
        assertThat(headers.interfaceIndex).isEqualTo(8);
        assertThat(headers.octets).isEqualTo(20);
    }

    @Test
    void shouldLeaveOutWhatTheLoopbackInterfaceShowsTwice() {
        new BlockBuilder(memory, 0)
                .packet(BEGIN, frame(60), 60, TIME)
                .address(0x0800, LO, 772, OUTGOING, STATION)
                .packet(BEGIN, frame(61), 61, TIME)
                .address(0x0800, LO, 772, 0, STATION)
                .packet(BEGIN, frame(62), 62, TIME)
                .address(0x0800, LO + 1, 1, OUTGOING, STATION);
        var reader = new BlockReader(memory, BLOCK, ETHERNET, 2048, LO);
        read(reader, 0);

        assertThat(collected.frames).extracting(Collected.Seen::layer2Octets).containsExactly(61, 62);
        assertThat(reader.packets()).isEqualTo(3);
    }

    @Test
    void shouldAcceptABlockThatIsFullToItsLastOctet() {
        byte[] rest = frame(BLOCK - 48 - BEGIN);
        new BlockBuilder(memory, BLOCK).packet(BEGIN, rest, rest.length, TIME);
        read(reader(ETHERNET, BLOCK), BLOCK);

        assertThat(collected.frames.get(0).bytes()).isEqualTo(rest);
    }

    @Test
    void shouldAcceptABlockWithoutPackets() {
        new BlockBuilder(memory, 0);
        read(reader(ETHERNET, 64), 0);

        assertThat(collected.frames).isEmpty();
    }

    /** Next packet 0, captured 12, on the wire 16, link header and network header 24. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0, 47",
        "0, -48",
        "0, 2147483647",
        "0, 16384",
        "12, -1",
        "12, 16384",
        "12, 2147483647",
        "16, -1",
        "16, 2147483647",
        "24, 0",
        "24, 47",
        "24, 65535"
    })
    void shouldKeepWhatCameBeforeAnImpossibleHeader(int headerOffset, int value) {
        new BlockBuilder(memory, 0)
                .packet(BEGIN, frame(60), 60, TIME)
                .packet(BEGIN, frame(61), 61, TIME)
                .packet(BEGIN, frame(62), 62, TIME);
        int second = memory.order(ByteOrder.nativeOrder()).getInt(48);
        memory.putInt(48 + second + headerOffset, value);
        var reader = reader(ETHERNET, 2048);
        read(reader, 0);

        assertThat(collected.frames).hasSize(1);
        assertThat(reader.packets()).isEqualTo(3);
        assertThat(reader.damaged()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"12, -1", "12, 342", "16, 0", "16, 47", "16, -1", "16, 16385"})
    void shouldRefuseABlockWithAnImpossibleHeader(int blockOffset, int value) {
        new BlockBuilder(memory, 0).packet(BEGIN, FRAME, 60, TIME);
        memory.putInt(blockOffset, value);
        var reader = reader(ETHERNET, 2048);
        read(reader, 0);

        assertThat(collected.frames).isEmpty();
        assertThat(reader.damaged()).isEqualTo(blockOffset == 12 ? BlockReader.UNKNOWN : 1);
    }

    @Test
    void shouldStayInTheBlockWhateverStandsInIt() {
        var random = new Random(20_261_124);
        LinkKind[] kinds = {ETHERNET, RAW, LinkKind.COOKED};
        byte[] neighbours = new byte[BLOCK];
        for (int round = 0; round < 3000; round++) {
            var block = new BlockBuilder(memory, 0);
            int packets = 1 + random.nextInt(40);
            for (int i = 0; i < packets; i++) {
                block.packet(BEGIN, frame(random.nextInt(200)), random.nextInt(3000), TIME)
                        .vlan(random.nextInt(128), random.nextInt(), random.nextInt());
            }
            for (int i = random.nextInt(8); i >= 0; i--) {
                memory.putInt(12 + random.nextInt(block.octets() - 12), random.nextInt() >> random.nextInt(32));
            }
            var reader = new BlockReader(memory.slice(0, BLOCK), BLOCK, kinds[round % 3], 2048, round % 2);
            collected.frames.clear();

            assertThatNoException().isThrownBy(() -> read(reader, 0));
        }
        byte[] behind = new byte[BLOCK];
        memory.get(BLOCK, behind);
        assertThat(behind).isEqualTo(neighbours);
    }

    private BlockReader reader(LinkKind kind, int snapOctets) {
        return new BlockReader(memory, BLOCK, kind, snapOctets, 0);
    }

    private void read(BlockReader reader, int blockOffset) {
        var frame = new Frame();
        if (collected.interfaces.isEmpty()) {
            collected.onInterface(0, new io.weir.collectors.capture.CaptureInterface("ring", "ring", null, 1, 0, 0, 0));
        }
        reader.open(blockOffset);
        while (reader.next(frame, 0)) {
            assertThat(frame.buffer().order()).isEqualTo(ByteOrder.BIG_ENDIAN);
            collected.onFrame(frame);
        }
    }

    private String hex(int frame) {
        return HexFormat.of().formatHex(collected.frames.get(frame).bytes());
    }

    private static byte[] frame(int octets) {
        byte[] frame = new byte[octets];
        new Random(octets).nextBytes(frame);
        return frame;
    }

    private static byte[] tagged(byte[] frame, int protocol, int controlInformation) {
        return ByteBuffer.allocate(frame.length + 4)
                .put(frame, 0, 12)
                .putShort((short) protocol)
                .putShort((short) controlInformation)
                .put(frame, 12, frame.length - 12)
                .array();
    }
}
