package io.weir.topology.netflow;

import static io.weir.topology.netflow.NetflowWriter.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names, types and values as people read them. */
class InformationElementsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1, octetDeltaCount, UNSIGNED64, deltaCounter, octets",
        "0, 2, packetDeltaCount, UNSIGNED64, deltaCounter, packets",
        "0, 8, sourceIPv4Address, IPV4_ADDRESS, default, ''",
        "0, 85, octetTotalCount, UNSIGNED64, totalCounter, octets",
        "0, 152, flowStartMilliseconds, DATE_TIME_MILLISECONDS, default, milliseconds",
        "0, 291, basicList, BASIC_LIST, list, ''",
        "0, 502, srhSegmentIPv6EndpointBehavior, UNSIGNED16, identifier, ''",
        "29305, 2, reversePacketDeltaCount, UNSIGNED64, deltaCounter, packets",
        "6871, 18, payload, OCTET_ARRAY, '', ''",
        "35632, 118, l7Proto, UNSIGNED16, '', ''",
        "2636, 137, commonPropertiesId, UNSIGNED32, '', ''",
        "6876, 889, vxlanExportRole, UNSIGNED8, '', ''",
        "0, 33002, fwExtEvent, UNSIGNED16, '', ''",
    })
    void shouldKnow(int enterprise, int id, String name, ElementType type, String semantics, String unit) {
        assertThat(InformationElements.find(enterprise, id))
                .isEqualTo(new InformationElement(
                        enterprise == 0 && id > 0x7fff ? InformationElements.V9_VENDOR : enterprise,
                        id,
                        name,
                        type,
                        semantics,
                        unit));
    }

    @Test
    void shouldNameWhatItDoesNotKnowByItsNumbers() {
        assertThat(InformationElements.find(0, 30_000)).isNull();
        assertThat(InformationElements.find(InformationElements.REVERSE_PEN, 30_000))
                .isNull();
        assertThat(InformationElements.name(0, 30_000)).isEqualTo("element30000");
        assertThat(InformationElements.name(-2, 5)).isEqualTo("enterprise4294967294element5");
    }

    /** The registry up to 502 but for the numbers that are not given out, are left to v9, or were withdrawn. */
    @Test
    void shouldKnowTheRegistryAndCommonVendors() {
        int known = 0;
        for (int id = 1; id <= 502; id++) {
            known += InformationElements.find(0, id) == null ? 0 : 1;
        }
        assertThat(known).isEqualTo(471);
        assertThat(InformationElements.size()).isGreaterThan(950);
    }

    /** Every field that a record has as a number is an element with a name. */
    @Test
    void shouldKnowEveryElementOfARecord() {
        for (int id = 1; id < 512; id++) {
            if (RecordField.of(0, id) != null || RecordField.of(InformationElements.REVERSE_PEN, id) != null) {
                assertThat(InformationElements.find(0, id)).as("element %d", id).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 00000064, 100",
        "1, ffffffffffffffff, 18446744073709551615",
        "1, 010203040506070809, 0x010203040506070809",
        "434, fffffffe, -2",
        "434, fe, -2",
        "434, 010203040506070809, 0x010203040506070809",
        "311, 3f000000, 0.5",
        "311, 3fe0000000000000, 0.5",
        "311, 3fe0, 0x3fe0",
        "276, 01, true",
        "276, 02, false",
        "276, 03, 0x03",
        "56, 020000000001, 02:00:00:00:00:01",
        "56, 0200, 0x0200",
        "82, 6574683000000000, eth0",
        "150, 6553f100, 2023-11-14T22:13:20Z",
        "150, 010203040506070809, 0x010203040506070809",
        "150, ffffffffffffffff, 18446744073709551615",
        "152, 0000018bcfe56800, 2023-11-14T22:13:20Z",
        "154, e8fe6f8040000000, 2023-11-14T22:13:20.250Z",
        "156, e8fe6f80, 0xe8fe6f80",
        "8, c0000201, 192.0.2.1",
        "8, c000, 0xc000",
        "27, 20010db8000000000000000000000001, 2001:db8:0:0:0:0:0:1",
        "291, 0300070002, 0x0300070002",
        "1, '', ''",
    })
    void shouldShowValuesByTheirType(int id, String octets, String text) {
        byte[] value = hex(octets);
        assertThat(FieldText.value(InformationElements.find(0, id), ByteBuffer.wrap(value), 0, value.length))
                .isEqualTo(text);
    }

    @Test
    void shouldShowTheStartOfALongValue() {
        assertThat(FieldText.value(null, ByteBuffer.allocate(100), 0, 100)).isEqualTo("0x" + "00".repeat(64) + "…");
    }
}
