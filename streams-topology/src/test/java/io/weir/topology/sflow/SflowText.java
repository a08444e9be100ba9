package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes what a datagram holds, a line for each report, with positions from the start of the datagram; and compares on the way what the
 * carriers hold with what the reader of the table reads of the same records.
 */
final class SflowText implements SflowListener {
    /** The carriers as they were with the last report; they hold what the last sample of the kind holds. */
    FlowSample flow;

    CounterSample counters;
    DiscardedPacket discarded;
    SflowDatagram datagram;
    final List<String> lines = new ArrayList<>();
    final List<SflowProblem> problems = new ArrayList<>();

    private final ByteBuffer buffer;
    private final int offset;
    private final int end;

    private Consumer<SampledPacket> onPacket = packet -> {};

    private SflowText(ByteBuffer buffer, int offset, int length) {
        this.buffer = buffer;
        this.offset = offset;
        end = offset + length;
    }

    static SflowText of(byte[] octets) {
        return of(new SflowDecoder(), ByteBuffer.wrap(octets).asReadOnlyBuffer(), 0, octets.length);
    }

    /** Hands out each packet, too. */
    static SflowText of(byte[] octets, Consumer<SampledPacket> onPacket) {
        SflowText text = new SflowText(ByteBuffer.wrap(octets), 0, octets.length);
        text.onPacket = onPacket;
        new SflowDecoder().decode(text.buffer, 0, octets.length, text);
        return text;
    }

    static SflowText of(SflowDecoder decoder, ByteBuffer buffer, int offset, int length) {
        SflowText text = new SflowText(buffer, offset, length);
        decoder.decode(buffer, offset, length, text);
        return text;
    }

    @Override
    public void onDatagram(SflowDatagram d) {
        datagram = d;
        lines.add("datagram " + address(d.agentAddress) + " " + d.subAgentId + " " + d.sequenceNumber + " " + d.uptimeMs
                + " " + d.announcedSamples);
    }

    @Override
    public void onFlowSample(FlowSample s) {
        flow = s;
        lines.add(
                "flow " + sample(s) + " rate " + s.samplingRate + " pool " + s.samplePool + " drops " + s.drops + " in "
                        + s.inputFormat + ":" + s.inputValue + " out " + s.outputFormat + ":" + s.outputValue
                        + packet(s, s.packet));
    }

    @Override
    public void onDiscardedPacket(DiscardedPacket s) {
        discarded = s;
        lines.add("discarded " + sample(s) + " drops " + s.drops + " in " + s.inputIfIndex + " out " + s.outputIfIndex
                + " reason " + s.reason + packet(s, s.packet));
    }

    @Override
    public void onCounterSample(CounterSample s) {
        counters = s;
        StringBuilder text = new StringBuilder("counters ").append(sample(s));
        if (s.hasInterfaceCounters) {
            List<String> typed = CounterFields.of(s.interfaceCounters);
            requireSame(s, true, 1, typed);
            text.append(' ').append(typed);
        }
        if (s.hasEthernetCounters) {
            List<String> typed = CounterFields.of(s.ethernetCounters);
            requireSame(s, true, 2, typed);
            text.append(' ').append(typed);
        }
        lines.add(text.toString());
    }

    @Override
    public void onOtherSample(int enterprise, int format, int position, int octets) {
        requireWithin(position, octets);
        lines.add("other " + enterprise + ":" + format + " @" + (position - offset) + "+" + octets);
    }

    @Override
    public void onProblem(SflowProblem problem, int position) {
        require(position >= offset && position <= end, "position of " + problem + " " + position);
        problems.add(problem);
        lines.add("problem " + problem + " @" + (position - offset));
    }

    @Override
    public void onEnd() {
        lines.add("end");
    }

    private String sample(SflowSample s) {
        requireWithin(s.position, s.octets);
        require(s.records.size() <= RecordList.MAX_RECORDS, "bounded list");
        StringBuilder text = new StringBuilder();
        text.append(s.expanded ? "expanded @" : "compact @")
                .append(s.position - offset)
                .append('+')
                .append(s.octets);
        text.append(" seq ").append(s.sequenceNumber).append(" source ").append(s.sourceType);
        text.append(':').append(s.sourceIndex).append(' ').append(s.problem).append(" records");
        for (int i = 0; i < s.records.size(); i++) {
            requireWithin(s.records.position(i), s.records.octets(i));
            text.append(' ').append(s.records.enterprise(i)).append(':').append(s.records.format(i));
            text.append('@').append(s.records.position(i) - offset).append('+').append(s.records.octets(i));
        }
        return text.toString();
    }

