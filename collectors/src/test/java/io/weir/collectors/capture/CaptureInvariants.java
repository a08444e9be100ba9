package io.weir.collectors.capture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What holds for a capture made of any octets whatever. */
final class CaptureInvariants {
    private static final int[] READ_OCTETS = {1, 64};

    private CaptureInvariants() {}

    /**
     * Reads the octets at once and bit by bit: the same is delivered, no more than there is, and nothing is thrown unless the octets are
     * no capture at all.
     */
    static void check(byte[] capture) throws IOException {
        String expected = transcript(capture, Integer.MAX_VALUE, 8192, 1000);
        for (int octets : READ_OCTETS) {
            String found = transcript(capture, octets, 64, octets);
            if (!found.equals(expected)) {
                throw new AssertionError("In reads of " + octets + " octets: " + found + "\nat once: " + expected);
            }
        }
    }

    private static String transcript(byte[] capture, int readOctets, int bufferOctets, int maxFrames)
            throws IOException {
        var channel = Channels.newChannel(inReadsOf(readOctets, capture));
        Collected collected;
        try {
            collected = Collected.all(CaptureFileReader.open("capture", channel, bufferOctets), maxFrames);
        } catch (CaptureOpenException e) {
            return e.getMessage();
        }
        long octets = 0;
        StringBuilder text = new StringBuilder(collected.interfaces.toString());
        for (Collected.Seen seen : collected.frames) {
            octets += seen.bytes().length;
            text.append('\n').append(seen.layer2Octets()).append(' ').append(seen.timeNanos());
            text.append(' ').append(seen.timeKnown()).append(' ').append(seen.linkType());
            text.append(' ').append(seen.interfaceIndex()).append(' ');
            text.append(Arrays.hashCode(seen.bytes())).append(' ').append(seen.bytes().length);
        }
        if (octets > capture.length) {
            throw new AssertionError(octets + " octets of frames in " + capture.length + " of capture");
        }
        return text.append(problems(collected)).toString();
    }

    /** Problems of a kind are joined while they are held, which depends on how much is read at once: what they add up to does not. */
    private static String problems(Collected collected) {
        Map<String, List<CaptureProblem>> kinds = collected.problems.stream()
                .collect(Collectors.groupingBy(
                        problem -> problem.reason() + " on " + problem.interfaceIndex(),
                        TreeMap::new,
                        Collectors.toList()));
        StringBuilder text = new StringBuilder();
        kinds.forEach((kind, problems) -> {
            text.append('\n').append(kind);
            text.append(" packets ").append(sum(problems, CaptureProblem::packets));
            text.append(" octets ").append(sum(problems, CaptureProblem::layer2Octets));
        });
        return text.toString();
    }

    private static Long sum(List<CaptureProblem> problems, Function<CaptureProblem, Long> count) {
        long sum = 0;
        for (CaptureProblem problem : problems) {
            Long value = count.apply(problem);
            if (value == null) {
                return null;
            }
            if (value < 0) {
                throw new AssertionError("a negative count: " + problem);
            }
            sum += value;
        }
        return sum < 0 ? null : Long.valueOf(sum);
    }

    private static InputStream inReadsOf(int readOctets, byte[] capture) {
        return new ByteArrayInputStream(capture) {
            /** A channel over a stream reads on as long as there seems to be more. */
            @Override
            public synchronized int available() {
                return 0;
            }

            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, readOctets));
            }
        };
    }
}
