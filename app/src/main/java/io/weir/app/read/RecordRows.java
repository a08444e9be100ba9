package io.weir.app.read;

import static io.weir.app.terminal.Table.left;
import static io.weir.app.terminal.Table.right;

import io.weir.app.terminal.SummaryModel;
import io.weir.app.terminal.Table;
import io.weir.app.terminal.Units;
import io.weir.schemas.Conversation;
import io.weir.schemas.DroppedFlow;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.Edge;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.Flow;
import io.weir.schemas.Hop;
import io.weir.schemas.HopTransfer;
import io.weir.schemas.Loss;
import io.weir.schemas.ObservationPoint;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Records as table rows. */
public final class RecordRows {

    /** Columns of {@link #of(Flow)}. */
    public static final List<Table.Column> FLOW_COLUMNS = List.of(
            left("window"),
            left("initiator"),
            left("responder"),
            left("service"),
            right("packets →"),
            right("← packets"),
            right("octets"),
            left("state"),
            left("by"),
            left("seen at"));

    /** Columns of {@link #of(Conversation)}. */
    public static final List<Table.Column> CONVERSATION_COLUMNS = List.of(
            left("window"),
            left("initiator"),
            left("responder"),
            left("service"),
            right("packets →"),
            right("← packets"),
            right("missing →"),
            right("← missing"),
            right("delay →"),
            right("← delay"),
            left("path"));

    /** Columns of {@link #of(Edge)}. */
    public static final List<Table.Column> EDGE_COLUMNS = List.of(
            left("window"),
            left("initiator"),
            left("responder"),
            left("service"),
            right("flows"),
            right("new"),
            right("refused"),
            right("unanswered"),
            right("packets →"),
            right("← packets"),
            right("octets"),
            right("handshake"),
            left("seen at"));

    /** Columns of {@link #of(DroppedPackets)}. */
    public static final List<Table.Column> DROP_COLUMNS = List.of(
            left("time"),
            left("reason"),
            left("source"),
            left("destination"),
            left("service"),
            right("packets"),
            right("octets"),
            left("in"),
            left("out"),
            left("told by"),
            left("detail"),
            left("dropped at"));

    /** Columns of {@link #of(Finding)}. */
    public static final List<Table.Column> FINDING_COLUMNS = List.of(
            left("first seen"),
            left("status"),
            left("severity"),
            left("confidence"),
            left("finding"),
            right("flows"),
            right("packets"),
            right("octets"),
            left("id"));

    /** Columns of {@link #of(Loss)}. */
    public static final List<Table.Column> LOSS_COLUMNS = List.of(
            left("stage"),
            left("reason"),
            right("packets"),
            right("octets"),
            left("source"),
            left("message"),
            left("seen at"));

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int SCTP = 132;

    private RecordRows() {}

    public static String[] of(Flow flow) {
        var delta = flow.getDelta();
        String state = flow.getTcp() != null
                ? flow.getTcp().getState().name()
                : flow.getFlowEndReason() == null
                        ? "active"
                        : flow.getFlowEndReason().name();
        return new String[] {
            window(flow.getWindowStart(), flow.getIsLate() ? " late" : flow.getIsEarly() ? " early" : ""),
            address(flow.getInitiator()),
            address(flow.getResponder()),
            service(flow.getProtocolIdentifier(), flow.getResponder().getPort(), flow.getEtherType()),
            Units.count(delta.getInitiatorPackets()),
            Units.count(delta.getResponderPackets()),
            Units.octets(delta.getInitiatorLayer2Octets() + delta.getResponderLayer2Octets()),
            state,
            flow.getOrientation().name(),
            place(flow.getObservationPoint())
        };
    }

    /** Missing packets and mean delays are those of all hops together. */
    public static String[] of(Conversation conversation) {
        var delta = conversation.getDelta();
        List<HopTransfer> there = transfers(conversation, Hop::getInitiatorTransfer);
        List<HopTransfer> back = transfers(conversation, Hop::getResponderTransfer);
        return new String[] {
            window(conversation.getWindowStart(), false),
            address(conversation.getInitiator()),
            address(conversation.getResponder()),
            service(
                    conversation.getProtocolIdentifier(),
                    conversation.getResponder().getPort(),
                    null),
            Units.count(delta.getInitiatorPackets()),
            Units.count(delta.getResponderPackets()),
            missing(there),
            missing(back),
            delay(there),
            delay(back),
            conversation.getPath().stream()
                    .map(hop -> place(hop.getObservationPoint()))
                    .collect(Collectors.joining(" > "))
        };
    }

