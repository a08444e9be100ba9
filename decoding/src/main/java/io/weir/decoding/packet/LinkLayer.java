package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * Link layer headers: Ethernet (IEEE 802.3), Linux cooked capture 1 and 2, null and loop, none.
 *
 * <p>In every method {@code position} is where the header begins, {@code end} where the captured octets end, and {@code
 * uncaptured} how many octets the frame had behind that.
 */
final class LinkLayer {
    static final int MAC_LENGTH = 6;

    /** Destination 0, source 6, EtherType or length 12. */
    private static final int ETHERNET_LENGTH = 14;

    private static final int ETHERNET_SOURCE = 6;

    /** Packet type 0, ARPHRD type 2, address length 4, address 6, protocol 14. */
    private static final int SLL_LENGTH = 16;

    private static final int SLL_HARDWARE_TYPE = 2;
    private static final int SLL_ADDRESS_LENGTH = 4;
    private static final int SLL_ADDRESS = 6;
    private static final int SLL_PROTOCOL = 14;

    /** Protocol 0, interface index 4, ARPHRD type 8, packet type 10, address length 11, address 12. */
    private static final int SLL2_LENGTH = 20;

    private static final int SLL2_PROTOCOL = 0;
    private static final int SLL2_INTERFACE_INDEX = 4;
    private static final int SLL2_HARDWARE_TYPE = 8;
    private static final int SLL2_ADDRESS_LENGTH = 11;
    private static final int SLL2_ADDRESS = 12;

    private static final int LINUX_PROTOCOL_802_2 = 0x0004;

    /** Hardware types whose cooked protocol field is not an EtherType. */
    private static final int ARPHRD_FRAD = 770;

    private static final int ARPHRD_IEEE80211_RADIOTAP = 803;
    private static final int ARPHRD_NETLINK = 824;

    private static final int ADDRESS_FAMILY_LENGTH = 4;
    private static final int AF_INET = 2;
    /** The number of IPv6 differs by operating system: Linux, NetBSD and OpenBSD, FreeBSD, macOS. */
    private static final int AF_INET6_LINUX = 10;

    private static final int AF_INET6_NETBSD = 24;
    private static final int AF_INET6_FREEBSD = 28;
    private static final int AF_INET6_DARWIN = 30;

    private LinkLayer() {}

    static void ethernet(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.addLayer(Layer.ethernet);
        if (end - position < ETHERNET_LENGTH) {
            if (end - position >= MAC_LENGTH) {
                out.destinationMac = mac(buffer, position);
            }
            if (end - position >= ETHERNET_SOURCE + MAC_LENGTH) {
                out.sourceMac = mac(buffer, position + ETHERNET_SOURCE);
            }
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        // Two overlapping reads instead of five.
        out.destinationMac = buffer.getLong(position) >>> 16;
        long sourceAndType = buffer.getLong(position + ETHERNET_SOURCE);
        out.sourceMac = sourceAndType >>> 16;
        int type = (int) sourceAndType & 0xffff;
        EtherTypeLayer.decode(buffer, position + ETHERNET_LENGTH, end, uncaptured, type, out);
    }

    static void sll(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.addLayer(Layer.sll);
        if (end - position < SLL_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        if ((buffer.getShort(position + SLL_ADDRESS_LENGTH) & 0xffff) == MAC_LENGTH) {
            out.sourceMac = mac(buffer, position + SLL_ADDRESS);
        }
        int hardwareType = buffer.getShort(position + SLL_HARDWARE_TYPE) & 0xffff;
        int protocol = buffer.getShort(position + SLL_PROTOCOL) & 0xffff;
        cooked(buffer, position + SLL_LENGTH, end, uncaptured, hardwareType, protocol, out);
    }

    static void sll2(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.addLayer(Layer.sll2);
        if (end - position < SLL2_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        out.interfaceIndex = buffer.getInt(position + SLL2_INTERFACE_INDEX);
        if ((buffer.get(position + SLL2_ADDRESS_LENGTH) & 0xff) == MAC_LENGTH) {
            out.sourceMac = mac(buffer, position + SLL2_ADDRESS);
        }
        int hardwareType = buffer.getShort(position + SLL2_HARDWARE_TYPE) & 0xffff;
        int protocol = buffer.getShort(position + SLL2_PROTOCOL) & 0xffff;
        cooked(buffer, position + SLL2_LENGTH, end, uncaptured, hardwareType, protocol, out);
    }

    /** Address family in the byte order of the capturing host: families are small, so the larger reading is the swapped one. */
    static void nullLink(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.addLayer(Layer.null_loopback);
        if (end - position < ADDRESS_FAMILY_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int family = buffer.getInt(position);
        if ((family & 0xffff0000) != 0) {
            family = Integer.reverseBytes(family);
        }
        addressFamily(buffer, position + ADDRESS_FAMILY_LENGTH, end, uncaptured, family, out);
    }

    static void loop(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        out.addLayer(Layer.loop);
        if (end - position < ADDRESS_FAMILY_LENGTH) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        addressFamily(buffer, position + ADDRESS_FAMILY_LENGTH, end, uncaptured, buffer.getInt(position), out);
    }

    /** No link header at all: the version nibble is the only sign of what follows. */
    static void rawIp(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position < 1) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        switch (buffer.get(position) >> 4 & 0xf) {
            case 4 -> EtherTypeLayer.decode(buffer, position, end, uncaptured, EtherTypeLayer.IPV4, out);
            case 6 -> EtherTypeLayer.decode(buffer, position, end, uncaptured, EtherTypeLayer.IPV6, out);
            default -> out.addProblem(DecodingProblem.bad_ip_version);
        }
    }

    private static void cooked(
            ByteBuffer buffer,
            int position,
            int end,
            int uncaptured,
            int hardwareType,
            int protocol,
            PacketHeaders out) {
        if (hardwareType == ARPHRD_NETLINK
                || hardwareType == ARPHRD_FRAD
                || hardwareType == ARPHRD_IEEE80211_RADIOTAP) {
            return;
        }
        // Below the least EtherType Linux keeps numbers of its own.
        if (protocol >= EtherTypeLayer.MIN_ETHER_TYPE) {
            EtherTypeLayer.decode(buffer, position, end, uncaptured, protocol, out);
        } else if (protocol == LINUX_PROTOCOL_802_2) {
            EtherTypeLayer.decode(buffer, position, end, uncaptured, EtherTypeLayer.ANY_LENGTH, out);
        }
    }

    private static void addressFamily(
            ByteBuffer buffer, int position, int end, int uncaptured, int family, PacketHeaders out) {
        switch (family) {
            case AF_INET -> EtherTypeLayer.decode(buffer, position, end, uncaptured, EtherTypeLayer.IPV4, out);
            case AF_INET6_LINUX, AF_INET6_NETBSD, AF_INET6_FREEBSD, AF_INET6_DARWIN ->
                EtherTypeLayer.decode(buffer, position, end, uncaptured, EtherTypeLayer.IPV6, out);
            default -> out.addProblem(DecodingProblem.unknown_address_family);
        }
    }

    static long mac(ByteBuffer buffer, int position) {
        return (buffer.getShort(position) & 0xffffL) << 32 | (buffer.getInt(position + 2) & 0xffffffffL);
    }
}
