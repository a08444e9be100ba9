package io.weir.exporters.ipfix;

import io.weir.exporters.encode.UndecodableRecordException;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowEndReason;
import io.weir.schemas.Orientation;
import io.weir.schemas.json.AvroFields;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.packets.IcmpTypes;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads of the values of the flows topic what is exported, without objects of the whole record. Not thread-safe.
 *
 * <p>The times of a record are those of its window's part of the flow: from the flow's first packet or the window's start, whichever is later, to
 * its last packet so far or the window's end. The counts are of that part; with the flow's own start a collector would spread them over the whole
 * life of the flow.
 */
public final class FlowReader {

    private static final int IPV4 = 4;
    private static final int IPV6 = 6;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int MAX_OCTET = 0xff;
    private static final int MAX_SHORT = 0xffff;
    private static final int MAX_LABEL = 0xf_ffff;

    /** Of a label stack entry without time to live: traffic class 3 bits, bottom of stack 1. */
    private static final int LABEL_SHIFT = 4;

    private static final int MICROS_PER_MS = 1_000;

    /** Hexadecimal digits of {@code flowId} that make the 64 bits of IE 148. */
    private static final int FLOW_ID_DIGITS = 16;

    /** IE 136: the flow goes on, the record ends with its window. */
    private static final int ACTIVE_TIMEOUT = 2;

    /** IE 239. */
    private static final int ARBITRARY = 0;

    private static final int INITIATOR = 1;

    /** Orientations that are more than a guess: whoever reads IE 239 takes it for a proof. */
    private static final Set<String> PROVEN = Set.of(
            Orientation.handshake.name(),
            Orientation.request.name(),
            Orientation.reported.name(),
            Orientation.known_service.name());

    private static final int UNKNOWN_END = 0;

    private static final Map<String, Integer> END_REASONS = Map.of(
            FlowEndReason.idle.name(), 1,
            FlowEndReason.active.name(), ACTIVE_TIMEOUT,
            FlowEndReason.end_of_flow.name(), 3,
            FlowEndReason.forced.name(), 4,
            FlowEndReason.lack_of_resources.name(), 5);

    private static final List<String> PATHS = new ArrayList<>();

    private static final int FLOW_ID = path("flowId");
    private static final int PARENT = path("parentFlowId");
    private static final int HOST = path("observationPoint.host");
    private static final int INTERFACE = path("observationPoint.interface");
    private static final int CAPTURE = path("observationPoint.capture");
    private static final int POINT_RATE = path("observationPoint.samplingRate");
    private static final int WINDOW_START = path("windowStart");
    private static final int WINDOW_END = path("windowEnd");
    private static final int FLOW_START = path("flowStartMicroseconds");
    private static final int FLOW_END = path("flowEndMicroseconds");
    private static final int END_REASON = path("flowEndReason");
    private static final int IS_LAST = path("isLast");
    private static final int IS_EARLY = path("isEarly");
    private static final int ETHER_TYPE = path("etherType");
    private static final int VLAN = path("vlanIds.first");
    private static final int IP_VERSION = path("ipVersion");
    private static final int PROTOCOL = path("protocolIdentifier");
    private static final int ORIENTATION = path("orientation");
    private static final int SAMPLED_RATE = path("sampled.samplingRate");
    private static final int ICMP_TYPE = path("icmp.type");
    private static final int ICMP_CODE = path("icmp.code");
    private static final int APPLICATION = path("application.name");
    private static final SideFields OF_INITIATOR = new SideFields("initiator");
    private static final SideFields OF_RESPONDER = new SideFields("responder");

    private final AvroJsonReader schemas;
    private final IdentityHashMap<AvroJson, Known> knownBySchema = new IdentityHashMap<>();
    private final AddressOctets address = new AddressOctets();

    /** @param schemas stays the caller's */
    public FlowReader(AvroJsonReader schemas) {
        this.schemas = schemas;
    }

    /** Places of one side's fields. */
    private static final class SideFields {
        final int address;
        final int port;
        final int mac;
        final int flags;
        final int packets;
        final int octets;
        final int layer2Octets;
        final int totalPackets;
        final int totalOctets;
        final int totalLayer2Octets;
        final WayFields way;

        SideFields(String name) {
            address = path(name + ".address");
            port = path(name + ".port");
            mac = path(name + ".macAddress");
            flags = path("delta." + name + "TcpControlBits");
            packets = path("delta." + name + "Packets");
            octets = path("delta." + name + "Octets");
            layer2Octets = path("delta." + name + "Layer2Octets");
            totalPackets = path("total." + name + "Packets");
            totalOctets = path("total." + name + "Octets");
            totalLayer2Octets = path("total." + name + "Layer2Octets");
            way = new WayFields("forwarding." + name);
        }
    }

