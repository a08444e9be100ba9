package io.weir.topology.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpTypes;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of the published baseline of Community ID v1, seed 0. */
class CommunityIdTest {

    @ParameterizedTest
    @CsvSource({
        "6, 1.2.3.4, 1122, 5.6.7.8, 3344, 1:wCb3OG7yAFWelaUydu0D+125CLM=",
        "6, 5.6.7.8, 3344, 1.2.3.4, 1122, 1:wCb3OG7yAFWelaUydu0D+125CLM=",
        "17, 1.2.3.4, 1122, 5.6.7.8, 3344, 1:0Mu9InQx6z4ZiCZM/7HXi2WMhOg=",
        "132, 1.2.3.4, 1122, 5.6.7.8, 3344, 1:EKt4MsxuyaE6mL+hmrEkQ9csDD8=",
        "1, 1.2.3.4, 8, 5.6.7.8, 0, 1:crodRHL2FEsHjbv3UkRrfbs4bZ0=",
        "1, 5.6.7.8, 0, 1.2.3.4, 0, 1:crodRHL2FEsHjbv3UkRrfbs4bZ0=",
        "1, 1.2.3.4, 11, 5.6.7.8, 0, 1:f/YiSyWqczrTgfUCZlBUnvHRcPk=",
        "58, fe80:1:203:405:607:809:a0b:c0d, 128, fe80:1011:1213:1415:1617:1819:1a1b:1c1d, 0, 1:0bf7hyMJUwt3fMED7z8LIfRpBeo=",
        "58, fe80:1:203:405:607:809:a0b:c0d, 146, fe80:1011:1213:1415:1617:1819:1a1b:1c1d, 0, 1:fYC8+pz24E+EhANP1EZhpX0Dw10=",
        "46, 1.2.3.4, -1, 5.6.7.8, -1, 1:ikv3kmf89luf73WPz1jOs49S768="
    })
    void shouldGiveThePublishedValues(
            int protocol, String source, int sourcePort, String destination, int destinationPort, String expected)
            throws Exception {
        CanonicalKey key = new CanonicalKey();
        byte[] from = InetAddress.getByName(source).getAddress();
        byte[] to = InetAddress.getByName(destination).getAddress();
        int second = destinationPort;
        boolean oneWay = false;
        if (protocol == CanonicalKey.ICMP || protocol == CanonicalKey.ICMPV6) {
            int counterpart = IcmpTypes.counterpart(protocol, sourcePort);
            oneWay = counterpart == IcmpTypes.ONE_WAY;
            second = oneWay ? destinationPort : counterpart;
        }
        int version = from.length == 4 ? 4 : 6;
        key.setEndpoints(
                version, protocol, high(from), low(from), sourcePort, -1, high(to), low(to), second, -1, oneWay);

        String id = new CommunityId()
                .of(
                        version,
                        protocol,
                        key.addressAHigh,
                        key.addressALow,
                        key.addressBHigh,
                        key.addressBLow,
                        key.portA,
                        key.portB);

        assertThat(id).isEqualTo(expected);
    }

    private static long high(byte[] address) {
        return address.length == 4 ? 0 : ByteBuffer.wrap(address).getLong();
    }

    private static long low(byte[] address) {
        return address.length == 4
                ? ByteBuffer.wrap(address).getInt() & 0xffff_ffffL
                : ByteBuffer.wrap(address).getLong(8);
    }
}
