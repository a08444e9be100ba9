package io.weir.decoding.facts;

import static io.weir.decoding.facts.Payloads.hex;
import static io.weir.decoding.facts.Payloads.hexOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TlsReaderTest {

    /** 0 list of 14, 2 kind host name, 3 length, 5 name. */
    private static final String SERVER_NAME = extension("0000", "000e 00 000b" + hexOf("example.org"));

    private static final String ALPN = extension("0010", "000c 02" + hexOf("h2") + "08" + hexOf("http/1.1"));
    private static final String VERSIONS = extension("002b", "06 2a2a 0304 0303");
    private static final String ALGORITHMS = extension("000d", "0010 0403 0804 0401 0503 0805 0501 0806 0601");

    /** Cipher suites and extensions of the example that the description of JA4 shows, with values made up in between. */
    static final String SUITES = "5a5a 1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035";

    static final String EXTENSIONS = extension("3a3a", "")
            + SERVER_NAME
            + extension("0017", "")
            + extension("ff01", "00")
            + extension("000a", "0002 001d")
            + extension("000b", "0100")
            + extension("0023", "")
            + ALPN
            + extension("0005", "0100000000")
            + ALGORITHMS
            + extension("0012", "")
            + extension("0033", "0000")
            + extension("002d", "0101")
            + VERSIONS
            + extension("001b", "02 0002")
            + extension("4469", "0003 026832")
            + extension("0015", "0000");

    private final Payloads payloads = new Payloads();

    @Test
    void shouldReadAClientHelloAndItsPublishedFingerprint() {
        PayloadFact fact = payloads.tcp(40000, 8443, client(SUITES, EXTENSIONS));

        assertThat(fact.protocol).isEqualTo(ApplicationProtocol.tls.ordinal());
        assertThat(fact.tlsServer).isFalse();
        assertThat(fact.tlsServerName.text()).isEqualTo("example.org");
        assertThat(fact.tlsAlpn.text()).isEqualTo("h2,http/1.1");
        assertThat(fact.tlsVersion).isEqualTo(0x0304);
        assertThat(fact.tlsFingerprint.text()).isEqualTo("t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    @Test
    void shouldMakeFingerprintsOfHellosThatLackParts() {
        assertThat(fingerprint("", "")).isEqualTo("t12i000000_000000000000_000000000000");
        assertThat(fingerprint("1301", extension("0017", "")))
                .isEqualTo("t12i010100_" + hash("1301") + "_" + hash("0017"));
        assertThat(fingerprint("1301", SERVER_NAME)).isEqualTo("t12d010100_" + hash("1301") + "_000000000000");
        assertThat(fingerprint("1301", extension("0010", "0003 02 abcd")))
                .as("the first name is no text")
                .startsWith("t12i0101ad_");
        assertThat(fingerprint("1301", extension("0010", "0002 01" + hexOf("h"))))
                .startsWith("t12i0101hh_");
    }

    @Test
    void shouldReadWhatTheServerChose() {
        PayloadFact old = payloads.tcp(443, 40000, server(extension("0010", "0003 02" + hexOf("h2"))));
        assertThat(old.tlsServer).isTrue();
        assertThat(old.tlsVersion).isEqualTo(0x0303);
        assertThat(old.tlsAlpn.text()).isEqualTo("h2");
        assertThat(old.tlsFingerprint.text()).isNull();

        assertThat(payloads.tcp(443, 40000, server(extension("002b", "0304"))).tlsVersion)
                .isEqualTo(0x0304);
    }

    @Test
    void shouldGiveWhatTheFirstSegmentShows() {
        byte[] hello = client(SUITES, EXTENSIONS);
        byte[] part = Arrays.copyOf(hello, hello.length - 40);

        PayloadFact fact = payloads.tcp(40000, 443, part);

        assertThat(fact.tlsServerName.text()).isEqualTo("example.org");
        assertThat(fact.tlsFingerprint.text()).isNull();
    }

    @Test
    void shouldRefuseWhatContradictsItself() {
        assertThat(payloads.tcp(1, 443, client(SUITES, SERVER_NAME + "0010 0fff 00")))
                .as("an extension that goes on behind the hello")
                .isNull();
        byte[] hello = client(SUITES, EXTENSIONS);
        hello[5] = 11;
        assertThat(payloads.tcp(1, 443, hello)).as("a certificate").isNull();
        hello[5] = 1;
        hello[5 + 38] = 33;
        assertThat(payloads.tcp(1, 443, hello)).as("a session id of 33").isNull();
        assertThat(payloads.tcp(1, 443, client(SUITES, extension("0000", "0006 00 0003 41ff42")))
                        .tlsServerName
                        .text())
                .as("a name that is no text")
                .isNull();
    }

    @Test
    void shouldBearCutsFlipsAndLies() {
        assertThat(payloads.abuse(6, 40000, 443, client(SUITES, EXTENSIONS))).isEqualTo(5 + 39);
        assertThat(payloads.abuse(6, 443, 40000, server(extension("002b", "0304"))))
                .isEqualTo(5 + 39);
    }

    private String fingerprint(String suites, String extensions) {
        return payloads.tcp(40000, 443, client(suites, extensions))
                .tlsFingerprint
                .text();
    }

    /** First 12 hex digits of the SHA-256 of an ASCII text, computed apart from the code under test. */
    private static String hash(String text) {
        return switch (text) {
            case "1301" -> "0f2cb44170f4";
            case "0017" -> "1ca028f07214";
            default -> throw new IllegalArgumentException(text);
        };
    }

    static byte[] client(String suites, String extensions) {
        // 4 version, 6 random, 38 session id, then suites, one compression method, extensions
        return record(
                "01", "0303" + "aa".repeat(32) + "00" + u16(suites) + suites + "0100" + u16(extensions) + extensions);
    }

    static byte[] server(String extensions) {
        return record("02", "0303" + "aa".repeat(32) + "00" + "1301" + "00" + u16(extensions) + extensions);
    }

    private static byte[] record(String type, String body) {
        return hex("16 0301", u16("00000000" + body), type, "00", u16(body), body);
    }

    static String extension(String type, String value) {
        return type + u16(value) + value;
    }

    /** Octets that hex digits stand for, as two octets. */
    private static String u16(String digits) {
        return String.format("%04x", digits.replace(" ", "").length() / 2);
    }
}
