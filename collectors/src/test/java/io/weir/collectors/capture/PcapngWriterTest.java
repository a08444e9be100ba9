package io.weir.collectors.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PcapngWriterTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void shouldWriteTheseOctets() throws IOException {
        try (PcapngWriter writer = new PcapngWriter(out, "weir")) {
            int index = writer.addInterface("n/eth0", "x", 1);
            writer.write(index, 0x0102030405060708L, 1500, ByteBuffer.wrap(new byte[] {10, 11, 12, 13, 14}));
        }

        assertThat(HexFormat.of().formatHex(out.toByteArray()))
                .isEqualTo("0a0d0d0a" + "28000000" + "4d3c2b1a" + "0100" + "0000" + "ffffffffffffffff"
                        + "0400" + "0400" + "77656972" + "00000000" + "28000000"
                        + "01000000" + "34000000" + "0100" + "0000" + "00000000"
                        + "0200" + "0600" + "6e2f657468300000"
                        + "0300" + "0100" + "78000000"
                        + "0900" + "0100" + "09000000" + "00000000" + "34000000"
                        + "06000000" + "28000000" + "00000000" + "04030201" + "08070605"
                        + "05000000" + "dc050000" + "0a0b0c0d0e000000" + "28000000");
    }

    @Test
    void shouldBeReadAsItWasWritten() throws IOException {
        byte[] large = CaptureBytes.payload(60_001, 3);
        byte[] small = CaptureBytes.payload(1, 9);
        try (PcapngWriter writer = new PcapngWriter(out, "")) {
            int first = writer.addInterface("node-1/eth0", "taken by afpacket", 1);
            writer.write(first, 1_700_000_000_123_456_789L, 60_001, ByteBuffer.wrap(large));
            int second = writer.addInterface("node-2/any" + "é".repeat(2000), "", -1);
            writer.write(second, 1_700_000_000_000_000_001L, 9000, ByteBuffer.wrap(small));
            writer.write(first, 0, 0, ByteBuffer.allocate(0));
        }
        Collected collected = Collected.all(CaptureBytes.reader(out.toByteArray()));

        assertThat(collected.problems).isEmpty();
        assertThat(collected.interfaces.get(0))
                .isEqualTo(new CaptureInterface("test", "node-1/eth0", "taken by afpacket", 1, 0, 0, 0));
        assertThat(collected.interfaces.get(1).linkType()).isEqualTo(147);
        assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactly(large, small, new byte[0]);
        assertThat(collected.frames).extracting(Collected.Seen::layer2Octets).containsExactly(60_001, 9000, 0);
        assertThat(collected.frames).extracting(Collected.Seen::interfaceIndex).containsExactly(0, 1, 0);
        assertThat(collected.times()).containsExactly(1_700_000_000_123_456_789L, 1_700_000_000_000_000_001L, 0L);
    }
}
