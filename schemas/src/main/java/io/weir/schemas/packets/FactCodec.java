package io.weir.schemas.packets;

/** Facts as Avro records; {@link PacketBatchDecoder} reads them. */
final class FactCodec {

    /** Octets that a fact takes at least: two numbers and the branches of its unions. */
    static final int MIN_OCTETS = 8;

    /** Octets that a fact takes at most beside its texts: numbers of at most 5 octets with their branches, lengths of texts. */
    private static final int MAX_FIXED_OCTETS = 96;

    /** Texts beside the name of DNS. */
    private static final int MAX_TEXTS = 8;

    private FactCodec() {}

    /** Fields in the order of the schema. */
    static void write(AvroBuffer out, int packet, PayloadFact fact) {
        out.ensure(MAX_FIXED_OCTETS + MAX_TEXTS * PayloadFact.MAX_TEXT_OCTETS + PayloadFact.MAX_DNS_NAME_OCTETS);
        byte[] target = out.bytes;
        int at = AvroBuffer.putInt(target, out.length, packet);
        at = AvroBuffer.putInt(target, at, fact.protocol);
        at = putBranch(target, at, fact.hasDns);
        if (fact.hasDns) {
            target[at++] = (byte) (fact.dnsResponse ? 1 : 0);
            at = AvroBuffer.putInt(target, at, fact.dnsTransactionId);
            at = putText(target, at, fact.dnsName);
            at = putOptional(target, at, fact.dnsQueryType);
            at = putOptional(target, at, fact.dnsResponseCode);
        }
        at = putBranch(target, at, fact.hasTls);
        if (fact.hasTls) {
            target[at++] = (byte) (fact.tlsServer ? 1 : 0);
            at = putOptional(target, at, fact.tlsVersion);
            at = putText(target, at, fact.tlsServerName);
            at = putText(target, at, fact.tlsAlpn);
            at = putText(target, at, fact.tlsFingerprint);
        }
        at = putBranch(target, at, fact.hasHttp);
        if (fact.hasHttp) {
            at = putOctets(target, at, fact.httpMethod);
            at = putText(target, at, fact.httpHost);
        }
        at = putBranch(target, at, fact.hasDhcp);
        if (fact.hasDhcp) {
            at = AvroBuffer.putInt(target, at, fact.dhcpMessageType);
            at = putText(target, at, fact.dhcpHostName);
            at = putText(target, at, fact.dhcpAddress);
        }
        at = putBranch(target, at, fact.quicVersion != PayloadFact.ABSENT);
        if (fact.quicVersion != PayloadFact.ABSENT) {
            at = AvroBuffer.putLong(target, at, fact.quicVersion);
        }
        at = putText(target, at, fact.arpAddress);
        out.length = at;
    }

    private static int putBranch(byte[] target, int from, boolean present) {
        target[from] = (byte) (present ? 2 : 0);
        return from + 1;
    }

    private static int putText(byte[] target, int from, FactText text) {
        int at = putBranch(target, from, !text.isAbsent());
        return text.isAbsent() ? at : putOctets(target, at, text);
    }

    private static int putOctets(byte[] target, int at, FactText text) {
        return text.copyTo(target, AvroBuffer.putInt(target, at, text.length()));
    }

    private static int putOptional(byte[] target, int from, int value) {
        int at = putBranch(target, from, value != PayloadFact.ABSENT);
        return value == PayloadFact.ABSENT ? at : AvroBuffer.putInt(target, at, value);
    }
}
