package io.weir.topology.netflow;

import static io.weir.topology.netflow.NetflowWriter.hex;
import static io.weir.topology.netflow.NetflowWriter.ipfix;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lists within records (RFC 6313). */
class StructuredDataTest {
    /** A list field of variable length behind four octets of source address. */
    private static NetflowWriter message(int element) {
        return ipfix().template(300, 7, 2, 4, 1).template(256, 8, 4, element, 0xffff);
    }

    /** What the walk of the second field tells, one line each. */
    private static List<String> walk(int element, String list) {
        byte[] content = hex(list);
        byte[] record = NetflowWriter.join(hex("0a000001 ff%04x".formatted(content.length)), content);
        return walk(message(element).data(256, record).bytes(), content.length + 7);
    }

    private static List<String> walk(byte[] datagram, int recordOctets) {
        List<String> told = new ArrayList<>();
        NetflowDecoder decoder = Decoding.decoder();
        StructuredData structured = new StructuredData(decoder.templates());
        Recording recording = new Recording();
        NetflowListener listener = new ForwardingListener(recording) {
            @Override
            public void onDataRecord(DataRecord record) {
                int start = record.position();
                int end = start + record.octets();
                assertThat(record.octets()).isEqualTo(recordOctets);
                boolean isList = structured.walk(record, 1, new Lines(told, start, end));
                assertThat(isList).isTrue();
                assertThat(structured.walk(record, 0, new Lines(told, start, end)))
                        .isFalse();
            }
        };
        Decoding.decode(decoder, listener, datagram);
        return told;
    }

    @Test
    void shouldWalkABasicList() {
        assertThat(walk(291, "03 0007 0002 0050 01bb")).containsExactly("1 BASIC_LIST 3", "1 0/7 @12+2", "1 0/7 @14+2");
    }

    @Test
    void shouldWalkABasicListOfAnEnterpriseAndOfVariableLength() {
        assertThat(walk(291, "ff 8012 ffff 00001ad7 01 61 00 ff0002 6263"))
                .containsExactly("1 BASIC_LIST 255", "1 6871/18 @17+1", "1 6871/18 @19+0", "1 6871/18 @22+2");
    }

    @Test
    void shouldWalkASubTemplateList() {
        assertThat(walk(292, "04 012c 0050 06 01bb 11"))
                .containsExactly(
                        "1 SUB_TEMPLATE_LIST 4",
                        "1 record 300 @10",
                        "1 0/7 @10+2",
                        "1 0/4 @12+1",
                        "1 record 300 @13",
                        "1 0/7 @13+2",
                        "1 0/4 @15+1");
    }

    @Test
    void shouldWalkASubTemplateMultiList() {
        assertThat(walk(293, "03 012c 0007 0050 06 0999 0006 abcd 012c 0004"))
                .containsExactly(
                        "1 SUB_TEMPLATE_MULTI_LIST 3",
                        "1 record 300 @12",
                        "1 0/7 @12+2",
                        "1 0/4 @14+1",
                        "1 UNKNOWN_TEMPLATE @19+2");
    }

    @Test
    void shouldWalkListsOfElementsThatAreLists() {
        // bgpSourceCommunityList, a basicList of bgpCommunity.
        assertThat(walk(484, "03 01e3 0004 0000fde8")).containsExactly("1 BASIC_LIST 3", "1 0/483 @12+4");
    }

    @Test
    void shouldWalkListsWithinListsToABoundedDepth() {
        StringBuilder list = new StringBuilder("03 0007 0002");
        int octets = 5;
        for (int i = 1; i < StructuredData.MAX_DEPTH + 3; i++) {
            list.insert(0, "03 0123 %04x ".formatted(octets));
            octets += 5;
        }
        List<String> told = walk(291, list.toString());
        assertThat(told).contains("8 BASIC_LIST 3").doesNotContain("9 BASIC_LIST 3");
        assertThat(told.get(told.size() - 1)).startsWith("9 TOO_DEEP");
    }

