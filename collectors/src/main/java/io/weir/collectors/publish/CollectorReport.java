package io.weir.collectors.publish;

import io.weir.collectors.capture.CaptureProblem;
import java.util.List;

/**
 * What a collector run did.
 *
 * @param seenPackets packets that reached this process, those lost in it included
 * @param packets packets summarised
 * @param layer2Octets octets of those on the wire
 * @param enclosedPackets packets in tunnels that were summarised by themselves, too
 * @param problems the first problems of the source, at most 100
 * @param problemCount problems in all
 */
public record CollectorReport(
        long seenPackets,
        long packets,
        long layer2Octets,
        long enclosedPackets,
        List<CaptureProblem> problems,
        long problemCount) {}
