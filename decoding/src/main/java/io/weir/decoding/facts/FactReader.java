package io.weir.decoding.facts;

import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.packets.PayloadFact;
import java.nio.ByteBuffer;

/**
 * Reads the payloads that the decoder noted. No octets can hurt: nothing outside the captured payload is read, nothing is thrown on
 * account of it, and what is cut or contradicts itself gives no fact. Not thread-safe.
 */
public final class FactReader {

    private static final int PROTOCOL_TCP = 6;

    private final TlsReader tls = new TlsReader();
    private final QuicReader quic = new QuicReader(tls);

    /** Packets of QUIC left closed because too many came in one second. */
    public long skippedInitials() {
        return quic.skipped();
    }

    /**
     * Reads what a payload shows.
     *
     * @param buffer that the headers were decoded from, in big endian order
     * @param headers with a {@link PacketHeaders#payloadKind()}
     * @param timeNanos of the packet, epoch nanoseconds: what is costly is bounded by event time, so that a file always gives the same
     * @param out filled anew
     * @return false when there is no fact; {@code out} must not be used then
     */
    public boolean read(ByteBuffer buffer, PacketHeaders headers, long timeNanos, PayloadFact out) {
        out.clear();
        int position = headers.payloadPosition;
        int end = headers.payloadEnd;
        return switch (headers.payloadKind()) {
            case DNS ->
                headers.protocol == PROTOCOL_TCP
                        ? DnsReader.tcp(buffer, position, end, out)
                        : DnsReader.udp(buffer, position, end, headers.sourcePort, headers.destinationPort, out);
            case TLS -> tls.record(buffer, position, end, out);
            case HTTP -> HttpReader.request(buffer, position, end, out);
            case DHCP -> DhcpReader.message(buffer, position, end, out);
            case QUIC -> quic.initial(buffer, position, end, timeNanos, out);
            case ARP -> ArpReader.frame(buffer, position, end, headers.sourceMac, out);
        };
    }
}
