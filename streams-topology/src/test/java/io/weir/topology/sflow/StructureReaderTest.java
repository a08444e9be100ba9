package io.weir.topology.sflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.topology.sflow.SflowWriter.Part;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every structure of the table, written with values by chance and read again. */
class StructureReaderTest {
    private static final int TRIES = 25;
    private static final int MAX_PADDING = 3;

    static Stream<Structure> structures() {
        return Stream.concat(SflowStructures.flow().stream(), SflowStructures.counters().stream());
    }

    @ParameterizedTest
    @MethodSource("structures")
    void shouldReadWhatWasWritten(Structure structure) {
        for (int seed = 0; seed < TRIES; seed++) {
            byte[] body = body(structure, seed);
            FieldLog log = FieldLog.of(structure, body);
            assertThat(log.problem).as("seed %d", seed).isEqualTo(SflowProblem.NONE);
            assertThat(log.lines).as("seed %d", seed).isEqualTo(NaiveFields.of(structure, body));
        }
    }

    @ParameterizedTest
    @MethodSource("structures")
    void shouldReportWhatALaterRevisionAppends(Structure structure) {
        byte[] body = body(structure, 1);
        FieldLog extended = FieldLog.of(structure, Arrays.copyOf(body, body.length + 8));
        assertThat(extended.problem).isEqualTo(SflowProblem.NONE);
        assertThat(extended.lines).last().isEqualTo("extra 8");
        assertThat(extended.lines.subList(0, extended.lines.size() - 1)).isEqualTo(FieldLog.of(structure, body).lines);
    }

    @ParameterizedTest
    @MethodSource("structures")
    void shouldKeepTheFieldsBeforeACut(Structure structure) {
        byte[] body = body(structure, 2);
        List<String> whole = FieldLog.of(structure, body).values();
        int optional = structure
                .fields()
                .subList(structure.required(), structure.fields().size())
                .stream()
                .mapToInt(field -> field.type().minimumOctets())
                .sum();
        for (int length = 0; length < body.length; length++) {
            FieldLog cut = FieldLog.of(structure, Arrays.copyOf(body, length));
            List<String> values = cut.values();
            // The last one may be a text that was cut itself.
            int sure = Math.max(0, values.size() - 1);
            assertThat(values.subList(0, sure)).as("cut at %d", length).isEqualTo(whole.subList(0, sure));
            if (length < body.length - optional - MAX_PADDING) {
                assertThat(cut.problem).as("cut at %d", length).isEqualTo(SflowProblem.SHORT_RECORD);
            }
        }
    }

    /** host_cpu has grown from 68 to 80 octets, the statistics of the JVM from 100 to 108. */
    @Test
    void shouldTakeTheFirstRevisionForWhole() {
        assertThat(cutTo(SflowStructures.counters(0, 2003), 68).problem).isEqualTo(SflowProblem.NONE);
        assertThat(cutTo(SflowStructures.counters(0, 2003), 68).lines).hasSize(17);
        assertThat(cutTo(SflowStructures.counters(0, 2003), 72).problem).isEqualTo(SflowProblem.NONE);
        assertThat(cutTo(SflowStructures.counters(0, 2003), 70).problem).isEqualTo(SflowProblem.SHORT_RECORD);
        assertThat(cutTo(SflowStructures.counters(0, 2003), 64).problem).isEqualTo(SflowProblem.SHORT_RECORD);
        assertThat(cutTo(SflowStructures.counters(0, 2106), 100).problem).isEqualTo(SflowProblem.NONE);
    }

    @Test
    void shouldTellUnknownFromZeroAndFromAValue() {
        byte[] processor =
                SflowWriter.bytes(w -> w.u32(-1).u32(0).u32(1234).u64(0).u64(7));
        assertThat(FieldLog.of(SflowStructures.counters(0, 1001), processor).lines)
                .containsExactly(
                        "fiveSecondCpu=?", "oneMinuteCpu=0", "fiveMinuteCpu=1234", "totalMemory=?", "freeMemory=7");
        byte[] temperature = SflowWriter.bytes(w -> w.u32(-5).u32(40).u32(-1));
        assertThat(FieldLog.of(SflowStructures.counters(0, 3001), temperature).lines)
                .containsExactly("minimum=-5", "maximum=40", "errors=?");
    }

    /** Records of an aggregation within each other: as many as are read, and one more. */
    @Test
    void shouldBoundTheDepthOfAggregations() {
        Part innermost = SflowWriter.words(1029, 42);
        Part nested = innermost;
        for (int depth = 0; depth < StructureReader.MAX_DEPTH - 1; depth++) {
            nested = aggregation(nested);
        }
        Structure structure = SflowStructures.flow(0, 1016);
        FieldLog deepest = FieldLog.of(structure, aggregationBody(nested));
        assertThat(deepest.problem).isEqualTo(SflowProblem.NONE);
        assertThat(deepest.lines).contains("vni=42");
        FieldLog tooDeep = FieldLog.of(structure, aggregationBody(aggregation(nested), SflowWriter.words(1030, 43)));
        assertThat(tooDeep.problem).isEqualTo(SflowProblem.TOO_DEEP);
        assertThat(tooDeep.lines).doesNotContain("vni=42").contains("vni=43");
    }

    @Test
    void shouldKeepTheNeighboursOfAnOddRecordInAnAggregation() {
        FieldLog log = FieldLog.of(
                SflowStructures.flow(0, 1016),
                aggregationBody(
                        SflowWriter.words(1001, 1),
                        SflowWriter.block(9, 9, w -> w.u32(1)),
                        SflowWriter.words(1030, 43)));
        assertThat(log.problem).isEqualTo(SflowProblem.SHORT_RECORD);
        assertThat(log.lines).contains("srcVlan=1", "record 9:9 4", "vni=43");
    }

    /** Counts are bounded by what is there, not by what they claim. */
    @Test
    void shouldReadAsManyElementsAsThereAre() {
        byte[] stack = SflowWriter.bytes(w -> w.u32(0xffff_ffffL).u32(1).u32(2));
        FieldLog log = FieldLog.of(SflowStructures.flow(0, 1012), stack);
        assertThat(log.problem).isEqualTo(SflowProblem.SHORT_RECORD);
        assertThat(log.values()).containsExactly("tag=1", "tag=2");
        byte[] adapters =
                SflowWriter.bytes(w -> w.u32(2).u32(5).u32(0xffff_ffffL).mac(0x0200_0000_0001L));
        FieldLog macs = FieldLog.of(SflowStructures.counters(0, 2001), adapters);
        assertThat(macs.problem).isEqualTo(SflowProblem.SHORT_RECORD);
        assertThat(macs.values()).containsExactly("ifIndex=5", "macAddress=" + 0x0200_0000_0001L);
    }

    private static FieldLog cutTo(Structure structure, int octets) {
        return FieldLog.of(structure, Arrays.copyOf(body(structure, 3), octets));
    }

    private static byte[] body(Structure structure, int seed) {
        return SflowWriter.bytes(w -> w.structure(structure, new Random(seed), 0));
    }

    private static Part aggregation(Part... records) {
        return SflowWriter.block(0, 1016, w -> w.raw(aggregationBody(records)));
    }

    /** Of one PDU. */
    private static byte[] aggregationBody(Part... records) {
        return SflowWriter.bytes(w -> w.u32(1).u32(records.length).parts(records));
    }
}