    @Test
    void shouldTellWhatCannotBeRead() {
        assertThat(walk(291, "03 0007 0000 0050")).containsExactly("1 BASIC_LIST 3", "1 NO_LENGTH @12+2");
        assertThat(walk(291, "03 0007 0004 0050")).containsExactly("1 BASIC_LIST 3", "1 CUT @12+2");
        assertThat(walk(291, "03 00")).containsExactly("1 CUT @7+2");
        assertThat(walk(291, "03 8012 0002 0000")).containsExactly("1 BASIC_LIST 3", "1 CUT @8+6");
        assertThat(walk(292, "03 012c 0050 06 01")).endsWith("1 CUT @13+1");
        assertThat(walk(293, "03 012c 0003 00")).containsExactly("1 SUB_TEMPLATE_MULTI_LIST 3", "1 CUT @8+5");
        assertThat(walk(293, "03 012c ffff 00")).containsExactly("1 SUB_TEMPLATE_MULTI_LIST 3", "1 CUT @8+5");
        assertThat(walk(291, "")).containsExactly("1 CUT @7+0");
    }

    @Test
    void shouldTellABoundedNumberOfValues() {
        // Fifty thousand lists in a list, each with a value: more than allowed in all.
        List<String> told = walk(291, "03 0123 0006" + "03 0004 0001 06".repeat(10_000));
        assertThat(told).hasSize(1 + 3 * 10_000);
        // Records of a template whose fields have no length, which a walk could do without end.
        byte[] record = NetflowWriter.join(hex("0a000001 ff%04x 03 012d".formatted(3 + 60_000)), new byte[60_000]);
        int[] fields = new int[20];
        for (int i = 0; i < 19; i += 2) {
            fields[i] = 82;
        }
        fields[19] = 1;
        byte[] datagram = ipfix().template(301, fields)
                .template(256, 8, 4, 292, 0xffff)
                .data(256, record)
                .bytes();
        List<String> many = walk(datagram, record.length);
        assertThat(many).hasSizeLessThan(StructuredData.MAX_VALUES + StructuredData.MAX_VALUES / 10 + 10);
        assertThat(many.get(many.size() - 1)).startsWith("1 TOO_MUCH_WORK");
    }

    /** No octets can hurt: every place told is within the field. */
    @Test
    void shouldBearRandomLists() {
        Random random = new Random(13);
        for (int i = 0; i < 20_000; i++) {
            byte[] list = new byte[random.nextInt(60)];
            random.nextBytes(list);
            for (int at = 0; at < list.length; at++) {
                list[at] &= random.nextInt(3) == 0 ? (byte) 0xff : (byte) 0x07;
            }
            if (list.length > 4 && random.nextBoolean()) {
                list[1] = 1;
                list[2] = (byte) (0x23 + random.nextInt(10));
            }
            walk(291 + random.nextInt(3), HexFormat.of().formatHex(list));
        }
    }

    /** Writes lines; positions are counted from the record's start. */
    private record Lines(List<String> told, int start, int end) implements ListVisitor {
        @Override
        public void onList(int depth, ElementType type, int semantic) {
            told.add(depth + " " + type + " " + semantic);
        }

        @Override
        public void onRecord(int depth, Template template, int position) {
            told.add(depth + " record " + template.key().id() + " @" + (position - start));
        }

        @Override
        public void onValue(int depth, int enterprise, int id, int position, int octets) {
            assertThat(position).isBetween(start, end - octets);
            told.add(depth + " " + enterprise + "/" + id + " @" + (position - start) + "+" + octets);
        }

        @Override
        public void onProblem(int depth, ListProblem problem, int position, int octets) {
            assertThat(position).isBetween(start, end - octets);
            told.add(depth + " " + problem + " @" + (position - start) + "+" + octets);
        }
    }
}
