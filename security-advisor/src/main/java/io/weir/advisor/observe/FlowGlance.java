package io.weir.advisor.observe;

import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.ApplicationGlance;
import io.weir.advisor.host.Observation.DnsGlance;
import io.weir.advisor.host.Observation.FlowSpan;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.Outcome;
import io.weir.advisor.subnet.AddressBits;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Orientation;
import io.weir.schemas.TcpState;
import io.weir.schemas.json.AvroFields;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.serde.WireFormat;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The fields of a flow record that say which class it has and what detections take from it: making an object of the whole record costs several times as
 * much, and most records are wanted by no rule that needs it. Holds what was read last. Not thread-safe.
 */
public final class FlowGlance {

    private static final List<String> PATHS = new ArrayList<>();

    private static final int HOST = path("observationPoint.host");
    private static final int INTERFACE = path("observationPoint.interface");
    private static final int CAPTURE = path("observationPoint.capture");
    private static final int SAMPLING_RATE = path("observationPoint.samplingRate");
    private static final int WINDOW_START = path("windowStart");
    private static final int FLOW_ID = path("flowId");
    private static final int FLOW_START = path("flowStartMicroseconds");
    private static final int FLOW_END = path("flowEndMicroseconds");
    private static final int FIRST = path("isFirst");
    private static final int EARLY = path("isEarly");
    private static final int PROTOCOL = path("protocolIdentifier");
    private static final int INITIATOR = path("initiator.address");
    private static final int INITIATOR_PORT = path("initiator.port");
    private static final int RESPONDER = path("responder.address");
    private static final int RESPONDER_PORT = path("responder.port");
    private static final int ORIENTATION = path("orientation");
    private static final int PACKETS_OUT = path("delta.initiatorPackets");
    private static final int OCTETS_OUT = path("delta.initiatorOctets");
    private static final int LAYER2_OUT = path("delta.initiatorLayer2Octets");
    private static final int PACKETS_IN = path("delta.responderPackets");
    private static final int OCTETS_IN = path("delta.responderOctets");
    private static final int LAYER2_IN = path("delta.responderLayer2Octets");
    private static final int TOTAL_OUT = path("total.initiatorPackets");
    private static final int FLAGS_OUT = path("total.initiatorTcpControlBits");
    private static final int TOTAL_IN = path("total.responderPackets");
    private static final int FLAGS_IN = path("total.responderTcpControlBits");
    private static final int TCP_STATE = path("tcp.state");
    private static final int ICMP_TYPE = path("icmp.type");
    private static final int APPLICATION = path("application.name");
    private static final int APPLICATION_SOURCE = path("application.source");
    private static final int DNS_QUERY = path("application.dnsQuery");
    private static final int SERVER_NAME = path("application.tlsServerName");
    private static final int DNS_TYPE = path("application.dns.queryType");
    private static final int DNS_CODE = path("application.dns.responseCode");
    private static final int DNS_QUERIES = path("application.dns.queries");
    private static final int DNS_RESPONSES = path("application.dns.responses");
    private static final int DNS_ERRORS = path("application.dns.errorResponses");
    private static final int UNREACHABLE = path("icmpErrors.initiator.destinationUnreachable");

    private static final int TRANSLATED_DESTINATION = path("forwarding.initiator.postNatDestinationAddress");

    private static final int FLOW_ID_DIGITS = 32;
    private static final int HEX = 16;

    private final AvroJsonReader schemas;
    private final boolean isPointApart;
    private final IdentityHashMap<AvroJson, AvroFields> fieldsBySchema = new IdentityHashMap<>();
    private final AddressBits address = new AddressBits();
    private AvroFields fields;

    /** @param isPointApart addresses at different observation points are different hosts, even where they are equal */
    public FlowGlance(AvroJsonReader schemas, boolean isPointApart) {
        this.schemas = schemas;
        this.isPointApart = isPointApart;
    }

    private static int path(String path) {
        PATHS.add(path);
        return PATHS.size() - 1;
    }

    /**
     * Reads the fields.
     *
     * @return false when they cannot be read, or are not all there; reading the whole record tells why
     * @throws io.weir.schemas.registry.SchemaRegistryException when the registry is away (retriable) or does not know the schema
     */
    public boolean read(byte[] value) {
        try {
            fields = fieldsBySchema.computeIfAbsent(schemas.transcoder(value), schema -> schema.fields(PATHS));
            fields.read(value, WireFormat.HEADER_OCTETS, value.length - WireFormat.HEADER_OCTETS);
        } catch (SerializationException e) {
            return false;
        }
        return fields.isPresent(HOST)
                && fields.isPresent(INTERFACE)
                && fields.isPresent(CAPTURE)
                && fields.isPresent(WINDOW_START)
                && fields.isPresent(FLOW_START);
    }

    /** As {@link io.weir.advisor.rule.ingress.IngressRule#observationPointOf} has it. */
    public String observationPoint() {
        return fields.string(HOST) + "|" + fields.string(INTERFACE) + "|" + fields.string(CAPTURE);
    }

    public long windowStart() {
        return fields.number(WINDOW_START, 0);
    }

    public long flowStartMicroseconds() {
        return fields.number(FLOW_START, 0);
    }

    public boolean isEarly() {
        return fields.isTrue(EARLY);
    }

    /** Null for frames without IP. */
    public String initiatorAddress() {
        return fields.string(INITIATOR);
    }

