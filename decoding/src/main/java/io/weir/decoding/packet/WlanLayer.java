package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * The MAC header of IEEE 802.11-2020 (section 9.2.4, frame formats of 9.3) and, behind that of a data frame, LLC. Fields of two octets
 * are in little endian order.
 *
 * <pre>
 * 0 frame control (2)   version 2 bits, type 2, subtype 4   to DS, from DS, more fragments, retry, power, more data, protected, +HTC
 * 2 duration (2)  4 address 1 (6)  10 address 2 (6)  16 address 3 (6)  22 sequence control (2)  24 address 4 (6)  QoS control (2)
 *   HT control (4)
 * to DS  from DS   destination   source
 *   0      0        address 1    address 2
 *   0      1        address 1    address 3
 *   1      0        address 3    address 2
 *   1      1        address 3    address 4
 * </pre>
 *
 * <p>Management and control frames are known by their addresses alone: receiver and transmitter. So are data frames without data,
 * protected ones, later fragments and aggregates (A-MSDU). Mesh headers are not known: behind
 * one the LLC is not found.
 */
final class WlanLayer {
    /** The frame ends with its check sequence. */
    static final int HAS_CHECK_SEQUENCE = 1;
    /** Octets were put between header and payload so that the payload begins at a multiple of four. */
    static final int HAS_PADDING = 2;
    /** The check sequence was wrong. */
    static final int DAMAGED = 4;
    /**
     * Between an access point and its controller. The frame is whole, whatever its fragment number says. The two octets of the frame
     * control may stand in the other order, as common access points put them; the version, which is 0, shows it: in its place stand the
     * flags for the distribution system, of which such a frame has one.
     */
    static final int TO_CONTROLLER = 8;

    private static final int FRAME_CONTROL_LENGTH = 2;
    private static final int FLAGS = 1;
    private static final int ADDRESS_1 = 4;
    private static final int ADDRESS_2 = 10;
    private static final int ADDRESS_3 = 16;
    private static final int SEQUENCE_CONTROL = 22;
    private static final int ADDRESS_4 = 24;
    private static final int DATA_LENGTH = 24;
    private static final int QOS_CONTROL_LENGTH = 2;
    private static final int HT_CONTROL_LENGTH = 4;
    private static final int CHECK_SEQUENCE_LENGTH = 4;

    private static final int VERSION_MASK = 0x03;
    private static final int TYPE_MANAGEMENT = 0;
    private static final int TYPE_CONTROL = 1;
    private static final int TYPE_DATA = 2;

    /** Subtype bits of a data frame. */
    private static final int SUBTYPE_NO_DATA = 0x4;

    private static final int SUBTYPE_QOS = 0x8;

    /** Control frames whose address 2 is the transmitter: trigger, TACK, report poll, NDP announcement, block acks, PS-Poll, RTS, CF-End. */
    private static final int SUBTYPES_WITH_TRANSMITTER = 0xcf3c;

    /** In the address of a transmitter the group bit is a flag (bandwidth signalling). */
    private static final long GROUP_BIT = 0x0100_0000_0000L;

    /** Extension frames that begin with their sender's address: DMG beacon 0, S1G beacon 1. */
    private static final int MAX_BEACON_EXTENSION = 1;

    private static final int TO_DS = 0x01;
    private static final int FROM_DS = 0x02;
    private static final int PROTECTED = 0x40;
    private static final int HT_CONTROL = 0x80;
    /** In the first octet of the sequence control. */
    private static final int FRAGMENT_NUMBER = 0x0f;
    /** In the first octet of the QoS control. */
    private static final int AGGREGATE = 0x80;

    private static final int NO_PAYLOAD = -1;

    private WlanLayer() {}

