package io.weir.decoding.facts;

import static io.weir.decoding.facts.Payloads.hex;
import static io.weir.decoding.facts.Payloads.hexOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class QuicReaderTest {

    /** The destination id of RFC 9001 appendix A. */
    private static final byte[] ID = hex("8394c8f03e515708");

    static final int VERSION_1 = 1;
    private static final int VERSION_2 = 0x6b3343cf;
    private static final String NAME = "0000 0010 000e 00 000b" + hexOf("example.org");

    /** 0 type and length, 4 version, 6 random, 38 session id, one suite, one compression method, extensions. */
    static final String HELLO = "01 00003f" + "0303" + "aa".repeat(32) + "00" + "0002 1301" + "0100" + "0014" + NAME;

    private final Payloads payloads = new Payloads();

    @Test
    void shouldMakeThePublishedKeys() {
        InitialKeys keys = new InitialKeys();
        keys.derive(VERSION_1, ID, ID.length);
        assertThat(keys.key()).isEqualTo(hex("1f369613dd76d5467730efcbe3b1a22d"));
        assertThat(keys.iv()).isEqualTo(hex("fa044b2f42a3fd3b46fb255c"));
        assertThat(keys.headerKey()).isEqualTo(hex("9f50449e04a0e810283a1e9933adedd2"));
    }

    @Test
    void shouldReadTheHelloOfAnInitial() throws Exception {
        for (int version : new int[] {VERSION_1, VERSION_2, 0xff00001d, 0xff000017}) {
            PayloadFact fact = payloads.udp(40000, 443, initial(version, crypto(0, hex(HELLO))));
            assertThat(fact.protocol).isEqualTo(ApplicationProtocol.quic.ordinal());
            assertThat(fact.quicVersion).isEqualTo(version & 0xffff_ffffL);
            assertThat(fact.tlsServerName.text()).isEqualTo("example.org");
            assertThat(fact.tlsFingerprint.text()).startsWith("q12d010100_");
        }
    }

    @Test
    void shouldPutFramesOfOnePacketTogether() throws Exception {
        byte[] hello = hex(HELLO);
        byte[] end = crypto(30, Arrays.copyOfRange(hello, 30, hello.length));
        byte[] start = crypto(0, Arrays.copyOf(hello, 30));
        ByteBuffer both = ByteBuffer.allocate(end.length + 2 + start.length);
        both.put(end).put((byte) 1).put((byte) 0).put(start);

        assertThat(payloads.udp(40000, 443, initial(VERSION_1, both.array()))
                        .tlsServerName
                        .text())
                .isEqualTo("example.org");
        assertThat(payloads.udp(40000, 443, initial(VERSION_1, end))
                        .tlsServerName
                        .text())
                .as("without the start")
                .isNull();
    }

    @Test
    void shouldShowTheVersionOfWhatItCannotOpen() throws Exception {
        byte[] packet = initial(VERSION_1, crypto(0, hex(HELLO)));
        packet[packet.length - 1]++;
        PayloadFact damaged = payloads.udp(40000, 443, packet);
        assertThat(damaged.quicVersion).isEqualTo(1);
        assertThat(damaged.hasTls).isFalse();

        packet[0] |= 0x20;
        assertThat(payloads.udp(40000, 443, packet)).as("a handshake packet").isNull();
        packet[0] = 0x40;
        assertThat(payloads.udp(40000, 443, packet)).as("a short header").isNull();
    }

    @Test
    void shouldBearCutsFlipsAndLies() throws Exception {
        assertThat(payloads.abuse(17, 40000, 443, initial(VERSION_1, crypto(0, hex(HELLO)))))
                .isEqualTo(15);
    }

    @Test
    void shouldOpenABoundedNumberInASecond() throws Exception {
        QuicReader reader = new QuicReader(new TlsReader());
        byte[] packet = initial(VERSION_1, crypto(0, hex(HELLO)));
        PayloadFact fact = new PayloadFact();
        int opened = 0;
        for (int i = 0; i < QuicReader.MAX_PER_SECOND + 10; i++) {
            fact.clear();
            assertThat(reader.initial(ByteBuffer.wrap(packet), 0, packet.length, 5, fact))
                    .isTrue();
            opened += fact.hasTls ? 1 : 0;
        }
        assertThat(opened).isEqualTo(QuicReader.MAX_PER_SECOND);
        assertThat(reader.skipped()).isEqualTo(10);
        fact.clear();
        reader.initial(ByteBuffer.wrap(packet), 0, packet.length, 1_000_000_000, fact);
        assertThat(fact.hasTls).isTrue();
    }

    static byte[] crypto(int from, byte[] data) {
        ByteBuffer frame = ByteBuffer.allocate(5 + data.length);
        frame.put((byte) 6).putShort((short) (0x4000 | from)).putShort((short) (0x4000 | data.length));
        return frame.put(data).array();
    }

    /** Packet number 2 in one octet, no token, padded to 1200 octets. */
    static byte[] initial(int version, byte[] frames) throws GeneralSecurityException {
        InitialKeys keys = new InitialKeys();
        keys.derive(version, ID, ID.length);
        int type = version == VERSION_2 ? 0xd0 : 0xc0;
        // 0 first octet, 1 version, 5 destination id, 14 source id, 15 token, 16 length, 18 packet number
        ByteBuffer packet = ByteBuffer.allocate(1200);
        packet.put((byte) type)
                .putInt(version)
                .put((byte) ID.length)
                .put(ID)
                .put((byte) 0)
                .put((byte) 0);
        packet.putShort((short) (0x4000 | (1200 - 18))).put((byte) 2);
        byte[] header = Arrays.copyOf(packet.array(), 19);
        byte[] nonce = keys.iv();
        nonce[11] ^= 2;
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(keys.key(), "AES"), new GCMParameterSpec(128, nonce));
        gcm.updateAAD(header);
        packet.put(gcm.doFinal(Arrays.copyOf(frames, 1200 - 19 - 16)));
        byte[] whole = packet.array();
        Cipher block = Cipher.getInstance("AES/ECB/NoPadding");
        block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(keys.headerKey(), "AES"));
        byte[] mask = block.doFinal(whole, 22, 16);
        whole[0] ^= (byte) (mask[0] & 0x0f);
        whole[18] ^= mask[1];
        return whole;
    }
}
