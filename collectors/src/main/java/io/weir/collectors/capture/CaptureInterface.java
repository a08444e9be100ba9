package io.weir.collectors.capture;

import java.util.Objects;

/**
 * One interface of a capture source.
 *
 * @param source file or interface name as given by the user
 * @param name interface name as the capture tells it, null when it does not
 * @param description free text of the capture, null when there is none
 * @param linkType LINKTYPE_ number of tcpdump.org
 * @param snapOctets most octets kept of a frame, 0 when not limited
 * @param frameCheckSequenceOctets octets at the end of each frame that {@link Frame} leaves out, mostly 0
 * @param systemIndex the operating system's interface index of a live interface, else 0
 */
public record CaptureInterface(
        String source,
        String name,
        String description,
        int linkType,
        long snapOctets,
        int frameCheckSequenceOctets,
        int systemIndex) {

    /** Checks the parts that must be there. */
    public CaptureInterface {
        Objects.requireNonNull(source, "source");
    }

    /** The same under another name. */
    CaptureInterface withName(String other) {
        return new CaptureInterface(
                source, other, description, linkType, snapOctets, frameCheckSequenceOctets, systemIndex);
    }
}