    private String packet(SflowSample s, SampledPacket packet) {
        onPacket.accept(packet);
        StringBuilder text = new StringBuilder(" present ").append(Long.toHexString(packet.present));
        long seen = 0;
        for (int format : TypedFields.FORMATS) {
            long bit = TypedFields.bit(format);
            if (packet.has(bit)) {
                seen |= bit;
                List<String> typed = TypedFields.of(format, packet, buffer);
                requireSame(s, false, format, typed);
                text.append(' ').append(format).append(typed);
            } else {
                require(!hasComplete(s, format), "record " + format + " is there and whole");
            }
        }
        if (packet.has(SampledPacket.GATEWAY)) {
            seen |= SampledPacket.GATEWAY;
            String gateway = gateway(packet.gateway);
            require(isOneOf(s, gateway), "carrier of record 1003 " + gateway);
            text.append(' ').append(gateway);
        } else {
            require(!hasComplete(s, 1003), "record 1003 is there and whole");
        }
        require(seen == packet.present, "no other bits");
        if (packet.has(SampledPacket.HEADER)) {
            requireWithin(packet.header.position, packet.header.octets);
            text.append(" layer 2 ")
                    .append(packet.layer2Octets())
                    .append(" link ")
                    .append(packet.linkType(buffer));
        }
        return text.toString();
    }

    private static String gateway(SampledGateway g) {
        return "gateway " + address(g.nextHop) + " " + g.as + " " + g.sourceAs + " " + g.sourcePeerAs + " "
                + g.destinationAs + " " + g.destinationPeerAs + " " + g.pathSegments + " " + g.communities.count + " "
                + g.localPreference;
    }

    private boolean isOneOf(SflowSample s, String gateway) {
        for (int i = 0; i < s.records.size(); i++) {
            if (is(s, i, 1003)
                    && naiveGateway(log(SflowStructures.flow(0, 1003), s, i).lines)
                            .equals(gateway)) {
                return true;
            }
        }
        return s.records.size() == RecordList.MAX_RECORDS;
    }

    /** What {@link #gateway} says, from the fields as they are on the wire. */
    private static String naiveGateway(List<String> lines) {
        String[] numbers = new String[4];
        String destination = "-1";
        String destinationPeer = "-1";
        String segments = "";
        String preference = "-1";
        long communities = 0;
        boolean sequence = false;
        for (String line : lines) {
            int equals = line.indexOf('=');
            String value = line.substring(equals + 1);
            if (line.startsWith("nextHop=")) {
                numbers[0] = value;
            } else if (line.startsWith("as=")) {
                numbers[1] = value;
            } else if (line.startsWith("srcAs=")) {
                numbers[2] = value;
            } else if (line.startsWith("srcPeerAs=")) {
                numbers[3] = value;
            } else if (line.startsWith("dstAsPath[")) {
                segments = line.substring("dstAsPath[".length());
            } else if (line.startsWith("segmentType=")) {
                sequence = value.equals("2");
            } else if (line.startsWith("asNumber=")) {
                destination = sequence ? value : destination;
                destinationPeer = destinationPeer.equals("-1") ? value : destinationPeer;
            } else if (line.startsWith("community=")) {
                communities++;
            } else if (line.startsWith("localpref=")) {
                preference = value;
            }
        }
        return "gateway " + String.join(" ", numbers) + " " + destination + " " + destinationPeer + " " + segments + " "
                + communities + " " + preference;
    }

    static String address(SflowAddress address) {
        return "v" + address.ipVersion + "/" + Long.toHexString(address.high) + "/" + Long.toHexString(address.low);
    }

    private boolean hasComplete(SflowSample s, int format) {
        for (int i = 0; i < s.records.size(); i++) {
            if (is(s, i, format) && log(SflowStructures.flow(0, format), s, i).problem == SflowProblem.NONE) {
                return true;
            }
        }
        return false;
    }

    /** The carrier holds one of the records of its format that are listed; those beyond the list are not looked for. */
    private void requireSame(SflowSample s, boolean counter, int format, List<String> typed) {
        Structure structure = counter ? SflowStructures.counters(0, format) : SflowStructures.flow(0, format);
        boolean same = s.records.size() == RecordList.MAX_RECORDS;
        for (int i = 0; i < s.records.size() && !same; i++) {
            if (is(s, i, format)) {
                FieldLog log = log(structure, s, i);
                log.lines.removeIf(line -> line.startsWith("extra "));
                // Of a record cut short the carrier holds all fields, those that are missing as unknown.
                same = log.problem == SflowProblem.NONE
                        ? log.lines.equals(typed)
                        : log.lines.equals(typed.subList(0, log.lines.size()));
            }
        }
        require(same, "carrier of record " + format + " " + typed);
    }

    private static boolean is(SflowSample s, int index, int format) {
        return s.records.enterprise(index) == 0 && s.records.format(index) == format;
    }

    private FieldLog log(Structure structure, SflowSample s, int index) {
        return FieldLog.of(structure, buffer, s.records.position(index), s.records.octets(index));
    }

    private void requireWithin(int position, int octets) {
        require(position >= offset && octets >= 0 && position + octets <= end, position + "+" + octets + " is within");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("expected that " + what);
        }
    }
}
