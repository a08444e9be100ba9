package io.weir.schemas.packets;

/**
 * An ICMP error beside the key of the packet that it quotes, as in the schema of {@link io.weir.schemas.IcmpErrorNote}: a plain carrier,
 * mutable and reused.
 */
public final class IcmpError {

    /** How many packets of its batch stand before it. */
    public int packetsBefore;

    /** When it was seen, epoch nanoseconds. */
    public long timeNanoseconds;

    /** Key of the packet that it quotes. */
    public final CanonicalKey quoted = new CanonicalKey();

    /** Whether side A of that key had sent the packet. */
    public boolean sentByA;

    /** Message type; with the code it has an {@link IcmpErrorKind}, unless a later version of Weir sent it. */
    public int type;

    /** Message code. */
    public int code;

    /** Address of who sent the error, of the quoted packet's IP version; IPv4 in the low 32 bits of {@code senderLow}. */
    public long senderHigh;

    public long senderLow;
}
