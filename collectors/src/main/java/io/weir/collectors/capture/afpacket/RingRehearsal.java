package io.weir.collectors.capture.afpacket;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * Made-up frames, over and over, as a ring of the kernel hands them over. A collector that has been through them has its code compiled
 * when the first frame comes that counts; without it, the first few thousand are interpreted, which is slower than they may come.
 *
 * <p>Ethernet with TCP over IPv4 and IPv6, UDP, a VLAN tag that the kernel took out, DNS and ARP, between addresses that are nobody's
 * (RFC 5737, RFC 3849).
 */
public final class RingRehearsal implements CaptureSource {

    private static final int ARPHRD_ETHER = 1;
    private static final int BLOCK_OCTETS = 1 << 16;

    /** Behind the packet's header and its address, with room for what is put before a frame. */
    private static final int FRAME_BEGIN = 96;

    private static final int VLAN = 0x50;
    private static final int ROOM_OCTETS = 256;

    private static final long TIME_NANOS = 1_700_000_000_000_000_000L;

    private static final String MACS = "02005e005302" + "02005e005301";
    private static final String IPV4_PAIR = "c0000201" + "c6336402";
    private static final String IPV6_PAIR = "20010db8000000000000000000000001" + "20010db8000000000000000000000002";
    private static final String TIMESTAMPS = "0101080a" + "00000001" + "00000001";

    private static final List<String> FRAMES = List.of(
            MACS + "0800" + "4500" + "003c" + "0001" + "4000" + "40" + "06" + "0000" + IPV4_PAIR + "d431" + "1f90"
                    + "00000001" + "00000001" + "8018" + "0100" + "00000000" + TIMESTAMPS + "0000000000000000",
            MACS + "0800" + "4500" + "0034" + "0001" + "4000" + "40" + "06" + "0000" + IPV4_PAIR + "d432" + "1f90"
                    + "00000001" + "00000001" + "8010" + "0100" + "00000000" + TIMESTAMPS,
            MACS + "0800" + "4500" + "0030" + "0001" + "4000" + "40" + "11" + "0000" + IPV4_PAIR + "d433" + "1f91"
                    + "001c" + "0000" + "00".repeat(20),
            MACS + "86dd" + "60000000" + "0020" + "06" + "40" + IPV6_PAIR + "d434" + "1f90" + "00000001" + "00000001"
                    + "8010" + "0100" + "00000000" + TIMESTAMPS,
            MACS + "0800" + "4500" + "0039" + "0001" + "4000" + "40" + "11" + "0000" + IPV4_PAIR
                    + "d435" + "0035" + "0025" + "0000"
                    + "0001" + "0100" + "0001" + "0000" + "0000" + "0000" + "07696e76616c6964" + "00" + "0001" + "0001"
                    + "0000",
            MACS + "0806" + "0001" + "0800" + "06" + "04" + "0001" + "02005e005301" + "c0000201" + "000000000000"
                    + "c0000202" + "00".repeat(18));

    private final BlockReader reader;
    private final Frame frame = new Frame();
    private final long atMostNanos;
    private long left;
    private long endNanos;
    private boolean announced;
    private boolean reading;
    private volatile boolean stopped;

    /**
     * @param frames after which it ends
     * @param atMost time after which it ends however many there were, from the first poll
     */
    public RingRehearsal(long frames, Duration atMost) {
        this.left = frames;
        this.atMostNanos = atMost.toNanos();
        this.reader = new BlockReader(block(), BLOCK_OCTETS, LinkKind.ofHardware(ARPHRD_ETHER), BLOCK_OCTETS, 0);
    }

    private static ByteBuffer block() {
        ByteBuffer memory = ByteBuffer.allocateDirect(BLOCK_OCTETS);
        BlockBuilder block = new BlockBuilder(memory, 0);
        for (int i = 0; block.octets() + ROOM_OCTETS < BLOCK_OCTETS; i++) {
            byte[] octets = HexFormat.of().parseHex(FRAMES.get(i % FRAMES.size()));
            block.packet(FRAME_BEGIN, octets, octets.length, TIME_NANOS + i * 1000L);
            if (i % 16 == 0) {
                block.vlan(VLAN, 100, 0x8100);
            }
        }
        return memory;
    }

    @Override
    public int poll(FrameSink sink, int maxFrames) {
        if (!announced) {
            announced = true;
            endNanos = System.nanoTime() + atMostNanos;
            sink.onInterface(0, new CaptureInterface(name(), name(), null, 1, BLOCK_OCTETS, 0, 0));
        }
        if (stopped || left <= 0 || System.nanoTime() - endNanos >= 0) {
            return END;
        }
        int delivered = 0;
        while (delivered < maxFrames) {
            if (!reading) {
                reader.open(0);
                reading = true;
            }
            if (reader.next(frame, 0)) {
                delivered++;
                sink.onFrame(frame);
            } else {
                reading = false;
            }
        }
        left -= delivered;
        return delivered;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public String name() {
        return "rehearsal";
    }

    @Override
    public void close() {
        stopped = true;
    }
}
