package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.collectors.capture.CaptureFileReader;
import io.weir.testing.Captures;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ICMP errors go to the partition of the flow that they quote, behind the packets that they are about. */
class QuotedFlowsTest {

    private static final int PARTITIONS = 5;
    private static final String ETHERNET = "020000000001 020000000002 0800";

    /** 10.0.0.2:40000 > 10.0.0.1:53. */
    private static final String QUERY = "4500001c 00010000 40110000 0a000002 0a000001 9c400035 00080000";

    /** Of 10.0.0.254, port unreachable, about that query. */
    private static final String ERROR = "45000038 00010000 40010000 0a0000fe 0a000002 0303 0000 00000000" + QUERY;

    private final SentBatches sent = new SentBatches(PARTITIONS);

    @Test
    void shouldTellTheQuotedFlowInItsPartition() throws Exception {
        collect(pcap(ETHERNET + QUERY, ETHERNET + ERROR));

        assertThat(sent.packets()).isEqualTo(2);
        assertThat(sent.icmpErrors()).singleElement().satisfies(error -> {
            assertThat(error.known()).isTrue();
            assertThat(error.type()).isEqualTo(3);
            assertThat(error.code()).isEqualTo(3);
            assertThat(error.senderLow()).isEqualTo(0x0a0000feL);
            assertThat(error.timeNanos()).isEqualTo(1_000_000_001_000L);
            // The responder's address is the lower one.
            assertThat(error.sentByA()).isFalse();
        });
    }

    @Test
    void shouldSendErrorsOfFlowsThatHaveNoPackets() throws Exception {
        CollectorReport report = collect(pcap(ETHERNET + ERROR));

        assertThat(report.packets()).isEqualTo(1);
        assertThat(sent.packets()).isEqualTo(1);
        assertThat(sent.icmpErrors()).singleElement().satisfies(error -> assertThat(error.known())
                .isFalse());
    }

    @Test
    void shouldSendABatchThatIsFullOfErrors() throws Exception {
        String[] frames = new String[2 * SentBatches.CONFIG.batchPackets() + 1];
        Arrays.fill(frames, ETHERNET + ERROR);
        collect(pcap(frames));

        int partition = sent.icmpErrorCounts().entrySet().stream()
                .filter(entry ->
                        entry.getValue().stream().mapToInt(Integer::intValue).sum() > 0)
                .findAny()
                .orElseThrow()
                .getKey();
        assertThat(sent.icmpErrorCounts().get(partition).stream().filter(count -> count > 0))
                .containsExactly(SentBatches.CONFIG.batchPackets(), SentBatches.CONFIG.batchPackets(), 1);
    }

    @Test
    void shouldGiveAQuotedLaterFragmentThePortsOfItsFirst() throws Exception {
        String first = "45000024 00072000 40110000 0a000002 0a000001 9c400035 01000000 0000000000000000";
        String later = "45000024 00070002 40110000 0a000002 0a000001 00000000 00000000 0000000000000000";
        String error = "45000040 00010000 40010000 0a0000fe 0a000002 0b01 0000 00000000" + later;
        collect(pcap(ETHERNET + first, ETHERNET + later, ETHERNET + error));

        assertThat(sent.icmpErrors()).singleElement().satisfies(one -> {
            assertThat(one.known()).isTrue();
            assertThat(one.key()).contains("later false");
        });
    }

    @Test
    void shouldTellTheFlowInTheTunnelThatTheErrorCameIn() throws Exception {
        // IP in IP between 192.0.2.1 and 192.0.2.2, there and back.
        String there = "45000030 00010000 40040000 c0000201 c0000202" + QUERY;
        String back = "4500004c 00010000 40040000 c0000202 c0000201" + ERROR;
        collect(pcap(ETHERNET + there, ETHERNET + back));

        assertThat(sent.icmpErrors()).singleElement().satisfies(error -> {
            assertThat(error.known()).isTrue();
            assertThat(error.key()).doesNotContain("tunnel 0");
        });
    }

    /**
     * Errors in captures of real traffic: as many as an independent tool finds (the captures' truth files), and how many of them quote a packet
     * that was seen before. One of the captures holds the errors without their packets.
     */
    @ParameterizedTest
    @CsvSource({
        "mix-merged-apps.pcap, 211, 211",
        "link-ppp-mpls-traceroute.pcap, 9, 9",
        "cid-combined.pcap, 7, 0",
        "frag-ipv4-bulk.pcap, 3, 3",
        "k8s-flannel-node1-any-sll2.pcap, 36, 36",
        "k8s-flannel-node1-underlay.pcap, 12, 12",
        "k8s-flannel-pod-intruder.pcap, 24, 24",
        "tun-6in4.pcap, 2, 1",
        "tun-collection-1624.pcap, 4, 3",
    })
    void shouldFindTheFlowsThatErrorsInCapturesQuote(String capture, int errors, int known) throws Exception {
        Path path = Captures.require(capture);
        try (FileChannel channel = FileChannel.open(path)) {
            collect(channel);
        }

        List<SentBatches.Quote> found = sent.icmpErrors();
        assertThat(found).hasSize(errors);
        assertThat(found.stream().filter(SentBatches.Quote::known)).hasSize(known);
    }

    private CollectorReport collect(ReadableByteChannel capture) throws Exception {
        try (CaptureFileReader reader = CaptureFileReader.open("test.pcap", capture)) {
            return new CaptureCollector(
                            SentBatches.CONFIG,
                            List.of(reader),
                            CaptureCollector.Kind.FILE,
                            "test.pcap",
                            sent.sender,
                            InstantSource.system(),
                            () -> "session-1")
                    .run();
        }
    }

    /** Frames a microsecond apart, from 1,000 s after the epoch on. */
    private static ReadableByteChannel pcap(String... frames) {
        ByteBuffer out = ByteBuffer.allocate(24 + frames.length * 256);
        out.putInt(0xa1b2c3d4).putInt(0x00020004).putLong(0).putInt(65535).putInt(1);
        for (int i = 0; i < frames.length; i++) {
            byte[] frame = HexFormat.of().parseHex(frames[i].replace(" ", ""));
            out.putInt(1000).putInt(i).putInt(frame.length).putInt(frame.length).put(frame);
        }
        return Channels.newChannel(new ByteArrayInputStream(out.array(), 0, out.position()));
    }
}
