package io.weir.bench.micro;

import java.nio.ByteBuffer;

/**
 * sFlow datagrams in memory: {@value #DATAGRAMS} of {@value #SAMPLES} flow samples each, with headers of {@value #HEADER_OCTETS} octets of
 * {@link GeneratedFrames} and what a switch that routes says beside: VLANs and next hop, and with BGP an AS path of four.
 */
final class GeneratedSflow {

    static final int DATAGRAMS = 1 << 12;
    static final int SAMPLES = 7;

    private static final int HEADER_OCTETS = 128;
    private static final int FCS_OCTETS = 4;
    private static final int MAX_DATAGRAM_OCTETS = 2_400;

    private static final int VERSION = 5;
    private static final int FLOW_SAMPLE = 1;
    private static final int SAMPLED_HEADER = 1;
    private static final int EXTENDED_SWITCH = 1001;
    private static final int EXTENDED_ROUTER = 1002;
    private static final int EXTENDED_GATEWAY = 1003;

    private static final int IPV4 = 1;
    private static final int AGENT = 0x0a00_0001;
    private static final int NEXT_HOP = 0x0a00_0002;
    private static final int ETHERNET = 1;
    private static final int AS_SEQUENCE = 2;
    private static final int SAMPLING_RATE = 1_000;
    private static final int INTERFACES = 48;

    /** All datagrams, one behind the other. */
    final ByteBuffer octets = ByteBuffer.allocate(DATAGRAMS * MAX_DATAGRAM_OCTETS);

    final int[] offsets = new int[DATAGRAMS];
    final int[] lengths = new int[DATAGRAMS];

    private final GeneratedFrames frames = new GeneratedFrames();
    private int nextFrame;

    GeneratedSflow(boolean withGateway) {
        for (int i = 0; i < DATAGRAMS; i++) {
            offsets[i] = octets.position();
            words(VERSION, IPV4, AGENT, 0, i, i * 1_000, SAMPLES);
            for (int sample = 0; sample < SAMPLES; sample++) {
                put(i * SAMPLES + sample, withGateway);
            }
            lengths[i] = octets.position() - offsets[i];
        }
        octets.flip();
    }

    private void put(int number, boolean withGateway) {
        int length = begin(FLOW_SAMPLE);
        int input = 1 + number % INTERFACES;
        words(number, input, SAMPLING_RATE, number * SAMPLING_RATE, 0, input, 1 + (number * 7) % INTERFACES);
        words(withGateway ? 4 : 3);
        putHeader();
        int record = begin(EXTENDED_SWITCH);
        words(100 + number % 5, 0, 200, 0);
        end(record);
        record = begin(EXTENDED_ROUTER);
        words(IPV4, NEXT_HOP + number % 16, 24, 16);
        end(record);
        if (withGateway) {
            record = begin(EXTENDED_GATEWAY);
            words(
                    IPV4,
                    NEXT_HOP,
                    64_500,
                    64_501,
                    64_502,
                    1,
                    AS_SEQUENCE,
                    4,
                    64_503,
                    64_504,
                    64_505,
                    64_506 + number % 9);
            words(2, 0xfc00_0001, 0xfc00_0002, 100);
            end(record);
        }
        end(length);
    }

    /** The next frame that is longer than a header. */
    private void putHeader() {
        while (frames.lengths[nextFrame] < HEADER_OCTETS) {
            nextFrame = (nextFrame + 1) % GeneratedFrames.PACKETS;
        }
        int record = begin(SAMPLED_HEADER);
        words(ETHERNET, frames.lengths[nextFrame] + FCS_OCTETS, FCS_OCTETS, HEADER_OCTETS);
        octets.put(frames.file.slice(frames.offsets[nextFrame], HEADER_OCTETS));
        end(record);
        nextFrame = (nextFrame + 1) % GeneratedFrames.PACKETS;
    }

    private int begin(int format) {
        words(format, 0);
        return octets.position();
    }

    private void end(int body) {
        octets.putInt(body - Integer.BYTES, octets.position() - body);
    }

    private void words(int... words) {
        for (int word : words) {
            octets.putInt(word);
        }
    }
}
