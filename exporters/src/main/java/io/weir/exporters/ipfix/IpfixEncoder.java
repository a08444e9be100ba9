package io.weir.exporters.ipfix;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes IPFIX messages of flows. A message is of one observation point; it is handed over when the next record does not fit, when the rate that
 * the point samples with changes, and when {@link #flush} asks for it. Nothing is allocated for a record. Not thread-safe.
 */
public final class IpfixEncoder {

    /**
     * Observation points with a message of their own; at the cap the one used longest ago is let go; when it returns it is announced, and its
     * sequence numbers begin, anew.
     */
    static final int MAX_DOMAINS = 1024;

    private static final float LOAD_FACTOR = 0.75f;

    private final FlowFormat format;
    private final int messageOctets;
    private final MessageSink sink;
    private final Map<PointKey, ExportDomain> domains = new LinkedHashMap<>(MAX_DOMAINS, LOAD_FACTOR, true);
    private final PointKey probe = new PointKey();
    private ExportDomain last;
    private int heldRecords;

    /**
     * @param format of records
     * @param messageOctets octets of a message at most
     * @param sink of messages
     */
    IpfixEncoder(FlowFormat format, int messageOctets, MessageSink sink) {
        this.format = format;
        this.messageOctets = messageOctets;
        this.sink = sink;
    }

    /** An encoder as of a configuration, for whoever wants messages without a collector. */
    public static IpfixEncoder of(IpfixConfig config, Consumer<ByteBuffer> messages) {
        return new IpfixEncoder(
                config.format(), config.messageOctets(), (announcement, message) -> messages.accept(message));
    }

    /**
     * Adds the flow's records: one for each direction with packets, or one for both; none where there were no packets, but for the end of a flow
     * whose directions share a record.
     *
     * @return how many
     */
    public int encode(ExportedFlow flow) {
        boolean sent = flow.initiator.packets > 0;
        boolean answered = flow.responder.packets > 0;
        if (format.isBiflow()) {
            if (!sent && !answered && !flow.isLast) {
                return 0;
            }
            put(domainOf(flow), flow, true);
            return 1;
        }
        if (!sent && !answered) {
            return 0;
        }
        ExportDomain domain = domainOf(flow);
        if (sent) {
            put(domain, flow, true);
        }
        if (answered) {
            put(domain, flow, false);
        }
        return sent && answered ? 2 : 1;
    }

    private void put(ExportDomain domain, ExportedFlow flow, boolean fromInitiator) {
        int template = FlowFormat.templateOf(flow);
        int octets = format.recordOctets(template, flow, domain.isReported);
        ByteBuffer out = domain.message;
        boolean newSet = domain.openTemplate != template;
        if (domain.records > 0
                && out.position() + octets + (newSet ? IpfixMessage.SET_HEAD_OCTETS : 0) > messageOctets) {
            end(domain);
            newSet = true;
        }
        if (domain.records == 0) {
            IpfixMessage.begin(out, domain.id);
        }
        if (newSet) {
            if (domain.records > 0) {
                IpfixMessage.endSet(out, domain.openSet);
            }
            domain.openSet = IpfixMessage.beginSet(out, template);
            domain.openTemplate = template;
        }
        format.write(out, template, flow, fromInitiator, domain);
        domain.records++;
        heldRecords++;
    }

    private void end(ExportDomain domain) {
        if (domain.records == 0) {
            return;
        }
        IpfixMessage.endSet(domain.message, domain.openSet);
        IpfixMessage.end(domain.message, domain.records);
        sink.accept(domain.announcement, domain.message);
        heldRecords -= domain.records;
        domain.records = 0;
        domain.openTemplate = 0;
    }

    private ExportDomain domainOf(ExportedFlow flow) {
        probe.set(flow);
        ExportDomain domain = last != null && last.key.equals(probe) ? last : domains.get(probe);
        if (domain == null) {
            domain = newDomain();
        }
        if (domain.samplingRate != flow.samplingRate) {
            end(domain);
            domain.announce(format, flow.samplingRate);
        }
        last = domain;
        return domain;
    }

    private ExportDomain newDomain() {
        if (domains.size() >= MAX_DOMAINS) {
            Iterator<ExportDomain> eldest = domains.values().iterator();
            end(eldest.next());
            eldest.remove();
        }
        ExportDomain domain = new ExportDomain(probe.copy(), messageOctets);
        domains.put(domain.key, domain);
        return domain;
    }

    /** Hands over what waits for a message to fill. */
    public void flush() {
        if (heldRecords > 0) {
            domains.values().forEach(this::end);
        }
    }

    /** Octets of messages that take records, in memory. */
    long heldOctets() {
        return (long) domains.size() * messageOctets;
    }
}
