package io.weir.topology.netflow;

import static io.weir.topology.netflow.NetflowWriter.hex;
import static io.weir.topology.netflow.NetflowWriter.ipfix;
import static io.weir.topology.netflow.NetflowWriter.join;
import static io.weir.topology.netflow.NetflowWriter.v9;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages, sets and templates, right and wrong. */
class NetflowDecoderTest {
    /** Source, destination, octets, packets: 16 octets. */
    private static final int[] FIELDS = {8, 4, 12, 4, 1, 4, 2, 4};

    private static final byte[] RECORD = hex("0a000001 0a000002 00000064 00000002");
    private static final byte[] SECOND = hex("0a000003 0a000004 000000c8 00000003");
    private static final byte[] V5_RECORD = NetflowWriter.v5Record(0x0a000001, 0x0a000002, 1234, 80, 7, 700);

    @Test
    void shouldReadV5() {
        Recording told = Decoding.decode(NetflowWriter.v5(2, 99, 0x0102, 0x4064, V5_RECORD, V5_RECORD));
        assertThat(told.heads)
                .singleElement()
                .asString()
                .contains("version=5 domain=258 sequence=99 exportNanos=1700000000500000000 uptimeMillis=100000");
        assertThat(told.records).hasSize(2);
        Recording.Seen seen = told.records.get(0);
        assertThat(seen.ipVersion()).isEqualTo(4);
        assertThat(seen.source()).isEqualTo("10.0.0.1");
        assertThat(seen.destination()).isEqualTo("10.0.0.2");
        assertThat(seen.get(RecordField.NEXT_HOP_IPV4)).isEqualTo(0x0a0000feL);
        assertThat(seen.get(RecordField.INGRESS_INTERFACE)).isEqualTo(3);
        assertThat(seen.get(RecordField.EGRESS_INTERFACE)).isEqualTo(4);
        assertThat(seen.get(RecordField.SOURCE_PORT)).isEqualTo(1234);
        assertThat(seen.get(RecordField.DESTINATION_PORT)).isEqualTo(80);
        assertThat(seen.get(RecordField.PACKETS)).isEqualTo(7);
        assertThat(seen.get(RecordField.OCTETS)).isEqualTo(700);
        assertThat(seen.get(RecordField.TCP_CONTROL_BITS)).isEqualTo(0x1b);
        assertThat(seen.get(RecordField.PROTOCOL)).isEqualTo(6);
        assertThat(seen.get(RecordField.SOURCE_AS)).isEqualTo(64_500);
        assertThat(seen.get(RecordField.DESTINATION_IPV4_PREFIX_LENGTH)).isEqualTo(16);
        assertThat(seen.first()).isEqualTo(1_699_999_995_500_000_000L);
        assertThat(seen.last()).isEqualTo(1_699_999_999_500_000_000L);
        assertThat(seen.sampling()).hasToString("1:100.0 by HEADER");
        assertThat(told.problems).isEmpty();
    }

