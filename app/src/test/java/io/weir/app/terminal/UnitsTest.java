package io.weir.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitsTest {

    @Test
    void shouldWriteNumbersForPeople() {
        assertThat(Units.octets(0)).isEqualTo("0 B");
        assertThat(Units.octets(1023)).isEqualTo("1023 B");
        assertThat(Units.octets(1024)).isEqualTo("1.00 KiB");
        assertThat(Units.octets(1_048_575)).isEqualTo("1.00 MiB");
        assertThat(Units.octets(Long.MAX_VALUE)).isEqualTo("8.00 EiB");
        assertThat(Units.si(999)).isEqualTo("999");
        assertThat(Units.si(1_234_567)).isEqualTo("1.23M");
        assertThat(Units.si(0.25)).isEqualTo("0.3");
        assertThat(Units.bitsPerSecond(5_400_000)).isEqualTo("5.40 Mbit/s");
        assertThat(Units.count(1_234_567)).isEqualTo("1,234,567");
        assertThat(Units.microseconds(350)).isEqualTo("350 µs");
        assertThat(Units.microseconds(1_250)).isEqualTo("1.25 ms");
        assertThat(Units.microseconds(3_400_000)).isEqualTo("3.40 s");
    }
}
