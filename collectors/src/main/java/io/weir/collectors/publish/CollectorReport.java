package io.weir.collectors.publish;

import io.weir.collectors.capture.CaptureProblem;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a collector run did.
 *
 * @param seenPackets packets that reached this process, those lost in it included
 * @param packets packets summarised
 * @param layer2Octets octets of those on the wire
 * @param enclosedPackets packets in tunnels that were summarised by themselves, too
 * @param problems the first problems of the source, at most {@value #MAX_PROBLEMS}
 * @param problemCount problems in all
 */
public record CollectorReport(
        long seenPackets,
        long packets,
        long layer2Octets,
        long enclosedPackets,
        List<CaptureProblem> problems,
        long problemCount) {

    /** Problems that are kept for a report. */
    static final int MAX_PROBLEMS = 100;

    /** What two threads of a run did together. */
    CollectorReport plus(CollectorReport other) {
        return new CollectorReport(
                seenPackets + other.seenPackets,
                packets + other.packets,
                layer2Octets + other.layer2Octets,
                enclosedPackets + other.enclosedPackets,
                Stream.concat(problems.stream(), other.problems.stream())
                        .limit(MAX_PROBLEMS)
                        .toList(),
                problemCount + other.problemCount);
    }
}