    private static List<HopTransfer> transfers(Conversation conversation, Function<Hop, HopTransfer> direction) {
        return conversation.getPath().stream()
                .map(direction)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Null unless each hop tells. */
    private static String missing(List<HopTransfer> transfers) {
        return transfers.stream().anyMatch(one -> one.getMissingPackets() == null)
                ? null
                : Units.count(transfers.stream()
                        .mapToLong(HopTransfer::getMissingPackets)
                        .sum());
    }

    /** Null unless each hop tells. */
    private static String delay(List<HopTransfer> transfers) {
        return transfers.stream().anyMatch(one -> one.getMeanDelayMicroseconds() == null)
                ? null
                : Units.microseconds(transfers.stream()
                        .mapToLong(HopTransfer::getMeanDelayMicroseconds)
                        .sum());
    }

    public static String[] of(Edge edge) {
        long handshakes = edge.getHandshakes();
        return new String[] {
            window(edge.getWindowStart(), edge.getIsLate()),
            edge.getInitiatorEntity(),
            edge.getResponderEntity(),
            SummaryModel.serviceOf(edge),
            Units.count(edge.getActiveFlows()),
            Units.count(edge.getNewFlows()),
            Units.count(edge.getRefusedFlows()),
            Units.count(edge.getUnansweredFlows()),
            Units.count(edge.getInitiatorPackets()),
            Units.count(edge.getResponderPackets()),
            Units.octets(edge.getInitiatorLayer2Octets() + edge.getResponderLayer2Octets()),
            handshakes == 0 ? null : Units.microseconds(edge.getHandshakeServerMicrosecondsSum() / handshakes),
            place(edge.getObservationPoint())
        };
    }

    /** Of packets in a tunnel the innermost flow, as that is whose they are. */
    public static String[] of(DroppedPackets dropped) {
        DroppedFlow flow = dropped.getEnclosedFlow() != null ? dropped.getEnclosedFlow() : dropped.getFlow();
        Long octets = dropped.getLayer2Octets() != null ? dropped.getLayer2Octets() : dropped.getOctets();
        String sum = dropped.getIsCumulative() ? " in all" : "";
        return new String[] {
            Units.time(Instant.ofEpochMilli(dropped.getLastTimeMicroseconds() / 1000)),
            dropped.getReason(),
            flow == null ? null : address(flow.getSource()),
            flow == null ? null : address(flow.getDestination()),
            flow == null
                    ? null
                    : service(
                            flow.getProtocolIdentifier(), flow.getDestination().getPort(), flow.getEtherType()),
            dropped.getPackets() == null ? null : Units.count(dropped.getPackets()) + sum,
            octets == null ? null : Units.octets(octets),
            dropped.getInputInterface(),
            dropped.getOutputInterface(),
            told(dropped),
            detail(dropped),
            place(dropped.getObservationPoint())
        };
    }

    /** What told of it, with the rate where it stands for more packets. */
    private static String told(DroppedPackets dropped) {
        String report = dropped.getReport().name().replace('_', ' ');
        int rate = dropped.getObservationPoint().getSamplingRate();
        return rate > 1 ? report + ", 1 in " + Units.count(rate) : report;
    }

    /** The most telling thing of those that the device says beside the reason; what it kept back behind it. */
    private static String detail(DroppedPackets dropped) {
        String detail = Stream.of(
                        dropped.getHardwareTrap(),
                        dropped.getLinuxDropReason(),
                        dropped.getAclName(),
                        dropped.getFunction(),
                        dropped.getQueue() == null ? null : "queue " + dropped.getQueue())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        Long suppressed = dropped.getSuppressedNotifications();
        if (suppressed == null || suppressed == 0) {
            return detail;
        }
        String more = Units.count(suppressed) + " more not notified";
        return detail == null ? more : detail + "; " + more;
    }

    public static String[] of(Finding finding) {
        return new String[] {
            Units.time(Instant.ofEpochMilli(finding.getFirstSeenMicroseconds() / 1000)),
            finding.getStatus().name(),
            finding.getSeverity().name(),
            finding.getConfidence().name(),
            finding.getTitle(),
            Units.count(finding.getFlows()),
            Units.count(finding.getPackets()),
            Units.octets(finding.getLayer2Octets()),
            finding.getFindingId()
        };
    }

    public static String[] of(Loss loss) {
        return new String[] {
            loss.getStage(),
            loss.getReason().name(),
            lost(loss),
            loss.getLayer2Octets() == null ? null : Units.octets(loss.getLayer2Octets()),
            loss.getSource(),
            loss.getMessage(),
            place(loss.getObservationPoint())
        };
    }

    private static String lost(Loss loss) {
        if (loss.getRawPackets() != null) {
            return Units.count(loss.getRawPackets()) + " copies";
        }
        if (loss.getDatagrams() != null) {
            return Units.count(loss.getDatagrams()) + " datagrams";
        }
        if (loss.getFlowRecords() != null) {
            return Units.count(loss.getFlowRecords()) + " flow records";
        }
        if (loss.getSets() != null) {
            return Units.count(loss.getSets()) + " sets";
        }
        return loss.getPackets() == null ? null : Units.count(loss.getPackets());
    }

    private static String window(long startMs, boolean late) {
        return window(startMs, late ? " late" : "");
    }

    private static String window(long startMs, String when) {
        return Units.time(Instant.ofEpochMilli(startMs)) + when;
    }

    /** Entity, with the address where it is another one, and the port. */
    private static String address(Endpoint endpoint) {
        String address = endpoint.getAddress() != null ? endpoint.getAddress() : endpoint.getMacAddress();
        String name = endpoint.getEntity() != null ? endpoint.getEntity() : address;
        if (name == null) {
            return null;
        }
        if (endpoint.getPort() == null) {
            return name;
        }
        return (name.equals(address) && name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + endpoint.getPort();
    }

    private static String service(Integer protocol, Integer port, Integer etherType) {
        if (protocol == null) {
            return etherType == null ? "llc" : String.format(Locale.ROOT, "0x%04x", etherType);
        }
        String name =
                switch (protocol) {
                    case TCP -> "tcp";
                    case UDP -> "udp";
                    case ICMP -> "icmp";
                    case ICMPV6 -> "icmpv6";
                    case SCTP -> "sctp";
                    default -> "ip/" + protocol;
                };
        return port == null || protocol == ICMP || protocol == ICMPV6 ? name : name + "/" + port;
    }

    private static String place(ObservationPoint point) {
        return point.getHost() + " " + point.getInterface$();
    }
}
