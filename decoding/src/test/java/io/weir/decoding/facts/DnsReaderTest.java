package io.weir.decoding.facts;

import static io.weir.decoding.facts.Payloads.hex;
import static io.weir.decoding.facts.Payloads.hexOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import org.junit.jupiter.api.Test;

class DnsReaderTest {

    /** 0 id, 2 flags (recursion desired), 4 one question, 6 answers, 8 authority, 10 additional. */
    static final String QUERY = "beef 0100 0001 0000 0000 0000";

    static final String RESPONSE = "beef 8183 0001 0000 0000 0000";

    /** 12 www, 16 example, 24 org, 28 root. */
    static final String NAME = "03" + hexOf("www") + "07" + hexOf("example") + "03" + hexOf("org") + "00";

    /** Type AAAA, class IN. */
    static final String AAAA_IN = "001c 0001";

    private final Payloads payloads = new Payloads();

    @Test
    void shouldReadAQuery() {
        PayloadFact fact = payloads.udp(40000, 53, hex(QUERY, NAME, AAAA_IN));

        assertThat(fact.protocol).isEqualTo(ApplicationProtocol.dns.ordinal());
        assertThat(fact.dnsResponse).isFalse();
        assertThat(fact.dnsTransactionId).isEqualTo(0xbeef);
        assertThat(fact.dnsName.text()).isEqualTo("www.example.org");
        assertThat(fact.dnsQueryType).isEqualTo(28);
        assertThat(fact.dnsResponseCode).isEqualTo(PayloadFact.ABSENT);
    }

    @Test
    void shouldReadAResponseWithAndWithoutItsQuestion() {
        PayloadFact fact = payloads.udp(53, 40000, hex(RESPONSE, NAME, AAAA_IN));
        assertThat(fact.dnsResponse).isTrue();
        assertThat(fact.dnsName.text()).isEqualTo("www.example.org");
        assertThat(fact.dnsResponseCode).isEqualTo(3);

        PayloadFact bare = payloads.udp(53, 40000, hex("beef 8005 0000 0000 0000 0000"));
        assertThat(bare.dnsResponseCode).isEqualTo(5);
        assertThat(bare.dnsName.text()).isNull();
        assertThat(bare.dnsQueryType).isEqualTo(PayloadFact.ABSENT);
    }

    @Test
    void shouldReadAMessageOverTcpBehindItsLength() {
        byte[] message = hex("0021", QUERY, NAME, AAAA_IN);
        assertThat(payloads.tcp(40000, 53, message).dnsName.text()).isEqualTo("www.example.org");

        assertThat(payloads.tcp(40000, 53, hex("0020", QUERY, NAME, AAAA_IN)))
                .as("the question ends behind the message")
                .isNull();
        assertThat(payloads.tcp(40000, 53, hex(QUERY, NAME, AAAA_IN)))
                .as("in the middle of a message")
                .isNull();
    }

    @Test
    void shouldTellMulticastAndLinkLocalApart() {
        byte[] unicastResponseWanted = hex("0000 0000 0002 0000 0000 0000", NAME, "000c 8001", NAME, "000c 0001");
        PayloadFact multicast = payloads.udp(5353, 5353, unicastResponseWanted);
        assertThat(multicast.protocol).isEqualTo(ApplicationProtocol.mdns.ordinal());
        assertThat(multicast.dnsQueryType).isEqualTo(12);
        assertThat(payloads.udp(40000, 53, unicastResponseWanted))
                .as("two questions")
                .isNull();

        assertThat(payloads.udp(40000, 5355, hex(QUERY, NAME, AAAA_IN)).protocol)
                .isEqualTo(ApplicationProtocol.llmnr.ordinal());
    }

    @Test
    void shouldWriteOctetsThatAreNoPlainTextAsNumbers() {
        assertThat(name("05 612e5c2042 02 00ff 00")).isEqualTo("a\\.\\\\\\032B.\\000\\255");
        assertThat(name("00")).isEqualTo(".");
    }

    @Test
    void shouldFollowPointersBackwardsOnly() {
        assertThat(name("01 78 c00c")).as("to itself").isNull();
        assertThat(name("01 78 c010 00")).as("forwards").isNull();
        assertThat(name("01 78 c000")).as("into the header").isNull();
        assertThat(name("c00c")).as("to itself at once").isNull();
    }

    @Test
    void shouldTakeTheLongestNameAndNoLonger() {
        String label63 = "3f" + "61".repeat(63);
        String longest = label63.repeat(3) + "3d" + "61".repeat(61) + "00";
        assertThat(name(longest)).hasSize(253);
        assertThat(name(label63.repeat(3) + "3e" + "61".repeat(62) + "00")).isNull();
        String allEscaped = ("3f" + "ff".repeat(63)).repeat(3) + "3d" + "ff".repeat(61) + "00";
        assertThat(name(allEscaped)).hasSize(4 * 250 + 3);
        assertThat(name("40" + "61".repeat(64) + "00")).as("a label of 64").isNull();
    }

    @Test
    void shouldNotTakeOtherPayloadsForMessages() {
        assertThat(payloads.udp(40000, 53, hex("beef 2100 0001 0000 0000 0000", NAME, AAAA_IN)))
                .as("a notification")
                .isNull();
        assertThat(payloads.udp(40000, 53, hex("beef 0100 0000 0000 0000 0000")))
                .as("a query without question")
                .isNull();
        assertThat(payloads.udp(40000, 53, hex(QUERY, NAME, "001c 0042")))
                .as("a class that is none")
                .isNull();
        assertThat(payloads.udp(40000, 5300, hex(QUERY, NAME, AAAA_IN)))
                .as("another port")
                .isNull();
    }

    @Test
    void shouldBearCutsFlipsAndLies() {
        byte[] query = hex(QUERY, NAME, AAAA_IN);
        assertThat(payloads.abuse(17, 40000, 53, query)).isEqualTo(query.length);
        byte[] overTcp = hex("0021", QUERY, NAME, AAAA_IN);
        assertThat(payloads.abuse(6, 40000, 53, overTcp)).isEqualTo(overTcp.length);
        assertThat(payloads.abuse(
                        17, 5353, 5353, hex("0000 0000 0002 0000 0000 0000", NAME, "000c 8001 c00c 000c 0001")))
                .isPositive();
    }

    private String name(String digits) {
        PayloadFact fact = payloads.udp(40000, 53, hex(QUERY, digits, AAAA_IN));
        return fact == null ? null : fact.dnsName.text();
    }
}