    /** Parameters as in {@link LinkLayer}; {@code position} is that of the frame control, at any place of a packet. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        decode(buffer, position, end, uncaptured, 0, out);
    }

    /**
     * The same with what the capture, or the layer around it, says about the frame: any of {@link #HAS_CHECK_SEQUENCE}, {@link #HAS_PADDING}, {@link #DAMAGED},
     * {@link #TO_CONTROLLER}.
     */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, int reception, PacketHeaders out) {
        if (!out.enterLinkLayer(Layer.wlan)) {
            return;
        }
        if ((reception & HAS_CHECK_SEQUENCE) != 0) {
            int notCaptured = Math.min(uncaptured, CHECK_SEQUENCE_LENGTH);
            uncaptured -= notCaptured;
            end -= CHECK_SEQUENCE_LENGTH - notCaptured;
        }
        int headerLength = header(buffer, position, end, uncaptured, reception, out);
        if ((reception & DAMAGED) != 0) {
            out.addProblem(DecodingProblem.bad_frame_check_sequence);
        } else if (headerLength != NO_PAYLOAD) {
            if ((reception & HAS_PADDING) != 0) {
                headerLength = (headerLength + 3) & ~3;
            }
            EtherTypeLayer.decode(buffer, position + headerLength, end, uncaptured, EtherTypeLayer.ANY_LENGTH, out);
        }
    }

    /** Length of the header in octets where a payload follows that may be read, else {@link #NO_PAYLOAD}. */
    private static int header(
            ByteBuffer buffer, int position, int end, int uncaptured, int reception, PacketHeaders out) {
        if (end - position < FRAME_CONTROL_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return NO_PAYLOAD;
        }
        int versionAndType = buffer.get(position) & 0xff;
        int flags = buffer.get(position + FLAGS) & 0xff;
        boolean swapped =
                (reception & TO_CONTROLLER) != 0 && (versionAndType & VERSION_MASK) != 0 && (flags & VERSION_MASK) == 0;
        if (swapped) {
            int first = versionAndType;
            versionAndType = flags;
            flags = first;
        }
        if ((versionAndType & VERSION_MASK) != 0) {
            out.addProblem(DecodingProblem.bad_link_header);
            return NO_PAYLOAD;
        }
        int subtype = versionAndType >>> 4;
        switch ((versionAndType >>> 2) & 0x3) {
            case TYPE_MANAGEMENT -> {
                out.destinationMac = address(buffer, position, end, uncaptured, ADDRESS_1, out);
                out.sourceMac = address(buffer, position, end, uncaptured, ADDRESS_2, out);
                return NO_PAYLOAD;
            }
            case TYPE_CONTROL -> {
                out.destinationMac = address(buffer, position, end, uncaptured, ADDRESS_1, out);
                if (((SUBTYPES_WITH_TRANSMITTER >>> subtype) & 1) != 0) {
                    long transmitter = address(buffer, position, end, uncaptured, ADDRESS_2, out);
                    out.sourceMac = transmitter < 0 ? transmitter : transmitter & ~GROUP_BIT;
                }
                return NO_PAYLOAD;
            }
            case TYPE_DATA -> {
                return dataHeader(buffer, position, end, uncaptured, reception, subtype, flags, out);
            }
            default -> {
                if (subtype <= MAX_BEACON_EXTENSION) {
                    out.sourceMac = address(buffer, position, end, uncaptured, ADDRESS_1, out);
                }
                return NO_PAYLOAD;
            }
        }
    }

    private static int dataHeader(
            ByteBuffer buffer,
            int position,
            int end,
            int uncaptured,
            int reception,
            int subtype,
            int flags,
            PacketHeaders out) {
        boolean toDs = (flags & TO_DS) != 0;
        boolean fromDs = (flags & FROM_DS) != 0;
        int source = fromDs ? toDs ? ADDRESS_4 : ADDRESS_3 : ADDRESS_2;
        out.destinationMac = address(buffer, position, end, uncaptured, toDs ? ADDRESS_3 : ADDRESS_1, out);
        out.sourceMac = address(buffer, position, end, uncaptured, source, out);
        int length = DATA_LENGTH;
        if (toDs && fromDs) {
            length += LinkLayer.MAC_LENGTH;
        }
        int qosControl = length;
        boolean qos = (subtype & SUBTYPE_QOS) != 0;
        if (qos) {
            // Without QoS the flag is an older one, strict order, and adds nothing to the header.
            length += (flags & HT_CONTROL) != 0 ? QOS_CONTROL_LENGTH + HT_CONTROL_LENGTH : QOS_CONTROL_LENGTH;
        }
        if (end - position < length) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return NO_PAYLOAD;
        }
        boolean whole =
                (reception & TO_CONTROLLER) != 0 || (buffer.get(position + SEQUENCE_CONTROL) & FRAGMENT_NUMBER) == 0;
        boolean readable = whole
                && (subtype & SUBTYPE_NO_DATA) == 0
                && (flags & PROTECTED) == 0
                && (!qos || (buffer.get(position + qosControl) & AGGREGATE) == 0);
        return readable ? length : NO_PAYLOAD;
    }

    /** The address at an offset of the header, or -1 where the frame ends before its end. */
    private static long address(
            ByteBuffer buffer, int position, int end, int uncaptured, int offset, PacketHeaders out) {
        if (end - position < offset + LinkLayer.MAC_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return -1;
        }
        return LinkLayer.mac(buffer, position + offset);
    }
}
