package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an ICMP error shows of the packet that it is about. */
class IcmpQuoteTest {

    private static final int LINK_AND_IP = 14 + 20;
    private static final int RAW = 101;

    @ParameterizedTest
    @CsvSource({"3, 3", "4, 0", "5, 1", "11, 0", "12, 0"})
    void shouldReadThePacketThatAnErrorIsAbout(int type, int code) {
        PacketHeaders headers = Decoding.ethernet(error(type, code, quote(17).udp(40000, 53)));

        assertThat(headers.icmpType).isEqualTo(type);
        assertThat(headers.icmpCode).isEqualTo(code);
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
        assertThat(headers.enclosed()).isNull();
        PacketHeaders quoted = headers.quoted();
        assertThat(quoted.etherType).isEqualTo(0x0800);
        assertThat(quoted.protocol).isEqualTo(17);
        assertThat(quoted.sourceAddressLow).isEqualTo(headers.destinationAddressLow);
        assertThat(quoted.destinationAddressLow).isEqualTo(0xc0000299L);
        assertThat(quoted.sourcePort).isEqualTo(40000);
        assertThat(quoted.destinationPort).isEqualTo(53);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 9, 10, 13, 14, 40})
    void shouldNotTakeOtherMessagesForErrors(int type) {
        assertThat(Decoding.ethernet(error(type, 0, quote(17).udp(40000, 53))).quoted())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldReadThePacketThatAnErrorOfIpv6IsAbout(int type) {
        PacketHeaders headers = Decoding.decode(RAW, error6(type, quote6(17, 8).udp(40000, 53)));

        PacketHeaders quoted = headers.quoted();
        assertThat(quoted.ipVersion).isEqualTo(6);
        assertThat(quoted.sourceAddressHigh).isEqualTo(0xfe80_0000_0000_0000L);
        assertThat(quoted.destinationAddressLow).isEqualTo(0x99);
        assertThat(quoted.sourcePort).isEqualTo(40000);
        assertThat(quoted.destinationPort).isEqualTo(53);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 127, 128, 137})
    void shouldNotTakeOtherMessagesOfIpv6ForErrors(int type) {
        assertThat(Decoding.decode(RAW, error6(type, quote6(17, 8).udp(40000, 53)))
                        .quoted())
                .isNull();
    }

    @Test
    void shouldWalkTheExtensionHeadersOfAQuote() {
        PacketHeaders quoted = Decoding.decode(
                        RAW,
                        error6(
                                1,
                                quote6(0, 8 + 8 + 20)
                                        .hex("3c00 050200000100 0600 010400000000")
                                        .tcp(40000, 443, 2)))
                .quoted();

        assertThat(quoted.protocol).isEqualTo(6);
        assertThat(quoted.destinationPort).isEqualTo(443);
    }

    @Test
    void shouldReadPortsOfEightOctetsOfASegment() {
        FrameBuilder start = quote(6).u16(40000).u16(443).u32(7);
        PacketHeaders headers = Decoding.ethernet(error(3, 1, start));

        assertThat(headers.quoted().sourcePort).isEqualTo(40000);
        assertThat(headers.quoted().destinationPort).isEqualTo(443);
        // A quote that is cut is no fault of the packet that brings it.
        assertThat(headers.problem).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldReadTheTypeOfAQuotedEcho() {
        PacketHeaders quoted =
                Decoding.ethernet(error(11, 0, quote(1).icmp(8, 0))).quoted();

        assertThat(quoted.icmpType).isEqualTo(8);
        assertThat(quoted.icmpCode).isZero();
    }

    @Test
    void shouldNotLookIntoAnErrorThatIsQuoted() {
        PacketHeaders quoted = Decoding.ethernet(
                        error(3, 3, quote(1).icmp(3, 3).append(quote(17).udp(40000, 53))))
                .quoted();

        assertThat(quoted.icmpType).isEqualTo(3);
        assertThat(quoted.holdsPacket()).isFalse();
    }

    @Test
    void shouldLeaveTunnelsOfAQuoteClosed() {
        PacketHeaders headers =
                Decoding.ethernet(error(3, 1, quote(4).append(quote(17).udp(1, 2))));

        assertThat(headers.quoted().protocol).isEqualTo(4);
        assertThat(headers.quoted().holdsPacket()).isFalse();
    }

    @Test
    void shouldReadTheErrorInATunnel() {
        FrameBuilder inner = new FrameBuilder()
                .ipv4(1, 20 + 8 + 28)
                .icmp(3, 3)
                .append(quote(17).udp(40000, 53));
        PacketHeaders headers = Decoding.ethernet(Tunnels.overIpv4(4, inner));

        assertThat(headers.quoted()).isNull();
        assertThat(headers.enclosed().quoted().sourcePort).isEqualTo(40000);
    }

    @Test
    void shouldKeepTheTagsOfTheLinkThatTheErrorCameBy() {
        FrameBuilder packet = quote(17).udp(40000, 53);
        PacketHeaders headers = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x8100)
                .tag(7, 0x0800)
                .ipv4(1, 28 + packet.length())
                .icmp(3, 3)
                .append(packet));

        assertThat(headers.quoted().vlanCount).isEqualTo(1);
        assertThat(headers.quoted().vlanId(0)).isEqualTo(7);
        assertThat(headers.quoted().etherType).isEqualTo(0x0800);
    }

    /** RFC 4884: the quote is padded to 128 octets, then come the extensions; here a lying header would reach into them. */
    @ParameterizedTest
    @CsvSource({"32, false", "0, true"})
    void shouldNotReadPortsOutOfExtensions(int quoteWords, boolean read) {
        FrameBuilder message = new FrameBuilder()
                .u8(11)
                .u8(0)
                .u16(0)
                .u8(0)
                .u8(quoteWords)
                .u16(0)
                .append(quote(60, 17, 0x4000))
                .zeros(128 - 20)
                .hex("2000 0000 0008 0101 06400140");
        // A quote of the longest header, of which only the first 128 octets would be there.
        FrameBuilder longHeader = new FrameBuilder()
                .u8(11)
                .u8(0)
                .u16(0)
                .u8(0)
                .u8(quoteWords == 0 ? 0 : 15)
                .u16(0)
                .append(quote(0x4f, 17, 0x4000))
                .zeros(40)
                .u16(0x1111)
                .u16(0x2222)
                .u32(0);
        PacketHeaders padded = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(1, 20 + message.length())
                .append(message));
        PacketHeaders beyond = Decoding.ethernet(new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(1, 20 + longHeader.length())
                .append(longHeader));

        assertThat(padded.quoted()).isNull();
        assertThat(beyond.quoted() != null).isEqualTo(read);
    }

    @Test
    void shouldNotBelieveAnErrorThatWasNotSentToTheSenderOfItsQuote() {
        FrameBuilder packet = new FrameBuilder().ipv4(17, 28).udp(40000, 53);

        assertThat(Decoding.ethernet(error(3, 3, packet)).quoted()).isNull();
    }

    @Test
    void shouldNotMixIpVersions() {
        assertThat(Decoding.ethernet(error(3, 3, quote6(17, 8).udp(40000, 53))).quoted())
                .isNull();
        // ICMP of IPv4 within IPv6, which there is not.
        FrameBuilder packet = quote(17).udp(40000, 53);
        assertThat(Decoding.decode(
                                RAW,
                                new FrameBuilder()
                                        .ipv6(1, 8 + packet.length())
                                        .icmp(3, 3)
                                        .append(packet))
                        .quoted())
                .isNull();
    }

    @Test
    void shouldTakeNoQuoteThatEndsBeforeThePorts() {
        byte[] frame = error(3, 3, quote(17).udp(40000, 53)).bytes();
        int ports = LINK_AND_IP + 8 + 20 + 4;
        for (int captured = 0; captured <= frame.length; captured++) {
            PacketHeaders headers = Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length);
            assertThat(headers.quoted() != null).as("captured %d", captured).isEqualTo(captured >= ports);
        }
    }

    @Test
    void shouldTakeALaterFragmentWithoutPorts() {
        PacketHeaders quoted = Decoding.ethernet(
                        error(11, 1, quote(0x45, 17, 0x2010).zeros(8)))
                .quoted();

        assertThat(quoted.laterFragment).isTrue();
        assertThat(quoted.sourcePort).isEqualTo(-1);
        assertThat(quoted.fragmentIdentification).isEqualTo(0x1234);
    }

    @Test
    void shouldForgetTheQuoteWithTheNextFrame() {
        PacketHeaders headers = new PacketHeaders();
        byte[] error = error(3, 3, quote(17).udp(40000, 53)).bytes();
        byte[] echo = new FrameBuilder().ethernet(0x0800).ipv4(1, 28).icmp(8, 0).bytes();
        PacketDecoder decoder = new PacketDecoder();
        for (int i = 0; i < 2; i++) {
            decoder.decode(ByteBuffer.wrap(error), 0, error.length, error.length, 1, headers);
            assertThat(headers.quoted()).isNotNull();
            decoder.decode(ByteBuffer.wrap(echo), 0, echo.length, echo.length, 1, headers);
            assertThat(headers.quoted()).isNull();
        }
    }

    private static FrameBuilder error(int type, int code, FrameBuilder packet) {
        return new FrameBuilder()
                .ethernet(0x0800)
                .ipv4(1, 28 + packet.length())
                .icmp(type, code)
                .append(packet);
    }

    private static FrameBuilder error6(int type, FrameBuilder packet) {
        return new FrameBuilder().ipv6(58, 8 + packet.length()).icmp(type, 0).append(packet);
    }

    /** An IPv4 header from whom the frames of {@link FrameBuilder} go to. */
    private static FrameBuilder quote(int protocol) {
        return quote(0x45, protocol, 0x4000);
    }

    private static FrameBuilder quote(int versionAndLength, int protocol, int flagsAndOffset) {
        return new FrameBuilder()
                .u8(versionAndLength)
                .u8(0)
                .u16(1500)
                .u16(0x1234)
                .u16(flagsAndOffset)
                .u8(1)
                .u8(protocol)
                .u16(0)
                .u32(0xc63364c8L)
                .u32(0xc0000299L);
    }

    private static FrameBuilder quote6(int nextHeader, int payloadLength) {
        return new FrameBuilder()
                .u32(0x60000000L)
                .u16(payloadLength)
                .u8(nextHeader)
                .u8(1)
                .hex("fe800000000000000000000000000002")
                .hex("20010db8000000000000000000000099");
    }
}
