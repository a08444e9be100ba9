package io.weir.exporters.ipfix;

import io.weir.topology.netflow.DataRecord;
import io.weir.topology.netflow.Exporter;
import io.weir.topology.netflow.GiveUpReason;
import io.weir.topology.netflow.MessageHead;
import io.weir.topology.netflow.NetflowDecoder;
import io.weir.topology.netflow.NetflowLimits;
import io.weir.topology.netflow.NetflowListener;
import io.weir.topology.netflow.NetflowProblem;
import io.weir.topology.netflow.PendingSet;
import io.weir.topology.netflow.SamplingRate;
import io.weir.topology.netflow.Template;
import io.weir.topology.netflow.TemplateChange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A collecting process made of Weir's own decoder: keeps what it reads, and holds each message against the protocol. */
final class TestCollector implements NetflowListener {

    static final Exporter EXPORTER = new Exporter(0, 0x7f00_0001L, 4, 4739);

    private static final Set<Integer> TEXTS = Set.of(82, 96, 300);
    private static final long NANOS_PER_MS = 1_000_000;

    /**
     * A flow record.
     *
     * @param numbers by element
     * @param reverse by element, those of the other direction
     */
    record Seen(
            int domain,
            int template,
            String source,
            String destination,
            long startMs,
            long endMs,
            double samplingRate,
            Map<Integer, Long> numbers,
            Map<Integer, Long> reverse,
            Map<Integer, String> texts) {
        long get(int element) {
            return numbers.get(element);
        }
    }

    final List<Seen> flows = new ArrayList<>();
    final List<Seen> options = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    final List<Integer> messageOctets = new ArrayList<>();
    final List<Long> exportSeconds = new ArrayList<>();
    final List<Integer> templates = new ArrayList<>();
    int heldSets;
    int messages;
    private final NetflowDecoder decoder = new NetflowDecoder(NetflowLimits.defaults());
    private final Map<Integer, Integer> nextSequence = new HashMap<>();

    /** A message, in an array of its own. */
    void take(byte[] message) {
        take(message, 0, message.length);
    }

    void take(byte[] octets, int offset, int length) {
        messageOctets.add(length);
        ByteBuffer message = ByteBuffer.wrap(octets);
        long exportedNanos = message.getInt(offset + IpfixMessage.EXPORT_TIME) * 1_000L * NANOS_PER_MS;
        decoder.decode(message, offset, length, EXPORTER, exportedNanos, this);
    }

    /** Another transport session begins: sequence numbers do so too. */
    void newSession() {
        nextSequence.clear();
    }

    String interfaceName(long index) {
        return decoder.options(EXPORTER).interfaceNames().name(index);
    }

    /** Sum of an element over the flow records. */
    long sum(int element) {
        return flows.stream()
                .mapToLong(flow -> flow.numbers().getOrDefault(element, 0L))
                .sum();
    }

    @Override
    public void onMessage(MessageHead head) {
        messages++;
        exportSeconds.add(head.exportNanos / NANOS_PER_MS / 1_000);
    }

    @Override
    public void onDataRecord(DataRecord record) {
        flows.add(seen(record));
    }

    @Override
    public void onOptionsRecord(DataRecord record) {
        options.add(seen(record));
    }

    private Seen seen(DataRecord record) {
        Map<Integer, Long> numbers = new HashMap<>();
        Map<Integer, Long> reverse = new HashMap<>();
        Map<Integer, String> texts = new HashMap<>();
        Template template = record.template();
        for (int field = 0; field < template.fieldCount(); field++) {
            byte[] value = new byte[record.fieldOctets(field)];
            record.buffer().get(record.fieldPosition(field), value);
            int element = template.id(field);
            if (TEXTS.contains(element)) {
                texts.put(element, new String(value, StandardCharsets.UTF_8));
            } else if (value.length <= Long.BYTES) {
                long number = 0;
                for (byte octet : value) {
                    number = number << 8 | (octet & 0xff);
                }
                (template.enterprise(field) == 0 ? numbers : reverse).put(element, number);
            }
        }
        SamplingRate rate = new SamplingRate();
        decoder.options(EXPORTER).sampling().rateOf(record, rate);
        return new Seen(
                record.head().domain,
                template.key().id(),
                record.sourceAddress(),
                record.destinationAddress(),
                record.firstNanos / NANOS_PER_MS,
                record.lastNanos / NANOS_PER_MS,
                rate.packetsPerSample,
                numbers,
                reverse,
                texts);
    }

    @Override
    public void onTemplate(Template template, TemplateChange change) {
        templates.add(template.key().id());
    }

    @Override
    public void onSetHeld(PendingSet set) {
        heldSets++;
    }

    @Override
    public void onSetReleased(PendingSet set) {}

    @Override
    public void onSetGivenUp(PendingSet set, GiveUpReason reason) {
        problems.add("given up " + reason);
    }

    @Override
    public void onLateSet(PendingSet set) {}

    @Override
    public void onProblem(MessageHead head, NetflowProblem problem, int position, int octets) {
        problems.add(problem + " at " + position);
    }

    @Override
    public void onMessageEnd(MessageHead head) {
        int expected = nextSequence.getOrDefault(head.domain, 0);
        if (expected != head.sequenceNumber) {
            problems.add("domain " + head.domain + ": sequence number " + head.sequenceNumber + ", not " + expected);
        }
        nextSequence.put(head.domain, head.sequenceNumber + head.dataRecords);
    }
}
