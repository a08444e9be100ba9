package io.weir.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WireFormatTest {

    @Test
    void shouldWriteMagicByteAndIdBigEndian() {
        byte[] value = {9, 9, 9, 9, 9, 7};
        WireFormat.writeHeader(value, 0x01020304);
        assertThat(value).containsExactly(0, 1, 2, 3, 4, 7);
        assertThat(WireFormat.schemaId(value)).isEqualTo(0x01020304);
    }

    @Test
    void shouldTellWhatIsNotFramed() {
        assertThat(WireFormat.schemaId(null)).isEqualTo(-1);
        assertThat(WireFormat.schemaId(new byte[4])).isEqualTo(-1);
        assertThat(WireFormat.schemaId(new byte[] {1, 0, 0, 0, 1})).isEqualTo(-1);
    }
}
