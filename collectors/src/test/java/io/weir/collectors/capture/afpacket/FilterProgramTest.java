package io.weir.collectors.capture.afpacket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Codes as in linux/bpf_common.h: 0x28 load 16 bits, 0x48 the same at X, 0xb1 load header length into X, 0x15 jump, 6 return. */
class FilterProgramTest {

    @ParameterizedTest
    @CsvSource({
        "0x28, 0, 0xfffff000", // protocol
        "0x20, 4, 0xfffff008", // interface
        "0x28, 8, 0xfffff01c", // hardware type
        "0x30, 10, 0xfffff004", // packet type
        "0x30, 20, 0",
        "0x20, 32, 12",
        "0x48, 22, 2",
        "0xb1, 20, 0",
        "0x30, 0xfffff004, 0xfffff004", // asks the kernel already
        "0x15, 0x800, 0x800",
        "0x06, 2048, 2048"
    })
    void shouldMoveWhatIsReadBehindACookedHeader(String code, String operand, String moved) {
        long head = Long.decode(code) << 48 | 0x0102L << 32;
        var program = new FilterProgram(head | Long.decode(operand));

        assertThat(program.withoutCookedHeader().instructions()).containsExactly(head | Long.decode(moved));
    }

    @ParameterizedTest
    @ValueSource(longs = {0x30L << 48 | 11, 0x20L << 48 | 12, 0x28L << 48 | 2, 0x48L << 48, 0xb1L << 48 | 10})
    void shouldSayWhatTheKernelHasNoAnswerTo(long instruction) {
        assertThat(new FilterProgram(instruction).withoutCookedHeader()).isNull();
    }

    @Test
    void shouldKeepTheSnapLengthOfEveryPacket() {
        assertThat(FilterProgram.keep(262_144).instructions()).containsExactly(0x0006_0000_0004_0000L);
    }
}
