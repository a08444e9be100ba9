package io.weir.schemas.packets;

/**
 * What a device says of the way of packets, as in the schema of {@link io.weir.schemas.ForwardingFact}: a plain carrier, mutable and
 * reused.
 */
public final class ReportedForwarding {

    /** Value of a number that is not there. */
    public static final long ABSENT = -1;

    /** Labels of MPLS that are kept at most (IE 70 to 79). */
    public static final int MAX_LABELS = 10;

    /** The largest label: 20 bits. */
    public static final int MAX_LABEL = 0xf_ffff;

    /** Octets of its record at least: branches of unions, and the end of the labels. */
    static final int MIN_OCTETS = ForwardingNumber.COUNT + ForwardingAddress.COUNT + 1;

    private static final int IPV6_OCTETS = 16;

    /** Octets of its record at most: each number and address with its branch, the labels with their count and their end. */
    private static final int MAX_OCTETS = ForwardingNumber.COUNT * (1 + AvroBuffer.MAX_VARINT32_OCTETS)
            + ForwardingAddress.COUNT * (2 + IPV6_OCTETS)
            + (1 + MAX_LABELS) * AvroBuffer.MAX_VARINT32_OCTETS
            + 1;

    private static final int HASH_FACTOR = 31;

    private final long[] numbers = new long[ForwardingNumber.COUNT];
    private final int[] ipVersions = new int[ForwardingAddress.COUNT];
    private final long[] highs = new long[ForwardingAddress.COUNT];
    private final long[] lows = new long[ForwardingAddress.COUNT];
    private final int[] labels = new int[MAX_LABELS];
    private int labelCount;

    /** A bit for each number that is there. */
    private int presentNumbers;

    /** A bit for each address that is there. */
    private int presentAddresses;

    /** Its record; made when it is asked for. */
    private final AvroBuffer record = new AvroBuffer(0);

    private boolean isWritten;
    private int hash;

    /** Empty. */
    public ReportedForwarding() {}

    /** Makes everything absent. */
    public void clear() {
        presentNumbers = 0;
        presentAddresses = 0;
        labelCount = 0;
        isWritten = false;
    }

    /** Whether nothing is said. */
    public boolean isEmpty() {
        return (presentNumbers | presentAddresses | labelCount) == 0;
    }

    /** Whether a number is there. */
    public boolean has(ForwardingNumber number) {
        return (presentNumbers & 1 << number.ordinal()) != 0;
    }

    /** Whether an address is there. */
    public boolean has(ForwardingAddress address) {
        return (presentAddresses & 1 << address.ordinal()) != 0;
    }

    /** A number, or {@link #ABSENT}. */
    public long get(ForwardingNumber number) {
        return has(number) ? numbers[number.ordinal()] : ABSENT;
    }

    /** 4 or 6, or 0 where the address is not there. */
    public int ipVersion(ForwardingAddress address) {
        return has(address) ? ipVersions[address.ordinal()] : 0;
    }

    /** Most significant half of an address; 0 for IPv4. */
    public long high(ForwardingAddress address) {
        return highs[address.ordinal()];
    }

    /** Least significant half of an address. */
    public long low(ForwardingAddress address) {
        return lows[address.ordinal()];
    }

    /** Labels that there are. */
    public int labelCount() {
        return labelCount;
    }

    /** A label, the top first. */
    public int label(int index) {
        return labels[index];
    }

    /** Sets a number; one that is larger than it can be is not known. */
    public void set(ForwardingNumber number, long value) {
        if (value >= 0 && value <= number.max) {
            numbers[number.ordinal()] = value;
            presentNumbers |= 1 << number.ordinal();
            isWritten = false;
        }
    }

    /** Sets a number that is not known where it is 0, too. */
    public void setUnlessZero(ForwardingNumber number, long value) {
        if (value != 0) {
            set(number, value);
        }
    }

    /** Sets an IPv4 or IPv6 address; what is unspecified is not known. */
    public void set(ForwardingAddress address, int ipVersion, long high, long low) {
        if ((ipVersion == 4 || ipVersion == 6) && (high | low) != 0) {
            ipVersions[address.ordinal()] = ipVersion;
            highs[address.ordinal()] = high;
            lows[address.ordinal()] = low;
            presentAddresses |= 1 << address.ordinal();
            isWritten = false;
        }
    }

    /** Adds a label behind those that are there, while there is room. */
    public void addLabel(int label) {
        if (labelCount < MAX_LABELS) {
            labels[labelCount++] = label & MAX_LABEL;
            isWritten = false;
        }
    }

    /** Its record in Avro. */
    AvroBuffer record() {
        if (!isWritten) {
            write();
            isWritten = true;
        }
        return record;
    }

    /** Hash of that record. */
    int recordHash() {
        record();
        return hash;
    }

    /** Fields in the order of the schema; {@link PacketBatchDecoder} reads them. */
    private void write() {
        record.length = 0;
        record.ensure(MAX_OCTETS);
        byte[] target = record.bytes;
        int at = 0;
        for (int i = 0; i < ForwardingNumber.COUNT; i++) {
            boolean present = (presentNumbers & 1 << i) != 0;
            target[at++] = (byte) (present ? 2 : 0);
            if (present) {
                at = AvroBuffer.putLong(target, at, numbers[i]);
            }
        }
        for (int i = 0; i < ForwardingAddress.COUNT; i++) {
            boolean present = (presentAddresses & 1 << i) != 0;
            target[at++] = (byte) (present ? 2 : 0);
            if (present) {
                at = PacketBatchEncoder.putAddress(target, at, ipVersions[i], highs[i], lows[i]);
            }
        }
        if (labelCount > 0) {
            at = AvroBuffer.putInt(target, at, labelCount);
            for (int i = 0; i < labelCount; i++) {
                at = AvroBuffer.putInt(target, at, labels[i]);
            }
        }
        target[at++] = 0;
        record.length = at;
        int sum = 0;
        for (int i = 0; i < at; i++) {
            sum = HASH_FACTOR * sum + target[i];
        }
        hash = (int) CanonicalKey.mix(sum);
    }
}