    /** Places of what a device says of the way of one side's packets. */
    private static final class WayFields {
        final int ingressInterface;
        final int egressInterface;
        final int forwardingStatus;
        final int bgpSourceAsNumber;
        final int bgpDestinationAsNumber;
        final int bgpNextAdjacentAsNumber;
        final int bgpPrevAdjacentAsNumber;
        final int sourcePrefixLength;
        final int destinationPrefixLength;
        final int ipClassOfService;
        final int postVlanId;
        final int ingressVrfId;
        final int egressVrfId;
        final int postNaptSourcePort;
        final int postNaptDestinationPort;
        final int ipNextHop;
        final int bgpNextHop;
        final int postNatSource;
        final int postNatDestination;

        /** Of one more than is exported: it tells whether the last of these is the bottom of the stack. */
        final int[] mplsLabels;

        WayFields(String name) {
            ingressInterface = path(name + ".ingressInterface");
            egressInterface = path(name + ".egressInterface");
            forwardingStatus = path(name + ".forwardingStatus");
            bgpSourceAsNumber = path(name + ".bgpSourceAsNumber");
            bgpDestinationAsNumber = path(name + ".bgpDestinationAsNumber");
            bgpNextAdjacentAsNumber = path(name + ".bgpNextAdjacentAsNumber");
            bgpPrevAdjacentAsNumber = path(name + ".bgpPrevAdjacentAsNumber");
            sourcePrefixLength = path(name + ".sourcePrefixLength");
            destinationPrefixLength = path(name + ".destinationPrefixLength");
            ipClassOfService = path(name + ".ipClassOfService");
            postVlanId = path(name + ".postVlanId");
            ingressVrfId = path(name + ".ingressVrfId");
            egressVrfId = path(name + ".egressVrfId");
            postNaptSourcePort = path(name + ".postNaptSourcePort");
            postNaptDestinationPort = path(name + ".postNaptDestinationPort");
            ipNextHop = path(name + ".ipNextHop");
            bgpNextHop = path(name + ".bgpNextHop");
            postNatSource = path(name + ".postNatSourceAddress");
            postNatDestination = path(name + ".postNatDestinationAddress");
            mplsLabels = AvroFields.ITEMS.stream()
                    .mapToInt(item -> path(name + ".mplsLabels." + item))
                    .toArray();
        }
    }

    /** A schema's fields, and what its enums' symbols mean. */
    private static final class Known {
        final AvroFields fields;
        final int[] endReasons;
        final int[] directions;

        Known(AvroFields fields) {
            this.fields = fields;
            endReasons = fields.symbols(END_REASON).stream()
                    .mapToInt(symbol -> END_REASONS.getOrDefault(symbol, UNKNOWN_END))
                    .toArray();
            directions = fields.symbols(ORIENTATION).stream()
                    .mapToInt(symbol -> PROVEN.contains(symbol) ? INITIATOR : ARBITRARY)
                    .toArray();
        }
    }

    private static int path(String path) {
        PATHS.add(path);
        return PATHS.size() - 1;
    }

    /**
     * Reads one value.
     *
     * @param flow to fill; its texts stay in {@code value}
     * @throws UndecodableRecordException when the value can never be read, or says what cannot be
     * @throws io.weir.schemas.registry.SchemaRegistryException when the registry does not answer now
     */
    public void read(byte[] value, ExportedFlow flow) throws UndecodableRecordException {
        Known known;
        try {
            AvroJson schema = schemas.transcoder(value);
            known = knownBySchema.get(schema);
            if (known == null) {
                known = know(schema);
            }
            known.fields.read(value, WireFormat.HEADER_OCTETS, value.length - WireFormat.HEADER_OCTETS);
        } catch (SerializationException e) {
            throw new UndecodableRecordException(e.getMessage(), e);
        }
        take(known, value, flow);
    }

    private Known know(AvroJson schema) {
        String expected = Avro.schemaOf(Flow.class).getFullName();
        if (!schema.schema().getFullName().equals(expected)) {
            throw new SerializationException("The value is a " + schema.schema().getFullName() + ", not a " + expected);
        }
        Known known = new Known(schema.fields(PATHS));
        knownBySchema.put(schema, known);
        return known;
    }

