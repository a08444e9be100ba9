package io.weir.exporters.ipfix;

import io.weir.schemas.packets.CaptureNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One observation point as an Observation Domain (RFC 7011): a domain of its own, as collectors apply a sampling rate to a whole domain. Its
 * number, and that of its interface, follow from the names: the same from every process and after every restart.
 *
 * <p>The message that takes records belongs to the encoder's thread, what has been sent to the writer's.
 */
final class ExportDomain {

    static final int OPTIONS_INTERFACE = 300;
    static final int OPTIONS_SAMPLING = 301;
    static final int OPTIONS_DOMAIN_NAME = 302;

    private static final ExportTemplate INTERFACE =
            ExportTemplate.options(OPTIONS_INTERFACE, Element.INGRESS_INTERFACE, Element.INTERFACE_NAME);
    private static final ExportTemplate SAMPLING = ExportTemplate.options(
            OPTIONS_SAMPLING,
            Element.OBSERVATION_DOMAIN_ID,
            Element.SAMPLING_PACKET_INTERVAL,
            Element.SAMPLING_PACKET_SPACE);
    private static final ExportTemplate DOMAIN_NAME =
            ExportTemplate.options(OPTIONS_DOMAIN_NAME, Element.OBSERVATION_DOMAIN_ID, Element.OBSERVATION_DOMAIN_NAME);

    private static final int MAX_NAME_OCTETS = 120;

    /** Templates of flows with everything that can be chosen, and the rest, are shorter. */
    private static final int MAX_ANNOUNCEMENT_OCTETS = IpfixConfig.MIN_MESSAGE_OCTETS;

    /** Interface indexes are positive in 32 bits (RFC 2863). */
    private static final int INDEX_MASK = 0x7fff_ffff;

    final PointKey key;
    final int id;
    final int ingressInterface;

    /** A device reports of it, and says of the way of packets more than captures show. */
    final boolean isReported;

    /** Takes records. */
    final ByteBuffer message;

    /** Number of the template whose set is open in the message; 0 when the message is empty. */
    int openTemplate;

    int openSet;
    int records;
    Announcement announcement;
    int samplingRate;

    /** Data records that the session has sent before. */
    int sequence;

    /** Session that knows the domain. */
    long session;

    Announcement announced;
    long announcedNanos;
    long messagesSinceAnnounced;

    ExportDomain(PointKey key, int messageOctets) {
        this.key = key;
        int hash = hash(key);
        this.id = hash == 0 ? 1 : hash;
        this.ingressInterface = Math.max(1, id & INDEX_MASK);
        this.isReported = CaptureNames.SFLOW.equals(key.capture()) || CaptureNames.NETFLOW.equals(key.capture());
        this.message = ByteBuffer.allocate(messageOctets);
    }

    /** FNV-1a of 64 bits, folded; it is part of what collectors see and must stay. */
    private static int hash(PointKey key) {
        long hash = 0xcbf2_9ce4_8422_2325L;
        for (int i = 0; i < key.octets(); i++) {
            hash = (hash ^ (key.octet(i) & 0xff)) * 0x100_0000_01b3L;
        }
        return (int) (hash ^ (hash >>> Integer.SIZE));
    }

    /** Makes the announcement anew, as of this rate. */
    void announce(FlowFormat format, int rate) {
        samplingRate = rate;
        ByteBuffer out = ByteBuffer.allocate(MAX_ANNOUNCEMENT_OCTETS);
        IpfixMessage.begin(out, id);
        int set = IpfixMessage.beginSet(out, IpfixMessage.TEMPLATE_SET);
        format.templates(isReported).forEach(template -> template.write(out));
        IpfixMessage.endSet(out, set);
        // A set for each: nfcapd reads the first of a set only.
        List<ExportTemplate> options =
                isReported ? List.of(SAMPLING, DOMAIN_NAME) : List.of(INTERFACE, SAMPLING, DOMAIN_NAME);
        for (ExportTemplate template : options) {
            set = IpfixMessage.beginSet(out, IpfixMessage.OPTIONS_TEMPLATE_SET);
            template.write(out);
            IpfixMessage.endSet(out, set);
        }

        // The interfaces that a device tells of have numbers of its own.
        if (!isReported) {
            set = IpfixMessage.beginSet(out, OPTIONS_INTERFACE);
            out.putInt(ingressInterface);
            byte[] name = key.interfaceName().getBytes(StandardCharsets.UTF_8);
            int octets = Utf8.fitting(name, 0, name.length, Element.INTERFACE_NAME.octets);
            out.put(name, 0, octets).put(new byte[Element.INTERFACE_NAME.octets - octets]);
            IpfixMessage.endSet(out, set);
        }

        set = IpfixMessage.beginSet(out, OPTIONS_SAMPLING);
        out.putInt(id).putInt(1).putInt(rate - 1);
        IpfixMessage.endSet(out, set);

        set = IpfixMessage.beginSet(out, OPTIONS_DOMAIN_NAME);
        byte[] point = toString().getBytes(StandardCharsets.UTF_8);
        int octets = Utf8.fitting(point, 0, point.length, MAX_NAME_OCTETS);
        out.putInt(id).put((byte) octets).put(point, 0, octets);
        IpfixMessage.endSet(out, set);

        // A record of each.
        IpfixMessage.end(out, options.size());
        byte[] announced = new byte[out.remaining()];
        out.get(announced);
        announcement = new Announcement(this, announced);
    }

    /** Host, interface and capture, with slashes between. */
    @Override
    public String toString() {
        return key.toString();
    }
}
