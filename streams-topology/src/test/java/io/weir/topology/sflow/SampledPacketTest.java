package io.weir.topology.sflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What frame lengths and header protocols say, with agents that do not keep to the memo; cases S-13 to S-17 of the survey. */
class SampledPacketTest {
    /** An IPv4 header from 10.0.0.1 to 10.0.0.2, 40 octets, TCP, with its checksum; the EtherType of Ethernet would be 0a00. */
    private static final byte[] IPV4 = HexFormat.of().parseHex("4500002800004000400626ce0a0000010a000002");

    @Test
    void shouldTakeTheFcsOffTheLengthOfAFrame() {
        assertThat(SampledPacket.layer2Octets(1518, 4, 128)).isEqualTo(1514);
        assertThat(SampledPacket.layer2Octets(64, 4, 60)).isEqualTo(60);
    }

    /** Tags that were taken off before the header have been on the wire. */
    @Test
    void shouldKeepStrippedTagsInTheLength() {
        assertThat(SampledPacket.layer2Octets(1522, 8, 128)).isEqualTo(1518);
    }

    /** S-14: frame 1390, stripped 1262, header 128. */
    @Test
    void shouldNotBeLedByAllThatIsBehindTheHeader() {
        assertThat(SampledPacket.layer2Octets(1390, 1262, 128)).isEqualTo(1386);
    }

    /** S-14: raw IPv4 with frame 50, stripped 18, header 32. */
    @Test
    void shouldTakeTheLengthOfTheFrameForRawIp() {
        assertThat(SampledPacket.layer2Octets(50, 18, 32)).isEqualTo(46);
    }

    /** S-14: drops of host-sflow with frame 56, stripped 4, header 56. */
    @Test
    void shouldSeeThatALengthHasNoFcs() {
        assertThat(SampledPacket.layer2Octets(56, 4, 56)).isEqualTo(56);
        assertThat(SampledPacket.layer2Octets(56, 4, 53)).isEqualTo(56);
        assertThat(SampledPacket.layer2Octets(56, 0, 52)).isEqualTo(56);
    }

    @Test
    void shouldBelieveTheOctetsThatAreThere() {
        assertThat(SampledPacket.layer2Octets(0, 0, 60)).isEqualTo(60);
        assertThat(SampledPacket.layer2Octets(20, 4, 60)).isEqualTo(60);
        assertThat(SampledPacket.layer2Octets(0xffff_ffffL, 4, 128)).isEqualTo(0xffff_fffbL);
    }

    @Test
    void shouldNameHeaderProtocols() {
        assertThat(HeaderProtocol.name(1)).isEqualTo("ethernet");
        assertThat(HeaderProtocol.name(11)).isEqualTo("ipv4");
        assertThat(HeaderProtocol.name(18)).isEqualTo("infiniband");
        assertThat(HeaderProtocol.name(0)).isNull();
        assertThat(HeaderProtocol.name(19)).isNull();
        assertThat(HeaderProtocol.name(0xffff_ffffL)).isNull();
    }

    @Test
    void shouldGiveLinkTypesOfPcap() {
        assertThat(HeaderProtocol.linkType(1)).isEqualTo(1);
        assertThat(HeaderProtocol.linkType(7)).isEqualTo(9);
        assertThat(HeaderProtocol.linkType(11)).isEqualTo(228);
        assertThat(HeaderProtocol.linkType(12)).isEqualTo(229);
        assertThat(HeaderProtocol.linkType(13)).isEqualTo(219);
        assertThat(HeaderProtocol.linkType(14)).isEqualTo(50);
        assertThat(HeaderProtocol.linkType(15)).isEqualTo(105);
        assertThat(HeaderProtocol.linkType(2)).isEqualTo(HeaderProtocol.NO_LINK_TYPE);
        assertThat(HeaderProtocol.linkType(18)).isEqualTo(HeaderProtocol.NO_LINK_TYPE);
        assertThat(HeaderProtocol.linkType(1000)).isEqualTo(HeaderProtocol.NO_LINK_TYPE);
    }

    /** S-17: an IP packet that its agent calls Ethernet. */
    @Test
    void shouldSeeAnIpPacketBehindTheNameOfEthernet() {
        ByteBuffer ip = ByteBuffer.wrap(IPV4);
        assertThat(HeaderProtocol.linkType(1, ip, 0, IPV4.length)).isEqualTo(101);
        assertThat(HeaderProtocol.linkType(11, ip, 0, IPV4.length)).isEqualTo(228);
        assertThat(HeaderProtocol.linkType(1, ip, 0, IPV4.length - 1)).isEqualTo(1);
        byte[] damaged = IPV4.clone();
        damaged[8]++;
        assertThat(HeaderProtocol.linkType(1, ByteBuffer.wrap(damaged), 0, damaged.length))
                .isEqualTo(1);
        byte[] frame = IPV4.clone();
        frame[12] = 0x08;
        frame[13] = 0;
        assertThat(HeaderProtocol.linkType(1, ByteBuffer.wrap(frame), 0, frame.length))
                .isEqualTo(1);
    }
}
