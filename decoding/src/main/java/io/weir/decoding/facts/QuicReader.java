package io.weir.decoding.facts;

import static io.weir.decoding.facts.Octets.u8;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * A client's Initial packet of QUIC (RFC 9000 section 17.2.2): its version and the ClientHello in its CRYPTO frames, which are encrypted
 * with keys that the packet itself gives away (RFC 9001 section 5.2, RFC 9369). Of a hello in several packets what the first one shows;
 * frames of one packet may come in any order. A packet that cannot be opened gives its version alone.
 *
 * <p>To open one takes some five microseconds and allocates: {@value #MAX_PER_SECOND} are opened in a second of event time, what comes
 * beyond is counted. Not thread-safe.
 *
 * <pre>
 *  0 form 1 bit, fixed 1, type 2, protected 4   1 version, 4   5 destination id with its length, 1   source id with its length, 1
 *  token with its length, a variable-length integer; length of the rest, likewise; packet number, 1 to 4; frames; tag, 16
 * </pre>
 */
final class QuicReader {
    static final int MAX_PER_SECOND = 2000;

    private static final int VERSION = 1;
    private static final int DESTINATION_ID = 5;
    private static final int MAX_ID_LENGTH = 20;
    private static final int MAX_PACKET_NUMBER_LENGTH = 4;

    private static final int PADDING = 0;
    private static final int PING = 1;
    private static final int CRYPTO = 6;

    /** Octets of a hello that are put together. */
    private static final int MAX_HELLO_LENGTH = 4096;

    private static final int MAX_CRYPTO_FRAMES = 64;

    private final TlsReader tls;
    private final InitialKeys keys = new InitialKeys();
    private final byte[] header = new byte[1600];
    private final byte[] plain = new byte[2048];
    private final ByteBuffer frames = ByteBuffer.wrap(plain);
    private final byte[] hello = new byte[MAX_HELLO_LENGTH];
    private final ByteBuffer helloBuffer = ByteBuffer.wrap(hello);
    private final int[] froms = new int[MAX_CRYPTO_FRAMES];
    private final int[] tos = new int[MAX_CRYPTO_FRAMES];

    private long second = Long.MIN_VALUE;
    private int openedInSecond;
    private long skipped;

    /** Index behind the last variable-length integer read; -1 when it was cut. */
    private int behind;

    QuicReader(TlsReader tls) {
        this.tls = tls;
    }

    /** Packets left closed because of the bound. */
    long skipped() {
        return skipped;
    }

    boolean initial(ByteBuffer buffer, int position, int end, long timeNanos, PayloadFact out) {
        int destinationId = position + DESTINATION_ID + 1;
        if (end - destinationId < 1) {
            return false;
        }
        int version = buffer.getInt(position + VERSION);
        int idLength = u8(buffer, destinationId - 1);
        int sourceId = destinationId + idLength + 1;
        boolean known = InitialKeys.knows(version);
        // Version 0 is a server's negotiation.
        if (version == 0 || idLength > MAX_ID_LENGTH || sourceId > end) {
            return false;
        }
        if (known && (u8(buffer, position) >> 4 & 3) != InitialKeys.typeOfInitial(version)) {
            return false;
        }
        int sourceIdEnd = sourceId + u8(buffer, sourceId - 1);
        if (sourceIdEnd - sourceId > MAX_ID_LENGTH || sourceIdEnd > end) {
            return false;
        }
        out.protocol = ApplicationProtocol.quic.ordinal();
        out.quicVersion = version & 0xffff_ffffL;
        if (known && mayOpen(timeNanos)) {
            open(buffer, position, destinationId, idLength, sourceIdEnd, end, version, out);
        }
        return true;
    }

    private boolean mayOpen(long timeNanos) {
        long now = Math.floorDiv(timeNanos, TimeUnit.SECONDS.toNanos(1));
        if (now != second) {
            second = now;
            openedInSecond = 0;
        }
        if (openedInSecond == MAX_PER_SECOND) {
            skipped++;
            return false;
        }
        openedInSecond++;
        return true;
    }

    private void open(
            ByteBuffer buffer,
            int position,
            int destinationId,
            int idLength,
            int token,
            int end,
            int version,
            PayloadFact out) {
        long tokenLength = variable(buffer, token, end);
        if (behind < 0 || tokenLength > end - behind) {
            return;
        }
        long length = variable(buffer, behind + (int) tokenLength, end);
        int number = behind;
        int headerLength = number - position + MAX_PACKET_NUMBER_LENGTH;
        if (number < 0 || length > end - number || length < MAX_PACKET_NUMBER_LENGTH + 2 * InitialKeys.TAG_LENGTH) {
            return;
        }
        if (headerLength > header.length || length > plain.length) {
            return;
        }
        buffer.get(destinationId, hello, 0, idLength);
        keys.derive(version, hello, idLength);
        buffer.get(position, header, 0, headerLength);
        buffer.get(number, plain, 0, (int) length);
        int plainLength = keys.open(header, number - position, plain, (int) length);
        if (plainLength > 0) {
            readFrames(plainLength, out);
        }
    }

    private void readFrames(int length, PayloadFact out) {
        int count = 0;
        int at = 0;
        while (at < length && count < MAX_CRYPTO_FRAMES) {
            int type = plain[at++];
            if (type == PADDING || type == PING) {
                continue;
            }
            if (type != CRYPTO) {
                break;
            }
            long from = variable(frames, at, length);
            long octets = behind < 0 ? -1 : variable(frames, behind, length);
            if (behind < 0 || octets > length - behind || from + octets > MAX_HELLO_LENGTH) {
                break;
            }
            System.arraycopy(plain, behind, hello, (int) from, (int) octets);
            froms[count] = (int) from;
            tos[count++] = (int) (from + octets);
            at = behind + (int) octets;
        }
        if (!tls.hello(helloBuffer, 0, together(count), 'q', out)) {
            long version = out.quicVersion;
            out.clear();
            out.protocol = ApplicationProtocol.quic.ordinal();
            out.quicVersion = version;
        }
    }

    /** Octets from the first on that the frames hold without a gap. */
    private int together(int count) {
        int end = 0;
        boolean grown = true;
        while (grown) {
            grown = false;
            for (int i = 0; i < count; i++) {
                if (froms[i] <= end && tos[i] > end) {
                    end = tos[i];
                    grown = true;
                }
            }
        }
        return end;
    }

    /** RFC 9000 section 16; sets {@link #behind}. */
    private long variable(ByteBuffer buffer, int position, int end) {
        behind = -1;
        if (position >= end) {
            return -1;
        }
        int first = u8(buffer, position);
        int length = 1 << (first >> 6);
        if (end - position < length) {
            return -1;
        }
        long value = first & 0x3f;
        for (int i = 1; i < length; i++) {
            value = value << 8 | u8(buffer, position + i);
        }
        behind = position + length;
        return value;
    }
}