    /** N-22. */
    @ParameterizedTest
    @ValueSource(ints = {55_582, 163, 3})
    void shouldReadWhatIsThereWhenTheCountOfV5Lies(int announced) {
        Recording told = Decoding.decode(NetflowWriter.v5(announced, 0, 0, 0, V5_RECORD, V5_RECORD));
        assertThat(told.records).hasSize(2);
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.BAD_COUNT);
    }

    @Test
    void shouldReadV5MessagesBackToBack() {
        byte[] message = NetflowWriter.v5(1, 0, 0, 0, V5_RECORD);
        Recording told = Decoding.decode(join(message, message, message));
        assertThat(told.messages).isEqualTo(3);
        assertThat(told.records).hasSize(3);
        assertThat(told.problems).isEmpty();
    }

    @Test
    void shouldTellOctetsBehindTheRecordsOfV5() {
        Recording told = Decoding.decode(NetflowWriter.v5(1, 0, 0, 0, V5_RECORD, V5_RECORD));
        assertThat(told.records).hasSize(1);
        assertThat(told.problems).containsExactly(new Recording.Problem(NetflowProblem.TRAILING_OCTETS, 72, 48));
    }

    @Test
    void shouldReadV9() {
        Recording told = Decoding.decode(v9().domain(7)
                .sequence(42)
                .template(256, FIELDS)
                .data(256, RECORD, SECOND)
                .bytes());
        assertThat(told.events)
                .containsExactly("message 9", "template 256 LEARNED", "record 256", "record 256", "end 2");
        assertThat(told.heads).singleElement().asString().contains("version=9 domain=7 sequence=42 ");
        assertThat(told.records.get(1).source()).isEqualTo("10.0.0.3");
        assertThat(told.records.get(1).get(RecordField.OCTETS)).isEqualTo(200);
    }

    /** N-09: several messages in one datagram. */
    @Test
    void shouldReadIpfixMessagesBackToBack() {
        byte[] first = ipfix().domain(1).template(256, FIELDS).data(256, RECORD).bytes();
        byte[] second =
                ipfix().domain(2).template(256, FIELDS).data(256, SECOND).bytes();
        Recording told = Decoding.decode(join(first, second));
        assertThat(told.messages).isEqualTo(2);
        assertThat(told.ends).isEqualTo(2);
        assertThat(told.records).extracting(Recording.Seen::domain).containsExactly(1, 2);
    }

    /** N-09: octets behind the message. */
    @Test
    void shouldTellOctetsBehindTheLastMessage() {
        byte[] message = ipfix().template(256, FIELDS).data(256, RECORD).bytes();
        Recording told = Decoding.decode(join(message, hex("ffee01")));
        assertThat(told.records).hasSize(1);
        assertThat(told.problems)
                .containsExactly(new Recording.Problem(NetflowProblem.TRAILING_OCTETS, message.length, 3));
    }

    /** N-02, N-06 of the next message. */
    @Test
    void shouldDecodeDataThatCameBeforeItsTemplate() {
        Recording told = Decoding.decode(
                ipfix().data(256, RECORD).data(257, SECOND).bytes(),
                ipfix().template(256, FIELDS).bytes());
        assertThat(told.events)
                .containsExactly(
                        "message 10",
                        "held 256",
                        "held 257",
                        "end 0",
                        "message 10",
                        "template 256 LEARNED",
                        "released 256",
                        "late 256",
                        "record 256 late",
                        "end 0");
        assertThat(told.only().source()).isEqualTo("10.0.0.1");
        assertThat(told.undecodedSets).isEqualTo(2);
    }

    /** N-02: what came late has the times of its own message, not of the one that brought the template. */
    @Test
    void shouldCountTimesOfLateDataFromItsOwnMessage() {
        int[] fields = {8, 4, 12, 4, 22, 4, 21, 4};
        byte[] record = hex("0a000001 0a000002 00000000 000003e8");
        Recording told = Decoding.decode(
                v9().uptime(2_000).data(256, record).bytes(),
                v9().uptime(60_000)
                        .seconds(NetflowWriter.EXPORT_SECONDS + 58)
                        .template(256, fields)
                        .bytes());
        assertThat(told.only().first()).isEqualTo(Decoding.NOW - 2_000_000_000L);
        assertThat(told.only().last()).isEqualTo(Decoding.NOW - 1_000_000_000L);
    }

    /** N-03. */
    @Test
    void shouldDecodeTheOtherSetsWhenOneTemplateIsMissing() {
        Recording told = Decoding.decode(ipfix().template(256, FIELDS)
                .data(300, SECOND)
                .data(256, RECORD)
                .bytes());
        assertThat(told.records).hasSize(1);
        assertThat(told.held).hasSize(1);
    }

    /** N-04. */
    @Test
    void shouldDecodeDataThatIsBeforeItsTemplateInTheSameMessage() {
        Recording told = Decoding.decode(
                v9().data(256, RECORD).template(256, FIELDS).data(256, SECOND).bytes());
        assertThat(told.records).extracting(Recording.Seen::late).containsExactly(true, false);
    }

    /** N-05. */
    @Test
    void shouldForgetAWithdrawnTemplate() {
        Recording told = Decoding.decode(
                ipfix().template(256, FIELDS).bytes(),
                ipfix().template(256).data(256, RECORD).bytes());
        assertThat(told.changes).containsExactly(TemplateChange.LEARNED, TemplateChange.WITHDRAWN);
        assertThat(told.records).isEmpty();
        assertThat(told.held).hasSize(1);
    }

    /** N-05: all templates of a kind. */
    @Test
    void shouldForgetAllTemplatesOfAKind() {
        NetflowDecoder decoder = Decoding.decoder();
        Recording told = new Recording();
        Decoding.decode(
                decoder,
                told,
                ipfix().template(256, FIELDS)
                        .template(257, FIELDS)
                        .options(258, 1, 149, 4, 160, 8)
                        .bytes());
        Decoding.decode(decoder, told, ipfix().template(2).bytes());
        assertThat(decoder.templates().all())
                .extracting(template -> template.key().id())
                .containsExactly(258);
        Decoding.decode(decoder, told, ipfix().set(3, hex("0003 0000")).bytes());
        assertThat(decoder.templates().size()).isZero();
        assertThat(told.problems).isEmpty();
    }

    /** N-05: v9 takes nothing back. */
    @Test
    void shouldRefuseAV9TemplateWithoutFields() {
        Recording told = Decoding.decode(
                v9().template(256, FIELDS).bytes(),
                v9().template(256).data(256, RECORD).bytes());
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.TEMPLATE_WITHOUT_FIELDS);
        assertThat(told.records).hasSize(1);
    }

    /** N-05, N-24: records of no length would be endless. */
    @Test
    void shouldRefuseATemplateWhoseRecordsHaveNoOctets() {
        Recording told = Decoding.decode(
                v9().template(256, 8, 0, 12, 0).data(256, RECORD).bytes());
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.BAD_RECORD_LENGTH);
        assertThat(told.records).isEmpty();
        assertThat(told.held).hasSize(1);
    }

    /** N-24: 65,536 octets do not fit into a set. */
    @Test
    void shouldRefuseATemplateWhoseRecordsFitIntoNoSet() {
        Recording told =
                Decoding.decode(v9().template(256, 96, 40_000, 94, 30_000).bytes());
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.BAD_RECORD_LENGTH);
    }

    /** N-06. */
    @Test
    void shouldReadWithTheNewFieldsOfARedefinedTemplate() {
        Recording told = Decoding.decode(
                ipfix().template(256, FIELDS).data(256, RECORD).bytes(),
                ipfix().template(256, 12, 4, 8, 4, 2, 4, 1, 4).data(256, RECORD).bytes());
        assertThat(told.changes).containsExactly(TemplateChange.LEARNED, TemplateChange.REDEFINED);
        assertThat(told.changed.get(1).revision()).isEqualTo(1);
        assertThat(told.records).extracting(Recording.Seen::source).containsExactly("10.0.0.1", "10.0.0.2");
    }

    @Test
    void shouldTellNothingOfATemplateThatIsSentAgain() {
        byte[] message = ipfix().template(256, FIELDS).bytes();
        assertThat(Decoding.decode(message, message).changes).containsExactly(TemplateChange.LEARNED);
    }

    /** N-08: a set filled up to whole words; records of three octets. */
    @Test
    void shouldTakeZerosBehindShortRecordsForPadding() {
        Recording told = Decoding.decode(ipfix().template(256, 4, 1, 6, 2)
                .data(256, hex("060002"), hex("110000"))
                .bytes());
        assertThat(told.records).hasSize(2);
        assertThat(told.problems).isEmpty();
    }

    /** N-08: one octet a record, three of padding. */
    @Test
    void shouldTakeZerosBehindRecordsOfOneOctetForPadding() {
        Recording told =
                Decoding.decode(ipfix().template(256, 4, 1).data(256, hex("06")).bytes());
        assertThat(told.only().get(RecordField.PROTOCOL)).isEqualTo(6);
    }

    /** N-08: templates of fields of variable length only. */
    @Test
    void shouldNotTakePaddingForRecordsOfVariableLength() {
        Recording told = Decoding.decode(ipfix().template(256, 82, 0xffff, 83, 0xffff)
                .data(256, hex("0161 026263"))
                .bytes());
        assertThat(told.only().fields()).containsExactly("interfaceName=a", "interfaceDescription=bc");
        assertThat(told.problems).isEmpty();
    }

    /** N-08: whole words of zeros behind the last set. */
    @Test
    void shouldStopAtAZeroFilledTail() {
        byte[] message = v9().template(256, FIELDS).data(256, RECORD).bytes();
        Recording told = Decoding.decode(join(message, new byte[400]));
        assertThat(told.records).hasSize(1);
        assertThat(told.problems).isEmpty();
    }

    /** N-08. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void shouldStopAtASetShorterThanItsHeader(int length) {
        Recording told = Decoding.decode(v9().template(256, FIELDS)
                .data(256, RECORD)
                .set(256, length, RECORD)
                .data(256, SECOND)
                .bytes());
        assertThat(told.records).hasSize(1);
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.BAD_SET_LENGTH);
    }

    @Test
    void shouldReadWhatIsThereOfASetThatSaysToBeLonger() {
        Recording told = Decoding.decode(
                v9().template(256, FIELDS).set(256, 4_000, join(RECORD, SECOND)).bytes());
        assertThat(told.records).hasSize(2);
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.SET_BEYOND_MESSAGE);
    }

    @Test
    void shouldReadWhatIsThereOfAnIpfixMessageThatSaysToBeLonger() {
        byte[] message = ipfix().template(256, FIELDS).data(256, RECORD).bytes();
        ByteBuffer.wrap(message).putShort(2, (short) 9_000);
        Recording told = Decoding.decode(message);
        assertThat(told.records).hasSize(1);
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.BAD_MESSAGE_LENGTH);
    }

    @Test
    void shouldReadAnIpfixMessageThatSaysToBeShorterThanItsHeader() {
        byte[] message = ipfix().template(256, FIELDS).data(256, RECORD).bytes();
        ByteBuffer.wrap(message).putShort(2, (short) 3);
        Recording told = Decoding.decode(message);
        assertThat(told.records).hasSize(1);
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.BAD_MESSAGE_LENGTH);
    }

    @Test
    void shouldTellARecordThatIsCut() {
        Recording told = Decoding.decode(v9().template(256, FIELDS)
                .set(256, join(RECORD, hex("0a0000050a000006")))
                .bytes());
        assertThat(told.records).hasSize(1);
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.PARTIAL_RECORD);
        assertThat(told.undecodedSets).isEqualTo(1);
    }

    /** N-09: the count of a v9 header is not believed. */
    @Test
    void shouldNotBelieveTheCountOfAV9Header() {
        byte[] message = v9().template(256, FIELDS).data(256, RECORD, SECOND).bytes();
        ByteBuffer.wrap(message).putShort(2, (short) 1);
        assertThat(Decoding.decode(message).records).hasSize(2);
    }

    /** N-10: counters of any length. */
    @Test
    void shouldReadCountersOfEveryLength() {
        int[] lengths = {1, 2, 3, 4, 5, 6, 7, 8};
        for (int length : lengths) {
            byte[] record = new byte[length];
            record[length - 1] = (byte) 0x81;
            record[0] |= 0x01;
            long expected = length == 1 ? 0x81 : 1L << (8 * (length - 1)) | 0x81;
            Recording told = Decoding.decode(
                    ipfix().template(256, 1, length).data(256, record).bytes());
            assertThat(told.records.get(0).get(RecordField.OCTETS))
                    .as("%d octets", length)
                    .isEqualTo(expected);
        }
    }

    /** N-10: a counter that is too long is left to generic access. */
    @Test
    void shouldNotMakeANumberOfNineOctets() {
        Recording told = Decoding.decode(ipfix().template(256, 1, 9, 2, 4)
                .data(256, hex("010203040506070809 00000005"))
                .bytes());
        assertThat(told.only().values()).doesNotContainKey(RecordField.OCTETS);
        assertThat(told.only().get(RecordField.PACKETS)).isEqualTo(5);
        assertThat(told.only().fields().get(0)).isEqualTo("octetDeltaCount=0x010203040506070809");
    }

    /** N-10: variable length in one octet and in three, also in v9. */
    @ParameterizedTest
    @ValueSource(ints = {NetflowDecoder.V9, NetflowDecoder.IPFIX})
    void shouldReadFieldsOfVariableLength(int version) {
        byte[] first = hex("03 616263 0a000001 ff0004 64656667 0a000002 02 1234");
        Recording told = Decoding.decode(NetflowWriter.of(version)
                .template(256, 82, 0xffff, 8, 4, 83, 0xffff, 12, 4, 1, 0xffff)
                .data(256, first)
                .bytes());
        assertThat(told.only().fields())
                .containsExactly(
                        "interfaceName=abc",
                        "sourceIPv4Address=10.0.0.1",
                        "interfaceDescription=defg",
                        "destinationIPv4Address=10.0.0.2",
                        "octetDeltaCount=4660");
        assertThat(told.only().get(RecordField.OCTETS)).isEqualTo(0x1234);
    }

    @Test
    void shouldLackANumberWhoseVariableLengthIsZero() {
        Recording told = Decoding.decode(ipfix().template(256, 1, 0xffff, 8, 4, 27, 0xffff)
                .data(256, hex("02 0007 0a000001 00"), hex("00 0a000002 10 20010db8000000000000000000000001"))
                .bytes());
        assertThat(told.records.get(0).get(RecordField.OCTETS)).isEqualTo(7);
        assertThat(told.records.get(0).values()).doesNotContainKey(RecordField.SOURCE_IPV6_HIGH);
        assertThat(told.records.get(1).values()).doesNotContainKey(RecordField.OCTETS);
        assertThat(told.records.get(1).get(RecordField.SOURCE_IPV6_HIGH)).isEqualTo(0x20010db8_00000000L);
    }

    /** N-24: a string of 64 KiB. */
    @Test
    void shouldReadTheLongestString() {
        byte[] record = new byte[3 + 65_000];
        record[0] = (byte) 0xff;
        ByteBuffer.wrap(record).putShort(1, (short) 65_000);
        Recording told = Decoding.decode(
                ipfix().template(256, 460, 0xffff).data(256, record).bytes());
        assertThat(told.only().fields()).containsExactly("httpRequestHost=");
    }

    @Test
    void shouldTellARecordOfVariableLengthThatIsCut() {
        Recording told = Decoding.decode(ipfix().template(256, 82, 0xffff)
                .set(256, hex("0161 7f6263"))
                .template(257, FIELDS)
                .data(257, RECORD)
                .bytes());
        assertThat(told.records).extracting(Recording.Seen::templateId).containsExactly(256, 257);
        assertThat(told.problems).singleElement().isEqualTo(new Recording.Problem(NetflowProblem.RECORD_CUT, 34, 3));
    }

    /** N-12: v9 has no enterprise numbers. */
    @Test
    void shouldTakeNumbersAbove32767OfV9AsTheyAre() {
        Recording told = Decoding.decode(v9().template(256, 33_002, 2, 40_001, 4, 8, 4, 12, 4)
                .data(256, hex("07ee c0000201 0a000001 0a000002"))
                .bytes());
        assertThat(told.only().fields())
                .startsWith("fwExtEvent=2030", "xlateSourceIPv4Address=192.0.2.1", "sourceIPv4Address=10.0.0.1");
        assertThat(told.only().get(RecordField.POST_NAT_SOURCE_IPV4)).isEqualTo(0xc0000201L);
    }

    /** N-12: IPFIX has. */
    @Test
    void shouldReadEnterpriseNumbersOfIpfix() {
        Recording told = Decoding.decode(ipfix().enterpriseTemplate(256, 0, 1, 4, 29_305, 1, 4, 6_871, 40, 2)
                .data(256, hex("00000064 000000c8 0001"))
                .bytes());
        assertThat(told.only().fields())
                .containsExactly("octetDeltaCount=100", "reverseOctetDeltaCount=200", "flowAttributes=1");
        assertThat(told.only().get(RecordField.REVERSE_OCTETS)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 128, 255})
    void shouldTellSetsOfReservedNumbers(int id) {
        Recording told = Decoding.decode(
                ipfix().template(256, FIELDS).set(id, RECORD).data(256, RECORD).bytes());
        assertThat(told.records).hasSize(1);
        assertThat(told.problems).containsExactly(new Recording.Problem(NetflowProblem.RESERVED_SET, 40, 20));
    }

    @Test
    void shouldTellTemplatesOfReservedNumbers() {
        Recording told =
                Decoding.decode(v9().template(255, FIELDS).template(256, FIELDS).bytes());
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.BAD_TEMPLATE_ID);
        assertThat(told.changes).containsExactly(TemplateChange.LEARNED);
    }

    @Test
    void shouldKeepTheTemplatesBeforeOneThatIsCut() {
        Recording told = Decoding.decode(v9().set(0, hex("0100 0001 0008 0004 0101 0040 0008 0004"))
                .template(300, FIELDS)
                .bytes());
        assertThat(told.changed).extracting(template -> template.key().id()).containsExactly(256, 300);
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.TEMPLATE_CUT);
    }

    /** N-15: lengths of v9 options are octets, those of IPFIX numbers of fields. */
    @ParameterizedTest
    @ValueSource(ints = {NetflowDecoder.V9, NetflowDecoder.IPFIX})
    void shouldReadOptions(int version) {
        Recording told = Decoding.decode(NetflowWriter.of(version)
                .options(256, 1, version == NetflowDecoder.V9 ? 2 : 10, 4, 82, 4, 83, 8)
                .data(256, hex("00000007 65746830 75706c696e6b0000"))
                .bytes());
        assertThat(told.only().options()).isTrue();
        assertThat(told.only().fields())
                .containsExactly(
                        version == NetflowDecoder.V9 ? "scopeInterface=0x00000007" : "ingressInterface=7",
                        "interfaceName=eth0",
                        "interfaceDescription=uplink");
        assertThat(told.only().get(RecordField.INGRESS_INTERFACE)).isEqualTo(7);
        assertThat(told.changed.get(0).scopeFields()).isEqualTo(1);
    }

    @Test
    void shouldTellAScopeLongerThanItsTemplate() {
        Recording told = Decoding.decode(ipfix().set(3, hex("0100 0001 0005 0095 0004"))
                .data(256, hex("00000001"))
                .bytes());
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.BAD_SCOPE);
        assertThat(told.only().options()).isTrue();
    }

    /** N-24. */
    @Test
    void shouldRefuseATemplateOfTooManyFields() {
        int[] fields = new int[2 * 1_025];
        for (int i = 0; i < fields.length; i += 2) {
            fields[i] = 1;
            fields[i + 1] = 1;
        }
        Recording told =
                Decoding.decode(v9().template(256, fields).template(257, FIELDS).bytes());
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.TOO_MANY_FIELDS);
        assertThat(told.changed).extracting(template -> template.key().id()).containsExactly(257);
    }

    /** N-24: a datagram of nothing but templates. */
    @Test
    void shouldTakeInABoundedNumberOfTemplatesFromOneDatagram() {
        NetflowWriter message = v9();
        for (int id = 256; id < 256 + 3_000; id++) {
            message.template(id, 1, 4);
        }
        NetflowDecoder decoder = Decoding.decoder();
        Recording told = new Recording();
        Decoding.decode(decoder, told, message.bytes());
        assertThat(decoder.templates().size()).isEqualTo(NetflowDecoder.MAX_NEW_TEMPLATES);
        assertThat(told.problems).hasSize(NetflowDecoder.MAX_PROBLEMS + 1);
        assertThat(told.problems.get(NetflowDecoder.MAX_PROBLEMS))
                .isEqualTo(new Recording.Problem(
                        NetflowProblem.FURTHER_PROBLEMS,
                        0,
                        3_000 - NetflowDecoder.MAX_NEW_TEMPLATES - NetflowDecoder.MAX_PROBLEMS));
    }

    /** N-24: many fields of no length before one of variable length: work without octets. */
    @Test
    void shouldBoundTheWorkOfOneDatagram() {
        int[] fields = new int[2 * 1_000];
        for (int i = 0; i < fields.length; i += 2) {
            fields[i] = 82;
        }
        fields[fields.length - 1] = 0xffff;
        NetflowDecoder decoder = Decoding.decoder();
        Recording told = new Recording();
        byte[] records = new byte[60_000];
        Arrays.fill(records, 0, records.length, (byte) 1);
        Decoding.decode(decoder, told, ipfix().template(256, fields).bytes());
        CountingListener counting = new CountingListener(told);
        Decoding.decode(decoder, counting, ipfix().set(256, records).bytes());
        assertThat(counting.records).isEqualTo(NetflowDecoder.MAX_FIELD_READS / 1_000);
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.TOO_MUCH_WORK);
    }

    @Test
    void shouldTellAVersionThatItDoesNotKnow() {
        Recording told = Decoding.decode(hex("0007 0001 00000000"), hex("00"), new byte[0]);
        assertThat(told.problemKinds())
                .containsExactly(
                        NetflowProblem.UNKNOWN_VERSION,
                        NetflowProblem.MESSAGE_TOO_SHORT,
                        NetflowProblem.MESSAGE_TOO_SHORT);
        assertThat(told.messages).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0005", "0009", "000a", "0005 0001 00000000 00000000", "000a 0010 00000000 00000000 000000"})
    void shouldTellAMessageThatIsShorterThanItsHeader(String hex) {
        Recording told = Decoding.decode(hex(hex));
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.MESSAGE_TOO_SHORT);
        assertThat(told.messages).isZero();
    }

    @Test
    void shouldReadWithinTheSliceOnly() {
        byte[] message = v9().template(256, FIELDS).data(256, RECORD).bytes();
        byte[] around = join(new byte[] {1, 2, 3}, message, RECORD, RECORD);
        NetflowDecoder decoder = Decoding.decoder();
        Recording told = new Recording();
        decoder.decode(ByteBuffer.wrap(around), 3, message.length, Decoding.EXPORTER, Decoding.NOW, told);
        assertThat(told.records).hasSize(1);
        ByteBuffer direct = ByteBuffer.allocateDirect(around.length).put(around);
        decoder.decode(direct, 3, message.length, Decoding.EXPORTER, Decoding.NOW, told);
        assertThat(told.records).hasSize(2);
    }

    @Test
    void shouldRefuseABufferThatIsNotBigEndianOrTooShort() {
        NetflowDecoder decoder = Decoding.decoder();
        Recording told = new Recording();
        ByteBuffer little = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> decoder.decode(little, 0, 40, Decoding.EXPORTER, 0, told))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.allocate(40), 1, 40, Decoding.EXPORTER, 0, told))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** N-01: the port is not part of a template's name. */
    @Test
    void shouldKnowTemplatesWhenTheExportersPortChanges() {
        NetflowDecoder decoder = Decoding.decoder();
        Recording told = new Recording();
        Exporter restarted = new Exporter(0, Decoding.EXPORTER.addressLow(), 4, 50_000);
        Decoding.decode(decoder, told, v9().template(256, FIELDS).bytes());
        Decoding.decode(decoder, told, v9().data(256, RECORD).bytes(), restarted, Decoding.NOW);
        assertThat(told.records).hasSize(1);
    }

    /** N-01: version, domain and address are. */
    @Test
    void shouldNotMixTemplatesOfVersionsDomainsAndAddresses() {
        NetflowDecoder decoder = Decoding.decoder();
        Recording told = new Recording();
        Decoding.decode(decoder, told, v9().domain(1).template(256, FIELDS).bytes());
        Decoding.decode(decoder, told, v9().domain(2).data(256, RECORD).bytes());
        Decoding.decode(decoder, told, ipfix().domain(1).data(256, RECORD).bytes());
        Exporter other = new Exporter(0, 0xc0000202L, 4, 2055);
        Decoding.decode(decoder, told, v9().domain(1).data(256, RECORD).bytes(), other, Decoding.NOW);
        Exporter ipv6 = new Exporter(0, Decoding.EXPORTER.addressLow(), 6, 2055);
        Decoding.decode(decoder, told, v9().domain(1).data(256, RECORD).bytes(), ipv6, Decoding.NOW);
        assertThat(told.records).isEmpty();
        assertThat(told.held).hasSize(4);
    }

    @Test
    void shouldDecodeAfterARestartWhatAStoreKept() {
        NetflowDecoder before = Decoding.decoder();
        Recording told = new Recording();
        Decoding.decode(
                before, told, v9().template(256, FIELDS).data(257, SECOND).bytes());
        NetflowDecoder after = Decoding.decoder();
        told.changed.forEach(
                template -> after.templates().restore(Template.fromBytes(template.toBytes()), template.definedNanos()));
        told.held.forEach(set -> after.pending().restore(PendingSet.fromBytes(set.toBytes())));
        Recording later = new Recording();
        after.decodeRestored(later);
        assertThat(later.records).isEmpty();
        Decoding.decode(
                after, later, v9().data(256, RECORD).template(257, FIELDS).bytes());
        assertThat(later.records).extracting(Recording.Seen::source).containsExactly("10.0.0.1", "10.0.0.3");
    }

    /** The process died between a template and the data that waited for it. */
    @Test
    void shouldDecodeAfterARestartWhatBothStoresKept() {
        Recording data = Decoding.decode(v9().data(256, RECORD).bytes());
        Recording template = Decoding.decode(v9().template(256, FIELDS).bytes());
        NetflowDecoder after = Decoding.decoder();
        after.pending().restore(PendingSet.fromBytes(data.held.get(0).toBytes()));
        after.templates().restore(Template.fromBytes(template.changed.get(0).toBytes()), Long.MIN_VALUE);
        Recording later = new Recording();
        after.decodeRestored(later);
        assertThat(later.events).containsExactly("released 256", "late 256", "record 256 late");
        assertThat(after.pending().size()).isZero();
    }

    @Test
    void shouldTellTheExpiryOfTemplatesAndSets() {
        NetflowDecoder decoder = Decoding.decoder();
        Recording told = new Recording();
        Decoding.decode(
                decoder, told, v9().template(256, FIELDS).data(257, RECORD).bytes());
        long lifetime = NetflowLimits.defaults().templateLifetimeNanos();
        decoder.expire(Decoding.NOW + lifetime, told);
        assertThat(told.changes).containsExactly(TemplateChange.LEARNED);
        decoder.expire(Decoding.NOW + lifetime + 1, told);
        assertThat(told.changes).containsExactly(TemplateChange.LEARNED, TemplateChange.EXPIRED);
        assertThat(told.reasons).containsExactly(GiveUpReason.TEMPLATE_NEVER_CAME);
        assertThat(decoder.templates().heapOctets()).isZero();
        assertThat(decoder.pending().heapOctets()).isZero();
    }

    /** Counts records without keeping them. */
    private static final class CountingListener extends ForwardingListener {
        int records;

        CountingListener(Recording told) {
            super(told);
        }

        @Override
        public void onDataRecord(DataRecord record) {
            records++;
        }
    }
}
