package io.weir.collectors.datagram;

import io.weir.schemas.packets.AddressText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;

/**
 * Record keys: {@code ADDRESS|NUMBER}, of sFlow the agent's address and the number of its sub-agent, of NetFlow and IPFIX the exporter's address
 * and the number of its observation domain (version 9: source id, version 5: engine). Sequence numbers count within it, so that its datagrams
 * stay in order, in one partition; an exporter of several domains is spread over several.
 *
 * <p>Texts are made once for each key and remembered, {@value #MAX_KNOWN} at most: whoever invents addresses makes them be forgotten.
 */
final class ExporterKeys {

    static final int MAX_KNOWN = 65_536;

    private static final int SFLOW_ADDRESS_TYPE = 4;
    private static final int SFLOW_ADDRESS = 8;
    private static final int SFLOW_IPV4 = 1;
    private static final int SFLOW_IPV6 = 2;
    private static final int NETFLOW_5_ENGINE = 20;
    private static final int NETFLOW_9_SOURCE_ID = 16;
    private static final int IPFIX_DOMAIN = 12;

    /** A key as octets, and its partition as Kafka's default partitioner would choose it. */
    static final class Key {
        final byte[] octets;
        final int partition;

        private Key(String text, int partitions) {
            octets = text.getBytes(StandardCharsets.UTF_8);
            partition = Utils.toPositive(Utils.murmur2(octets)) % partitions;
        }
    }

    private record Exporter(int ipVersion, long high, long low, int number) {

        boolean is(int otherVersion, long otherHigh, long otherLow, int otherNumber) {
            return low == otherLow && number == otherNumber && high == otherHigh && ipVersion == otherVersion;
        }
    }

    private final int partitions;
    private final Map<Exporter, Key> known = new HashMap<>();

    /** The last one asked for: datagrams of an exporter often follow each other. */
    private Exporter last;

    private Key lastKey;

    /** @param partitions of the topic */
    ExporterKeys(int partitions) {
        this.partitions = partitions;
    }

    /**
     * Key of a datagram; what is too short to say its number is of number 0.
     *
     * @param protocol not {@link DatagramProtocol#UNKNOWN}
     * @param ipVersion of the address that it was sent from, 4 or 6
     */
    Key of(DatagramProtocol protocol, ByteBuffer buffer, int offset, int length, int ipVersion, long high, long low) {
        return protocol == DatagramProtocol.SFLOW
                ? ofSflow(buffer, offset, length, ipVersion, high, low)
                : key(ipVersion, high, low, domain(buffer, offset, length));
    }

    private Key ofSflow(ByteBuffer buffer, int offset, int length, int ipVersion, long high, long low) {
        int type = buffer.getInt(offset + SFLOW_ADDRESS_TYPE);
        int address = offset + SFLOW_ADDRESS;
        if (type == SFLOW_IPV4) {
            int subAgent = intAt(buffer, offset, length, SFLOW_ADDRESS + 4);
            return key(4, 0, intAt(buffer, offset, length, SFLOW_ADDRESS) & 0xffff_ffffL, subAgent);
        }
        if (type == SFLOW_IPV6 && length >= SFLOW_ADDRESS + 16) {
            return key(
                    6,
                    buffer.getLong(address),
                    buffer.getLong(address + 8),
                    intAt(buffer, offset, length, SFLOW_ADDRESS + 16));
        }
        // An agent that does not know its address is known by the one that it sends from.
        return key(ipVersion, high, low, intAt(buffer, offset, length, SFLOW_ADDRESS));
    }

    private static int domain(ByteBuffer buffer, int offset, int length) {
        return switch (buffer.getShort(offset)) {
            case 5 -> length < NETFLOW_5_ENGINE + 2 ? 0 : buffer.getShort(offset + NETFLOW_5_ENGINE) & 0xffff;
            case 9 -> intAt(buffer, offset, length, NETFLOW_9_SOURCE_ID);
            default -> intAt(buffer, offset, length, IPFIX_DOMAIN);
        };
    }

    private static int intAt(ByteBuffer buffer, int offset, int length, int position) {
        return length < position + 4 ? 0 : buffer.getInt(offset + position);
    }

    private Key key(int ipVersion, long high, long low, int number) {
        if (last == null || !last.is(ipVersion, high, low, number)) {
            Exporter exporter = new Exporter(ipVersion, high, low, number);
            last = exporter;
            lastKey = known.get(exporter);
            if (lastKey == null) {
                lastKey = new Key(
                        AddressText.ip(ipVersion, high, low) + "|" + Integer.toUnsignedString(number), partitions);
                if (known.size() >= MAX_KNOWN) {
                    known.clear();
                }
                known.put(exporter, lastKey);
            }
        }
        return lastKey;
    }
}
