package io.weir.advisor.classify;

import io.weir.advisor.subnet.AddressBits;
import io.weir.advisor.subnet.Place;
import io.weir.advisor.subnet.SubnetMatch;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Confidence;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowClass;
import io.weir.schemas.ForwardingFacts;
import io.weir.schemas.Orientation;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a flow its class by the prefixes that hold at the flow's event time.
 *
 * <p>Inside is every address whose longest prefix is of any kind but {@code external} and {@code partner} (nodes and VPCs are inside: the
 * word of the prefix's owner counts), and every address that cannot come from beyond a router: loopback, link-local, unspecified. Everything
 * else is outside. Multicast and limited broadcast destinations are groups and lie on the side of the sender, so that they never
 * make ingress or egress; a directed broadcast (the last address of a prefix) is an address like any other, as it does come in from
 * outside. A configured prefix that is longer than such a special range wins over it.
 *
 * <p>Where a device says that it translates the destination to an address inside, the flow has entered, whatever it was sent to.
 *
 * <p>Not thread-safe: use one for each task.
 */
public final class FlowClassifier {

    private final Subnets subnets;
    private final AddressBits address = new AddressBits();

    public FlowClassifier(Subnets subnets) {
        this.subnets = subnets;
    }

    /** The class of a flow in the window of this record. */
    public Classification classify(Flow flow) {
        long eventTimeMs = eventTimeMs(flow.getWindowStart(), flow.getFlowStartMicroseconds());
        SubnetMatch initiator = match(flow.getInitiator().getAddress(), eventTimeMs);
        String responderAddress = flow.getResponder().getAddress();
        SubnetMatch responder = match(responderAddress, eventTimeMs);
        SubnetMatch translated = translated(translatedDestinationOf(flow), responderAddress, eventTimeMs);
        return new Classification(
                classOf(initiator, responder, translated),
                initiator,
                responder,
                confidenceOf(flow.getOrientation()),
                flow.getForwarding() == null ? null : translationOf(flow, translated));
    }

    /**
     * The class alone, of a flow of which no more is known than this.
     *
     * @param translatedDestination what a device says that the initiator's packets go on to; mostly null
     */
    public FlowClass classify(
            String initiatorAddress,
            String responderAddress,
            String translatedDestination,
            long windowStart,
            long flowStartMicroseconds) {
        long eventTimeMs = eventTimeMs(windowStart, flowStartMicroseconds);
        return classOf(
                match(initiatorAddress, eventTimeMs),
                match(responderAddress, eventTimeMs),
                translated(translatedDestination, responderAddress, eventTimeMs));
    }

    /**
     * The class of an edge, by its entities where these are addresses.
     *
     * @param initiator entity that began; may be null
     * @param responder entity that was asked; may be null
     * @param windowStart of the edge's window, epoch milliseconds
     */
    public Classification classifyEdge(String initiator, String responder, long windowStart) {
        SubnetMatch began = match(initiator, windowStart);
        SubnetMatch asked = match(responder, windowStart);
        return new Classification(classOf(began, asked), began, asked, Confidence.unknown, null);
    }

    private static long eventTimeMs(long windowStart, long flowStartMicroseconds) {
        return Math.max(windowStart, Math.floorDiv(flowStartMicroseconds, 1000L));
    }

    private SubnetMatch match(String text, long eventTimeMs) {
        return address.parse(text) ? subnets.lookup(address, eventTimeMs) : null;
    }

    /** What holds the translated destination; null where nobody says that it is another. */
    private SubnetMatch translated(String destination, String responderAddress, long eventTimeMs) {
        return isOther(destination, responderAddress) ? match(destination, eventTimeMs) : null;
    }

    private static String translatedDestinationOf(Flow flow) {
        ForwardingFacts asked =
                flow.getForwarding() == null ? null : flow.getForwarding().getInitiator();
        return asked == null ? null : asked.getPostNatDestinationAddress();
    }

    private static String translationOf(Flow flow, SubnetMatch translatedResponder) {
        ForwardingFacts asked = flow.getForwarding().getInitiator();
        ForwardingFacts answered = flow.getForwarding().getResponder();
        List<String> told = new ArrayList<>(2);
        if (translatedResponder != null) {
            told.add("destination translated to " + asked.getPostNatDestinationAddress() + " in "
                    + translatedResponder.label());
        }
        if (asked != null
                && isOther(asked.getPostNatSourceAddress(), flow.getInitiator().getAddress())) {
            told.add("source translated to " + asked.getPostNatSourceAddress());
        }
        if (told.isEmpty()
                && answered != null
                && isOther(
                        answered.getPostNatSourceAddress(), flow.getResponder().getAddress())) {
            told.add("the responder answers as " + answered.getPostNatSourceAddress());
        }
        return told.isEmpty() ? null : String.join(", ", told);
    }

    /** Devices report the address as it was where they translate nothing, and 0 where they do not know. */
    private static boolean isOther(String translated, String address) {
        return translated != null
                && !translated.equals(address)
                && !translated.equals("0.0.0.0")
                && !translated.equals("::");
    }

    private static FlowClass classOf(SubnetMatch initiator, SubnetMatch responder, SubnetMatch translated) {
        boolean entersBehind = translated != null
                && translated.place() == Place.INSIDE
                && responder != null
                && responder.place() == Place.OUTSIDE;
        return classOf(initiator, entersBehind ? translated : responder);
    }

    private static FlowClass classOf(SubnetMatch initiator, SubnetMatch responder) {
        if (initiator == null || responder == null) {
            return FlowClass.unknown;
        }
        boolean fromInside = isInside(initiator, responder);
        boolean toInside = isInside(responder, initiator);
        if (fromInside) {
            return toInside ? FlowClass.internal : FlowClass.egress;
        }
        return toInside ? FlowClass.ingress : FlowClass.external;
    }

    private static boolean isInside(SubnetMatch match, SubnetMatch other) {
        return match.place() == Place.INSIDE || (match.place() == Place.GROUP && other.place() == Place.INSIDE);
    }

    /** Proof of who began: a handshake or a request names the asking side; a service or a port is a good guess; the first packet is a poor one. */
    public static Confidence confidenceOf(Orientation orientation) {
        return switch (orientation) {
            case handshake, request -> Confidence.high;
            case reported, known_service, service_port -> Confidence.medium;
            case first_seen, unknown -> Confidence.low;
        };
    }
}
