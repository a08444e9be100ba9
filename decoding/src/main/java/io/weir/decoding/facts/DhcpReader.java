package io.weir.decoding.facts;

import static io.weir.decoding.facts.Octets.u8;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import java.nio.ByteBuffer;

/**
 * Type, host name and given address of a DHCP message (RFC 2131 section 2). Options that continue in the file and server name fields
 * (overload) and those cut off are not seen; without a message type it is plain BOOTP and gives no fact.
 *
 * <pre>
 *  0 operation: 1 of a client, 2 of a server   16 given address, 4   236 magic number, 4
 *  240 options: each a code, 1, a length, 1, and a value; 0 is padding, 255 the end
 * </pre>
 */
final class DhcpReader {
    private static final int REQUEST = 1;
    private static final int REPLY = 2;
    private static final int GIVEN_ADDRESS = 16;
    private static final int MAGIC = 236;
    private static final int MAGIC_NUMBER = 0x63825363;
    private static final int OPTIONS = 240;

    private static final int PADDING = 0;
    private static final int HOST_NAME = 12;
    private static final int MESSAGE_TYPE = 53;
    private static final int END = 255;

    private DhcpReader() {}

    static boolean message(ByteBuffer buffer, int position, int end, PayloadFact out) {
        if (end - position < OPTIONS || buffer.getInt(position + MAGIC) != MAGIC_NUMBER) {
            return false;
        }
        int operation = u8(buffer, position);
        if (operation != REQUEST && operation != REPLY) {
            return false;
        }
        out.protocol = ApplicationProtocol.dhcp.ordinal();
        out.hasDhcp = true;
        if (operation == REPLY && buffer.getInt(position + GIVEN_ADDRESS) != 0) {
            Octets.copy(buffer, position + GIVEN_ADDRESS, 4, out.dhcpAddress);
        }
        options(buffer, position + OPTIONS, end, out);
        return out.dhcpMessageType != PayloadFact.ABSENT;
    }

    private static void options(ByteBuffer buffer, int position, int end, PayloadFact out) {
        int at = position;
        while (at < end && u8(buffer, at) != END) {
            int code = u8(buffer, at++);
            if (code == PADDING) {
                continue;
            }
            int value = at + 1;
            if (value > end || value + u8(buffer, at) > end) {
                return;
            }
            at = value + u8(buffer, at);
            if (code == MESSAGE_TYPE && at == value + 1) {
                out.dhcpMessageType = u8(buffer, value);
            } else if (code == HOST_NAME) {
                Octets.take(buffer, value, at, out.dhcpHostName);
            }
        }
    }
}
