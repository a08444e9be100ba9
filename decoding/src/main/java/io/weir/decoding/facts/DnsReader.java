package io.weir.decoding.facts;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.FactText;
import io.weir.schemas.packets.PayloadFact;
import java.nio.ByteBuffer;

/**
 * The header and the first question of a DNS message (RFC 1035 section 4.1), of mDNS (RFC 6762) and LLMNR (RFC 4795), which have the
 * same format. Answers are not read. Messages of other kinds than a standard query, and what does not look like a message, give no fact.
 *
 * <pre>
 *  0 id          2 flags: QR 1 bit, opcode 4, AA, TC, RD, RA, Z, AD, CD 1 each, RCODE 4
 *  4 questions   6 answers   8 authority   10 additional   12 name, type 2, class 2
 * </pre>
 */
final class DnsReader {
    private static final int HEADER_LENGTH = 12;
    private static final int FLAGS = 2;
    private static final int QUESTIONS = 4;

    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int RESPONSE_CODE = 0x000f;

    /** Type and class behind the name. */
    private static final int QUESTION_END_LENGTH = 4;

    /** The topmost bit asks mDNS for a unicast response (RFC 6762 section 5.4). */
    private static final int CLASS = 0x7fff;

    private static final int CLASS_IN = 1;
    private static final int CLASS_CHAOS = 3;
    private static final int CLASS_HESIOD = 4;
    private static final int CLASS_NONE = 254;
    private static final int CLASS_ANY = 255;

    /** Octets of a name with the lengths of its labels and the root's (RFC 1035 section 2.3.4). */
    private static final int MAX_NAME_LENGTH = 255;

    private static final int POINTER = 0xc0;
    private static final int POINTER_LENGTH = 2;

    /** Pointers that are followed in one name; each must lead further towards the start. */
    private static final int MAX_POINTERS = 16;

    /** Length of the message before it (RFC 1035 section 4.2.2). */
    private static final int TCP_PREFIX_LENGTH = 2;

    private static final int MDNS_PORT = 5353;
    private static final int LLMNR_PORT = 5355;

    private DnsReader() {}

    /** A datagram's payload; one of these ports may be another service's, whose payload then looks like no message. */
    static boolean udp(ByteBuffer buffer, int position, int end, int sourcePort, int destinationPort, PayloadFact out) {
        ApplicationProtocol protocol = ApplicationProtocol.dns;
        if (sourcePort == MDNS_PORT || destinationPort == MDNS_PORT) {
            protocol = ApplicationProtocol.mdns;
        } else if (sourcePort == LLMNR_PORT || destinationPort == LLMNR_PORT) {
            protocol = ApplicationProtocol.llmnr;
        }
        return message(buffer, position, end, protocol, out);
    }

    /** A segment's payload: the message that begins with it. One that began in an earlier segment looks like none, but for chance. */
    static boolean tcp(ByteBuffer buffer, int position, int end, PayloadFact out) {
        int start = position + TCP_PREFIX_LENGTH;
        if (end - start < HEADER_LENGTH) {
            return false;
        }
        int length = buffer.getShort(position) & 0xffff;
        return length >= HEADER_LENGTH
                && message(buffer, start, Math.min(end, start + length), ApplicationProtocol.dns, out);
    }

    private static boolean message(
            ByteBuffer buffer, int position, int end, ApplicationProtocol protocol, PayloadFact out) {
        if (end - position < HEADER_LENGTH) {
            return false;
        }
        int flags = buffer.getShort(position + FLAGS) & 0xffff;
        int questions = buffer.getShort(position + QUESTIONS) & 0xffff;
        boolean response = (flags & RESPONSE) != 0;
        if ((flags & OPCODE) != 0 || (questions == 0 && !response)) {
            return false;
        }
        if (questions > 1 && protocol != ApplicationProtocol.mdns) {
            return false;
        }
        out.protocol = protocol.ordinal();
        out.hasDns = true;
        out.dnsResponse = response;
        out.dnsTransactionId = buffer.getShort(position) & 0xffff;
        out.dnsResponseCode = response ? flags & RESPONSE_CODE : PayloadFact.ABSENT;
        return questions == 0 || question(buffer, position, end, out);
    }

    private static boolean question(ByteBuffer buffer, int message, int end, PayloadFact out) {
        int at = name(buffer, message, message + HEADER_LENGTH, end, out.dnsName);
        if (at < 0 || end - at < QUESTION_END_LENGTH || !isClass(buffer.getShort(at + 2) & CLASS)) {
            return false;
        }
        out.dnsQueryType = buffer.getShort(at) & 0xffff;
        return true;
    }

    private static boolean isClass(int number) {
        return switch (number) {
            case CLASS_IN, CLASS_CHAOS, CLASS_HESIOD, CLASS_NONE, CLASS_ANY -> true;
            default -> false;
        };
    }

    /**
     * Writes a name in presentation format.
     *
     * @param message start of the message, which pointers count from (RFC 1035 section 4.1.4)
     * @return index behind the name, -1 if it is none
     */
    private static int name(ByteBuffer buffer, int message, int position, int end, FactText out) {
        out.begin();
        int at = position;
        int behind = -1;
        int lowest = position;
        int pointers = 0;
        int length = 0;
        while (at < end) {
            int label = buffer.get(at) & 0xff;
            if (label == 0) {
                if (out.length() == 0) {
                    out.append('.');
                }
                return behind < 0 ? at + 1 : behind;
            }
            if (label < POINTER) {
                length += 1 + label;
                // 64 to 191 are no lengths (RFC 6891 section 5).
                if (label >= 64 || length >= MAX_NAME_LENGTH || end - at <= label) {
                    return -1;
                }
                if (out.length() > 0) {
                    out.append('.');
                }
                label(buffer, at + 1, label, out);
                at += 1 + label;
                continue;
            }
            if (end - at < POINTER_LENGTH || ++pointers > MAX_POINTERS) {
                return -1;
            }
            int target = message + (buffer.getShort(at) & 0x3fff);
            if (behind < 0) {
                behind = at + POINTER_LENGTH;
            }
            if (target >= lowest || target < message + HEADER_LENGTH) {
                return -1;
            }
            lowest = target;
            at = target;
        }
        return -1;
    }

    private static void label(ByteBuffer buffer, int position, int length, FactText out) {
        for (int i = position; i < position + length; i++) {
            int octet = buffer.get(i) & 0xff;
            if (octet == '.' || octet == '\\') {
                out.append('\\');
                out.append(octet);
            } else if (octet > ' ' && octet < 0x7f) {
                out.append(octet);
            } else {
                out.append('\\');
                out.append('0' + octet / 100);
                out.append('0' + octet / 10 % 10);
                out.append('0' + octet % 10);
            }
        }
    }
}
