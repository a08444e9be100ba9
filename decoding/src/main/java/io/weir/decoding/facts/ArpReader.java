package io.weir.decoding.facts;

import static io.weir.decoding.facts.Octets.u16;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import java.nio.ByteBuffer;

/**
 * What an ARP frame for IPv4 over Ethernet (RFC 826) claims about its sender. A frame that speaks for another MAC address than it was
 * sent from (a proxy, or a lie) binds nothing, nor does a probe (RFC 5227), whose sender has no address yet.
 *
 * <pre>
 *  0 hardware type   2 protocol type   4 lengths of their addresses, 1 each   6 operation
 *  8 sender's MAC, 6   14 sender's IP, 4   18 target's MAC, 6   24 target's IP, 4
 * </pre>
 */
final class ArpReader {
    private static final int LENGTH = 28;

    /** Ethernet, IPv4 and the lengths of their addresses. */
    private static final long ETHERNET_IPV4 = 0x0001_0800_0604L;

    private static final int OPERATION = 6;
    private static final int REQUEST = 1;
    private static final int REPLY = 2;
    private static final int SENDER_MAC = 8;
    private static final int SENDER_IP = 14;

    private ArpReader() {}

    /** @param sourceMac address that the frame was sent from */
    static boolean frame(ByteBuffer buffer, int position, int end, long sourceMac, PayloadFact out) {
        if (end - position < LENGTH || buffer.getLong(position) >>> 16 != ETHERNET_IPV4) {
            return false;
        }
        int operation = u16(buffer, position + OPERATION);
        if (operation != REQUEST && operation != REPLY) {
            return false;
        }
        out.protocol = ApplicationProtocol.arp.ordinal();
        long senderMac = buffer.getLong(position + SENDER_MAC) >>> 16;
        if (senderMac == sourceMac && buffer.getInt(position + SENDER_IP) != 0) {
            Octets.copy(buffer, position + SENDER_IP, 4, out.arpAddress);
        }
        return true;
    }
}