    /** Null for frames without IP. */
    public String responderAddress() {
        return fields.string(RESPONDER);
    }

    /** What the initiator's packets go on to, as a device says; mostly null. */
    public String translatedDestination() {
        return fields.string(TRANSLATED_DESTINATION);
    }

    public Orientation orientation() {
        List<String> symbols = fields.symbols(ORIENTATION);
        int symbol = (int) fields.number(ORIENTATION, -1);
        return symbol < 0 ? Orientation.unknown : Orientation.valueOf(symbols.get(symbol));
    }

    /**
     * What detections take from the record; null when they take nothing: an early record, frames without IP, traffic to groups, ICMP that is no request. Flows in
     * tunnels are taken as those around them: where only the underlay is seen, they are what the hosts do.
     *
     * @param point {@link #observationPoint}
     * @param flowClass by the addresses
     * @param confidence how sure it is who began
     */
    public Observation observation(String point, FlowClass flowClass, Confidence confidence) {
        if (isEarly() || !fields.isPresent(PROTOCOL)) {
            return null;
        }
        long realm = isPointApart ? HostKey.realm(point) : 0;
        HostKey initiator = host(fields.string(INITIATOR), realm);
        HostKey responder = host(fields.string(RESPONDER), realm);
        int protocol = (int) fields.number(PROTOCOL, 0);
        if (initiator == null || responder == null || responder.isGroup() || initiator.isGroup()) {
            return null;
        }
        int port = (int) fields.number(RESPONDER_PORT, Observation.NO_PORT);
        if (protocol == Observation.ICMP || protocol == Observation.ICMPV6) {
            port = (int) fields.number(ICMP_TYPE, Observation.NO_PORT);
            if (!isRequest(protocol, port)) {
                return null;
            }
        }
        return new Observation(
                initiator,
                responder,
                protocol,
                (int) fields.number(INITIATOR_PORT, Observation.NO_PORT),
                port,
                flowClass,
                confidence,
                outcome(protocol),
                (int) Math.max(1, fields.number(SAMPLING_RATE, 1)),
                point,
                span(),
                traffic(),
                application());
    }

    private HostKey host(String text, long realm) {
        return address.parse(text)
                ? HostKey.of(address.high(), address.low(), address.isV6()).in(realm)
                : null;
    }

    /** Echo, time stamp, information and mask requests (RFC 792, 950), and echo requests (RFC 4443). */
    private static boolean isRequest(int protocol, int type) {
        if (protocol == Observation.ICMPV6) {
            return type == 128;
        }
        return type == 8 || type == 13 || type == 15 || type == 17;
    }

    private Outcome outcome(int protocol) {
        int symbol = (int) fields.number(TCP_STATE, -1);
        TcpState state = symbol < 0
                ? TcpState.unknown
                : TcpState.valueOf(fields.symbols(TCP_STATE).get(symbol));
        Outcome outcome = Outcomes.of(
                protocol,
                state,
                fields.number(TOTAL_OUT, 0),
                fields.number(TOTAL_IN, 0),
                (int) fields.number(FLAGS_OUT, -1),
                (int) fields.number(FLAGS_IN, -1),
                fields.number(UNREACHABLE, 0) > 0);
        // That no sample holds an answer does not say that there was none.
        boolean isSampled = fields.number(SAMPLING_RATE, 1) > 1;
        return isSampled && (outcome == Outcome.UNANSWERED || outcome == Outcome.ONE_SIDED) ? Outcome.UNKNOWN : outcome;
    }

    private FlowSpan span() {
        String id = fields.string(FLOW_ID);
        long high = 0;
        long low = 0;
        if (id != null && id.length() == FLOW_ID_DIGITS) {
            try {
                high = Long.parseUnsignedLong(id, 0, FLOW_ID_DIGITS / 2, HEX);
                low = Long.parseUnsignedLong(id, FLOW_ID_DIGITS / 2, FLOW_ID_DIGITS, HEX);
            } catch (NumberFormatException e) {
                // Somebody else's ids: flows are still told apart by their start.
                high = id.hashCode();
            }
        }
        long start = flowStartMicroseconds();
        return new FlowSpan(high, low, start, Math.max(start, fields.number(FLOW_END, start)), fields.isTrue(FIRST));
    }

    private Traffic traffic() {
        return new Traffic(
                fields.number(PACKETS_OUT, 0),
                fields.number(OCTETS_OUT, fields.number(LAYER2_OUT, 0)),
                fields.number(PACKETS_IN, 0),
                fields.number(OCTETS_IN, fields.number(LAYER2_IN, 0)));
    }

    private ApplicationGlance application() {
        String name = fields.string(APPLICATION);
        if (name == null) {
            return null;
        }
        DnsGlance dns = fields.isPresent(DNS_QUERIES)
                ? new DnsGlance(
                        fields.string(DNS_QUERY),
                        (int) fields.number(DNS_TYPE, -1),
                        (int) fields.number(DNS_CODE, -1),
                        fields.number(DNS_QUERIES, 0),
                        fields.number(DNS_RESPONSES, 0),
                        fields.number(DNS_ERRORS, 0))
                : null;
        return new ApplicationGlance(
                name, "payload".equals(fields.string(APPLICATION_SOURCE)), fields.string(SERVER_NAME), dns);
    }
}
