package io.weir.decoding.facts;

import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.BatchHeader;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.FactText;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.packets.PayloadFact;
import io.weir.schemas.serde.WireFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** What holds for the fact of any octets whatever. */
final class FactInvariants {
    private static final int MARGIN = 64;
    private static final BatchHeader HEADER = new BatchHeader(new ObservationPoint("h", "i", "c", 1), "s", 0, 0, false);
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final PacketDecoder decoder = new PacketDecoder();
    private final FactReader reader = new FactReader();
    private final PacketBatchEncoder encoder = new PacketBatchEncoder(1, true);
    private final PacketBatchDecoder batches = new PacketBatchDecoder();
    private long timeNanos;

    /**
     * Reads the fact of a captured frame, alone and amid other octets: nothing is thrown, nothing outside is looked at, texts are plain,
     * and the fact comes back from a batch as it was.
     *
     * @return null for none
     */
    PayloadFact check(int linkType, byte[] captured, int layer2Octets) throws MalformedBatchException {
        PayloadFact fact = read(linkType, captured, layer2Octets, 0, (byte) 0);
        for (int surrounding : new int[] {0, 0xff}) {
            PayloadFact amid = read(linkType, captured, layer2Octets, MARGIN, (byte) surrounding);
            require(String.valueOf(amid).equals(String.valueOf(fact)), fact + ", amid others " + amid);
        }
        if (fact != null) {
            requirePlain(fact);
            PayloadFact sent = sent(fact);
            require(sent.toString().equals(fact.toString()), fact + ", from a batch " + sent);
        }
        return fact;
    }

    private PayloadFact read(int linkType, byte[] captured, int layer2Octets, int margin, byte surrounding) {
        byte[] octets = new byte[captured.length + 2 * margin];
        Arrays.fill(octets, surrounding);
        System.arraycopy(captured, 0, octets, margin, captured.length);
        ByteBuffer buffer = ByteBuffer.wrap(octets).asReadOnlyBuffer();
        PacketHeaders headers = new PacketHeaders();
        decoder.decode(buffer, margin, captured.length, layer2Octets, linkType, headers);
        PayloadFact fact = new PayloadFact();
        // Each in a second of its own, as the costly ones of a second are bounded.
        timeNanos += SECOND_NANOS;
        return headers.payloadKind() != null && reader.read(buffer, headers, timeNanos, fact) ? fact : null;
    }

    private PayloadFact sent(PayloadFact fact) throws MalformedBatchException {
        CanonicalKey key = new CanonicalKey();
        encoder.add(key, key.hash(), true, 0, 0, 0, 0);
        encoder.addFact(fact);
        batches.decode(encoder.encode(1, HEADER), WireFormat.HEADER_OCTETS);
        return batches.fact(0);
    }

    private static void requirePlain(PayloadFact fact) {
        List<FactText> texts = List.of(
                fact.dnsName,
                fact.tlsServerName,
                fact.tlsAlpn,
                fact.tlsFingerprint,
                fact.httpMethod,
                fact.httpHost,
                fact.dhcpHostName);
        for (FactText text : texts) {
            for (int i = 0; i < text.length(); i++) {
                require(text.octet(i) >= ' ' && text.octet(i) <= '~', "plain text: " + fact);
            }
        }
        for (FactText address : List.of(fact.dhcpAddress, fact.arpAddress)) {
            require(address.isAbsent() || address.length() == 4, "an address of four octets: " + fact);
        }
    }

    private static void require(boolean holds, String found) {
        if (!holds) {
            throw new AssertionError("Expected " + found);
        }
    }
}
