package io.weir.topology.sflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table against the numbers and sizes that the memos give. */
class SflowStructuresTest {
    /** Format and octets of the body, for those of one length; of others the octets of their fixed parts. */
    private static final String FLOW_SIZES = """
            1:16 2:24 3:32 4:56 1001:16 1002:12 1003:28 1004:16 1005:12 1006:12 1007:8 1008:12 1009:12 1010:8 1011:4 1012:4
            1013:8 1014:40 1015:44 1016:4 1017:16 1018:16 1019:8 1020:8 1021:24 1022:24 1023:32 1024:32 1025:56 1026:56
            1027:4 1028:4 1029:4 1030:4 1031:40 1032:48 1033:12 1034:4 1035:4 1036:4 1037:12 1038:4 1039:4 1040:4 1041:8
            1042:4 1043:8 2000:32 2001:12 2002:12 2003:24 2100:20 2101:44 2102:20 2103:44 2200:28 2201:56 2202:40 2203:12
            2204:4 2205:4 2206:60 2207:8 2208:92 2209:48 2210:16 18075649:4
            """;

    private static final String COUNTER_SIZES = """
            1:88 2:52 3:72 4:80 5:28 6:80 7:56 8:24 9:64 10:20 11:20 1001:28 1002:12 1003:52 1004:12 1005:4 2000:32 2001:4
            2002:8 2003:80 2004:72 2005:52 2006:40 2007:76 2008:100 2009:60 2010:28 2100:28 2101:12 2102:16 2103:52 2104:40
            2105:12 2106:108 2200:144 2201:60 2202:48 2203:40 2204:140 2205:92 2206:20 2207:24 3000:24 3001:12 3002:4 3003:12
            18075649:8 18075650:24 18075651:144 23359489:48
            """;

    @Test
    void shouldHoldEveryPublishedStructureInItsSize() {
        assertThat(sizes(SflowStructures.flow())).isEqualTo(parse(FLOW_SIZES)).hasSize(67);
        assertThat(sizes(SflowStructures.counters()))
                .isEqualTo(parse(COUNTER_SIZES))
                .hasSize(50);
    }

    @Test
    void shouldFindAStructureByItsNumbers() {
        assertThat(SflowStructures.flow(0, 1)).extracting(Structure::name).isEqualTo("sampled_header");
        assertThat(SflowStructures.counters(0, 1)).extracting(Structure::name).isEqualTo("if_counters");
        assertThat(SflowStructures.counters(4413, 3))
                .extracting(Structure::name)
                .isEqualTo("hw_tables");
        assertThat(SflowStructures.flow(4413, 3)).isNull();
        assertThat(SflowStructures.flow(0xf_ffff, 0xfff)).isNull();
    }

    @Test
    void shouldNameFieldsInLowerCamelCaseAndOnce() {
        all().forEach(structure -> {
            Set<String> names = new HashSet<>();
            structure.fields().forEach(field -> {
                assertThat(field.name()).as(structure.name()).matches("[a-z][A-Za-z0-9]*");
                assertThat(names.add(field.name()))
                        .as("%s.%s", structure.name(), field.name())
                        .isTrue();
            });
            assertThat(structure.source()).isNotBlank();
        });
    }

    /** Every array makes progress: an element has four octets at least. */
    @Test
    void shouldHaveNoEmptyElements() {
        all().flatMap(structure -> structure.fields().stream())
                .filter(field -> field.type() == FieldType.ARRAY)
                .forEach(field -> assertThat(field.minimumElementOctets())
                        .as(field.name())
                        .isGreaterThanOrEqualTo(XdrCursor.UNIT));
    }

    private static Stream<Structure> all() {
        return Stream.concat(SflowStructures.flow().stream(), SflowStructures.counters().stream());
    }

    private static Map<Integer, Integer> sizes(List<Structure> structures) {
        Map<Integer, Integer> sizes = new HashMap<>();
        structures.forEach(structure -> sizes.put(structure.dataFormat(), structure.minimumOctets()));
        return sizes;
    }

    private static Map<Integer, Integer> parse(String sizes) {
        Map<Integer, Integer> parsed = new HashMap<>();
        for (String pair : sizes.strip().split("\\s+")) {
            int colon = pair.indexOf(':');
            parsed.put(Integer.parseInt(pair.substring(0, colon)), Integer.parseInt(pair.substring(colon + 1)));
        }
        return parsed;
    }
}