    private void take(Known known, byte[] value, ExportedFlow flow) throws UndecodableRecordException {
        AvroFields fields = known.fields;
        flow.value = value;
        flow.hostAt = fields.position(HOST);
        flow.hostOctets = required(fields, HOST);
        flow.interfaceAt = fields.position(INTERFACE);
        flow.interfaceOctets = required(fields, INTERFACE);
        flow.captureAt = fields.position(CAPTURE);
        flow.captureOctets = required(fields, CAPTURE);
        flow.applicationAt = fields.position(APPLICATION);
        flow.applicationOctets = Math.max(0, fields.length(APPLICATION));
        flow.flowId = flowId(fields, value);
        flow.isEnclosed = fields.isPresent(PARENT);
        flow.isLast = fields.isTrue(IS_LAST);
        flow.isEarly = fields.isTrue(IS_EARLY);
        flow.etherType = within(fields, ETHER_TYPE, MAX_SHORT);
        flow.vlanId = within(fields, VLAN, MAX_SHORT);
        flow.protocolIdentifier = within(fields, PROTOCOL, MAX_OCTET);
        flow.ipVersion = within(fields, IP_VERSION, MAX_OCTET);
        if (flow.ipVersion != 0 && flow.ipVersion != IPV4 && flow.ipVersion != IPV6) {
            throw wrong(IP_VERSION, flow.ipVersion + " is neither 4 nor 6");
        }
        flow.flowEndReason =
                fields.isPresent(END_REASON) ? known.endReasons[(int) fields.number(END_REASON, 0)] : ACTIVE_TIMEOUT;
        flow.biflowDirection =
                fields.isPresent(ORIENTATION) ? known.directions[(int) fields.number(ORIENTATION, 0)] : ARBITRARY;
        flow.samplingRate = (int) Math.max(1, fields.number(SAMPLED_RATE, Math.max(1, fields.number(POINT_RATE, 1))));
        takeTimes(fields, flow);
        takeIcmp(fields, flow);
        takeSide(fields, OF_INITIATOR, flow, flow.initiator);
        takeSide(fields, OF_RESPONDER, flow, flow.responder);
    }

    private static void takeTimes(AvroFields fields, ExportedFlow flow) throws UndecodableRecordException {
        long windowStart = fields.number(WINDOW_START, 0);
        long windowEnd = fields.number(WINDOW_END, 0);
        long first = Math.floorDiv(fields.number(FLOW_START, 0), MICROS_PER_MS);
        long last = Math.floorDiv(fields.number(FLOW_END, 0), MICROS_PER_MS);
        if (windowStart < 0 || windowEnd < windowStart || first < 0 || last < 0) {
            throw wrong(
                    WINDOW_START,
                    "the times " + windowStart + ", " + windowEnd + ", " + first + ", " + last
                            + " ms are before 1970 or in disorder");
        }
        flow.endMs = Math.min(last, windowEnd);
        flow.startMs = Math.min(Math.max(first, windowStart), flow.endMs);
    }

    private static void takeIcmp(AvroFields fields, ExportedFlow flow) throws UndecodableRecordException {
        flow.icmpTypeCode = 0;
        flow.responderIcmpTypeCode = 0;
        if (!isIcmp(flow) || !fields.isPresent(ICMP_TYPE)) {
            return;
        }
        int type = within(fields, ICMP_TYPE, MAX_OCTET);
        int code = within(fields, ICMP_CODE, MAX_OCTET);
        int answer = IcmpTypes.counterpart(flow.protocolIdentifier, type);
        flow.icmpTypeCode = type << Byte.SIZE | code;
        flow.responderIcmpTypeCode = (answer == IcmpTypes.ONE_WAY ? type : answer) << Byte.SIZE | code;
    }

    /** Whether the flow is of the ICMP of its family. */
    static boolean isIcmp(ExportedFlow flow) {
        return flow.protocolIdentifier == (flow.ipVersion == IPV6 ? ICMPV6 : ICMP) && flow.ipVersion != 0;
    }

    private void takeSide(AvroFields fields, SideFields of, ExportedFlow flow, ExportedFlow.Side side)
            throws UndecodableRecordException {
        readAddress(fields, of, flow);
        side.addressHigh = address.high();
        side.addressLow = address.low();
        side.macAddress = 0;
        int macOctets = fields.length(of.mac);
        if (macOctets >= 0) {
            if (!address.readMac(flow.value, fields.position(of.mac), macOctets)) {
                throw wrong(of.mac, text(flow.value, fields.position(of.mac), macOctets) + " is no MAC address");
            }
            side.macAddress = address.low();
        }
        side.port = within(fields, of.port, MAX_SHORT);
        side.tcpControlBits = within(fields, of.flags, MAX_SHORT);
        side.packets = count(fields, of.packets);
        side.octets = count(fields, of.octets);
        side.layer2Octets = count(fields, of.layer2Octets);
        side.totalPackets = count(fields, of.totalPackets);
        side.totalOctets = count(fields, of.totalOctets);
        side.totalLayer2Octets = count(fields, of.totalLayer2Octets);
        takeWay(fields, of.way, flow, side.way);
    }

