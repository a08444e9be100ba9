package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.schemas.DecodingProblem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketDecoderTest {
    private static final byte[] UDP_FRAME =
            new FrameBuilder().ethernet(0x0800).ipv4(17, 28).udp(1, 2).bytes();

    private final PacketDecoder decoder = new PacketDecoder();

    @ParameterizedTest
    @ValueSource(ints = {2, 6, 10, 147, 226, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void shouldLeaveEverythingAbsentForAnUnknownLinkType(int linkType) {
        PacketHeaders headers = Decoding.decode(linkType, UDP_FRAME);
        PacketHeaders absent = new PacketHeaders();
        absent.problem = DecodingProblem.unknown_link_type;
        assertThat(headers).hasToString(absent.toString());
        assertThat(PacketDecoder.knows(linkType)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 107, 108, 113, 119, 127, 163, 192, 228, 229, 239, 242, 258, 276
            })
    void shouldKnowItsLinkTypes(int linkType) {
        assertThat(PacketDecoder.knows(linkType)).isTrue();
        assertThat(Decoding.decode(linkType, UDP_FRAME).problem).isNotEqualTo(DecodingProblem.unknown_link_type);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 107, 108, 113, 119, 127, 163, 192, 228, 229, 239, 242, 258, 276
            })
    void shouldTakeAFrameWithoutOctets(int linkType) {
        assertThat(Decoding.decode(linkType, new byte[0]).problem).isEqualTo(DecodingProblem.packet_too_short);
        assertThat(Decoding.decode(linkType, new byte[0], 0, 64).problem).isEqualTo(DecodingProblem.truncated);
    }

    @Test
    void shouldForgetTheFrameBefore() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1024);
        byte[] first = new FrameBuilder()
                .ethernet(0x8100)
                .tag(9, 0x86dd)
                .ipv6(44, 16)
                .hex("06 00 0001 00000007")
                .hex("0001 0002 0000")
                .bytes();
        buffer.put(0, first).put(512, UDP_FRAME);
        PacketHeaders reused = new PacketHeaders();
        decoder.decode(buffer, 0, first.length, first.length, 1, reused);
        assertThat(reused.problem).isNotEqualTo(DecodingProblem.none);
        decoder.decode(buffer, 512, UDP_FRAME.length, UDP_FRAME.length, 1, reused);
        assertThat(reused).hasToString(Decoding.decode(1, UDP_FRAME).toString());
    }

    @Test
    void shouldBelieveTheOctetsThatAreThereWhenTheFrameClaimsFewer() {
        PacketHeaders headers = Decoding.decode(1, UDP_FRAME, UDP_FRAME.length, 0);
        assertThat(headers.destinationPort).isEqualTo(2);
        assertThat(headers.octets).isEqualTo(28);
        assertThat(Decoding.decode(1, UDP_FRAME, UDP_FRAME.length, -1)).hasToString(headers.toString());

        byte[] lengthLeftOpen =
                new FrameBuilder().ethernet(0x0800).ipv4(17, 0).udp(1, 2).bytes();
        assertThat(Decoding.decode(1, lengthLeftOpen, lengthLeftOpen.length, Integer.MIN_VALUE).octets)
                .isEqualTo(28);
    }

    @Test
    void shouldDecodeTheSameFromHeapAndReadOnlyBuffersAndLeaveThemAlone() {
        ByteBuffer buffer = ByteBuffer.wrap(UDP_FRAME).asReadOnlyBuffer();
        buffer.position(5);
        PacketHeaders headers = new PacketHeaders();
        decoder.decode(buffer, 0, UDP_FRAME.length, UDP_FRAME.length, 1, headers);
        assertThat(headers).hasToString(Decoding.decode(1, UDP_FRAME).toString());
        assertThat(buffer.position()).isEqualTo(5);
        assertThat(buffer.limit()).isEqualTo(UDP_FRAME.length);
    }

    @Test
    void shouldRefuseMisuse() {
        PacketHeaders headers = new PacketHeaders();
        ByteBuffer buffer = ByteBuffer.allocate(64);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        decoder.decode(ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN), 0, 64, 64, 1, headers));
        assertThatThrownBy(() -> decoder.decode(buffer, 1, 64, 64, 1, headers))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> decoder.decode(buffer, 0, -1, 64, 1, headers))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> decoder.decode(buffer, Integer.MAX_VALUE, 1, 64, 1, headers))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
