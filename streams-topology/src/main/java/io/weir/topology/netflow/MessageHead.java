package io.weir.topology.netflow;

/**
 * The header of a message, and what is known of it at its end: a plain carrier that the decoder fills anew for every message.
 *
 * <pre>
 *            0  2  4        8        12       16       20       24
 * v5   (24)  5  count  uptime  seconds  nanosec.  sequence  engine type, id, sampling
 * v9   (20)  9  count  uptime  seconds  sequence  source id
 * IPFIX(16) 10  octets seconds sequence domain
 * </pre>
 *
 * <p>v9: RFC 3954 section 5.1; IPFIX: RFC 7011 section 3.1.
 */
public final class MessageHead {
    /** Uptime of a message that does not say. */
    public static final long NO_UPTIME = -1;

    /** 5, 9 or 10 (IPFIX); what the datagram says where that is none of them. */
    public int version;
    /** IPFIX observation domain, v9 source id; of v5 engine type (high octet) and engine id. Unsigned. */
    public int domain;
    /** As it stands, unsigned. What it counts: {@link ExportSequence}. */
    public int sequenceNumber;
    /** When the exporter sent the message, epoch nanoseconds by its clock. */
    public long exportNanos;
    /** Milliseconds since the exporter started, unsigned 32 bits; {@link #NO_UPTIME} for IPFIX. */
    public long uptimeMillis;
    /** v5 and v9: records as announced, not believed; IPFIX: octets as announced. */
    public int count;
    /** v5: one packet in this many was looked at, 14 bits; 0 where it does not say, and for other versions. */
    public int samplingInterval;
    /** v5: sampling mode, 2 bits; else 0. */
    public int samplingMode;
    /** Who sent it. */
    public Exporter exporter;
    /** When the datagram came in, epoch nanoseconds by our clock. */
    public long receiveNanos;
    /** First octet in the buffer. */
    public int position;
    /** Octets that belong to the message. */
    public int octets;

    /** Records decoded so far, with options records, without late ones: what IPFIX sequence numbers count. */
    public int dataRecords;
    /** Of these, records of options templates. */
    public int optionsRecords;
    /** Data sets so far whose records could not be counted: without template, or damaged. */
    public int undecodedSets;
    /** What is added to the exporter's times, nanoseconds: 0 unless its clock is not believed. */
    long clockCorrectionNanos;

    /** Copies what a waiting set needs of its message. */
    void copyFrom(MessageHead other) {
        version = other.version;
        domain = other.domain;
        sequenceNumber = other.sequenceNumber;
        exportNanos = other.exportNanos;
        uptimeMillis = other.uptimeMillis;
        count = other.count;
        samplingInterval = other.samplingInterval;
        samplingMode = other.samplingMode;
        exporter = other.exporter;
        receiveNanos = other.receiveNanos;
        position = other.position;
        octets = other.octets;
        dataRecords = 0;
        optionsRecords = 0;
        undecodedSets = 0;
        clockCorrectionNanos = other.clockCorrectionNanos;
    }

    /** Makes everything absent but exporter and receive time. */
    void clear(Exporter from, long receivedNanos) {
        version = 0;
        domain = 0;
        sequenceNumber = 0;
        exportNanos = receivedNanos;
        uptimeMillis = NO_UPTIME;
        count = 0;
        samplingInterval = 0;
        samplingMode = 0;
        exporter = from;
        receiveNanos = receivedNanos;
        position = 0;
        octets = 0;
        dataRecords = 0;
        optionsRecords = 0;
        undecodedSets = 0;
        clockCorrectionNanos = 0;
    }

    /** When the exporter sent the message, epoch nanoseconds: by its clock, or where that is not believed when the datagram came in. */
    public long exportedNanos() {
        return exportNanos + clockCorrectionNanos;
    }

    /** Whether the exporter's clock is off by more than allowed. */
    public boolean clockSkewed() {
        return clockCorrectionNanos != 0;
    }

    @Override
    public String toString() {
        return "version=" + version
                + " domain=" + Integer.toUnsignedString(domain)
                + " sequence=" + Integer.toUnsignedString(sequenceNumber)
                + " exportNanos=" + exportNanos
                + " uptimeMillis=" + uptimeMillis
                + " count=" + count
                + " exporter=" + exporter
                + " records=" + dataRecords
                + " undecodedSets=" + undecodedSets;
    }
}