    private void takeWay(AvroFields fields, WayFields of, ExportedFlow flow, ExportedFlow.Way way)
            throws UndecodableRecordException {
        way.ingressInterface = count(fields, of.ingressInterface);
        way.egressInterface = count(fields, of.egressInterface);
        way.forwardingStatus = within(fields, of.forwardingStatus, MAX_OCTET);
        way.bgpSourceAsNumber = count(fields, of.bgpSourceAsNumber);
        way.bgpDestinationAsNumber = count(fields, of.bgpDestinationAsNumber);
        way.bgpNextAdjacentAsNumber = count(fields, of.bgpNextAdjacentAsNumber);
        way.bgpPrevAdjacentAsNumber = count(fields, of.bgpPrevAdjacentAsNumber);
        way.sourcePrefixLength = within(fields, of.sourcePrefixLength, MAX_OCTET);
        way.destinationPrefixLength = within(fields, of.destinationPrefixLength, MAX_OCTET);
        way.ipClassOfService = within(fields, of.ipClassOfService, MAX_OCTET);
        way.postVlanId = within(fields, of.postVlanId, MAX_SHORT);
        way.ingressVrfId = count(fields, of.ingressVrfId);
        way.egressVrfId = count(fields, of.egressVrfId);
        way.postNaptSourcePort = within(fields, of.postNaptSourcePort, MAX_SHORT);
        way.postNaptDestinationPort = within(fields, of.postNaptDestinationPort, MAX_SHORT);
        takeAddress(fields, of.ipNextHop, flow, way.ipNextHop);
        takeAddress(fields, of.bgpNextHop, flow, way.bgpNextHop);
        takeAddress(fields, of.postNatSource, flow, way.postNatSource);
        takeAddress(fields, of.postNatDestination, flow, way.postNatDestination);
        for (int i = 0; i < ExportedFlow.MPLS_SECTIONS; i++) {
            boolean isThere = fields.isPresent(of.mplsLabels[i]);
            boolean isBottom = isThere && !fields.isPresent(of.mplsLabels[i + 1]);
            way.mplsLabelStackSections[i] =
                    within(fields, of.mplsLabels[i], MAX_LABEL) << LABEL_SHIFT | (isBottom ? 1 : 0);
        }
    }

    /** One of the other IP version has no place in the flow's template. */
    private void takeAddress(AvroFields fields, int field, ExportedFlow flow, ExportedFlow.Address into) {
        into.high = 0;
        into.low = 0;
        int octets = fields.length(field);
        if (octets <= 0) {
            return;
        }
        int at = fields.position(field);
        boolean read = flow.ipVersion == IPV4
                ? address.readIpv4(flow.value, at, octets)
                : flow.ipVersion == IPV6 && address.readIpv6(flow.value, at, octets);
        if (read) {
            into.high = address.high();
            into.low = address.low();
        }
    }

    private void readAddress(AvroFields fields, SideFields of, ExportedFlow flow) throws UndecodableRecordException {
        if (flow.ipVersion == 0) {
            address.readIpv4(flow.value, 0, 0);
            return;
        }
        int at = fields.position(of.address);
        int octets = fields.length(of.address);
        boolean read = octets > 0
                && (flow.ipVersion == IPV4
                        ? address.readIpv4(flow.value, at, octets)
                        : address.readIpv6(flow.value, at, octets));
        if (!read) {
            throw wrong(
                    of.address,
                    (octets < 0 ? "null" : text(flow.value, at, octets)) + " is no IPv" + flow.ipVersion + " address");
        }
    }

    private static int required(AvroFields fields, int field) throws UndecodableRecordException {
        int octets = fields.length(field);
        if (octets < 0) {
            throw wrong(field, "it is missing");
        }
        return octets;
    }

    private static long flowId(AvroFields fields, byte[] value) throws UndecodableRecordException {
        int octets = required(fields, FLOW_ID);
        int at = fields.position(FLOW_ID);
        long id = 0;
        for (int i = 0; i < FLOW_ID_DIGITS; i++) {
            int digit = i < octets ? AddressOctets.digit(value[at + i]) : -1;
            if (digit < 0) {
                throw wrong(FLOW_ID, text(value, at, octets) + " does not begin with 16 hexadecimal digits");
            }
            id = id << 4 | digit;
        }
        return id;
    }

    private static int within(AvroFields fields, int field, int max) throws UndecodableRecordException {
        long number = fields.number(field, 0);
        if (number < 0 || number > max) {
            throw wrong(field, number + " is not between 0 and " + max);
        }
        return (int) number;
    }

    private static long count(AvroFields fields, int field) throws UndecodableRecordException {
        long number = fields.number(field, 0);
        if (number < 0) {
            throw wrong(field, number + " is no count");
        }
        return number;
    }

    private static String text(byte[] value, int at, int octets) {
        return "'" + new String(value, at, octets, StandardCharsets.UTF_8) + "'";
    }

    private static UndecodableRecordException wrong(int field, String what) {
        return new UndecodableRecordException(
                "Not a flow that can be exported: " + PATHS.get(field) + ": " + what, null);
    }
}
