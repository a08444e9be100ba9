package io.weir.topology.meter;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** {@link ApplicationFacts} and {@link DnsCounts} as bytes of a row in the changelog: fields in the order below, big-endian. */
final class ApplicationCodec {

    /** More than the numbers and lengths of a flow take without its open queries. */
    private static final int FIXED_OCTETS = 80;

    /** One octet that says whether the counts follow, four ints, two longs. */
    static final int MAX_DNS_OCTETS = 1 + 4 * 4 + 2 * 8;

    private ApplicationCodec() {}

    static byte[] encode(ApplicationFacts facts) {
        byte[][] texts = {
            utf8(facts.dnsQuery),
            utf8(facts.tlsAlpn),
            utf8(facts.tlsServerName),
            utf8(facts.tlsFingerprint),
            utf8(facts.tlsSelectedAlpn),
            utf8(facts.httpMethod),
            utf8(facts.httpHost),
            utf8(facts.dhcpHostName)
        };
        int octets = 0;
        for (byte[] text : texts) {
            octets += 2 + (text == null ? 0 : text.length);
        }
        ByteBuffer out = ByteBuffer.allocate(FIXED_OCTETS + ApplicationFacts.MAX_OPEN_QUERIES * (4 + 8) + octets);
        out.put((byte) facts.protocol);
        for (byte[] text : texts) {
            put(text, out);
        }
        out.putInt(facts.dnsQueryType).putInt(facts.dnsResponseCode).putInt(facts.tlsVersion);
        out.putInt(facts.dhcpMessageType)
                .putLong(facts.dhcpAddress)
                .putLong(facts.arpAddressA)
                .putLong(facts.arpAddressB)
                .putLong(facts.quicVersion);
        for (int i = 0; i < ApplicationFacts.MAX_OPEN_QUERIES; i++) {
            out.putInt(facts.openQueries[i]).putLong(facts.openQueryNanos[i]);
        }
        byte[] encoded = new byte[out.position()];
        out.get(0, encoded);
        return encoded;
    }

    static ApplicationFacts decode(ByteBuffer in) {
        ApplicationFacts facts = new ApplicationFacts();
        facts.protocol = in.get() & 0xff;
        facts.dnsQuery = text(in);
        facts.tlsAlpn = text(in);
        facts.tlsServerName = text(in);
        facts.tlsFingerprint = text(in);
        facts.tlsSelectedAlpn = text(in);
        facts.httpMethod = text(in);
        facts.httpHost = text(in);
        facts.dhcpHostName = text(in);
        facts.dnsQueryType = in.getInt();
        facts.dnsResponseCode = in.getInt();
        facts.tlsVersion = in.getInt();
        facts.dhcpMessageType = in.getInt();
        facts.dhcpAddress = in.getLong();
        facts.arpAddressA = in.getLong();
        facts.arpAddressB = in.getLong();
        facts.quicVersion = in.getLong();
        for (int i = 0; i < ApplicationFacts.MAX_OPEN_QUERIES; i++) {
            facts.openQueries[i] = in.getInt();
            facts.openQueryNanos[i] = in.getLong();
        }
        return facts;
    }

    static void put(DnsCounts counts, ByteBuffer out) {
        out.put((byte) (counts == null ? 0 : 1));
        if (counts != null) {
            out.putInt(counts.queries)
                    .putInt(counts.responses)
                    .putInt(counts.errorResponses)
                    .putInt(counts.timedResponses)
                    .putLong(counts.sumNanos)
                    .putLong(counts.maxNanos);
        }
    }

    static DnsCounts dnsCounts(ByteBuffer in) {
        if (in.get() == 0) {
            return null;
        }
        DnsCounts counts = new DnsCounts();
        counts.queries = in.getInt();
        counts.responses = in.getInt();
        counts.errorResponses = in.getInt();
        counts.timedResponses = in.getInt();
        counts.sumNanos = in.getLong();
        counts.maxNanos = in.getLong();
        return counts;
    }

    private static byte[] utf8(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** Length, -1 for none, then the octets. */
    private static void put(byte[] text, ByteBuffer out) {
        out.putShort((short) (text == null ? -1 : text.length));
        if (text != null) {
            out.put(text);
        }
    }

    private static String text(ByteBuffer in) {
        int length = in.getShort();
        if (length < 0) {
            return null;
        }
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] utf8 = new byte[length];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
