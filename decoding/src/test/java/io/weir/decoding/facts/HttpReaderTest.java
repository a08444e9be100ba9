package io.weir.decoding.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpReaderTest {

    static final String REQUEST = "GET /a?b=c HTTP/1.1\r\nAccept: */*\r\nHost: shop.example:8080 \r\n\r\n";

    private final Payloads payloads = new Payloads();

    @Test
    void shouldReadMethodAndHost() {
        PayloadFact fact = read(REQUEST);

        assertThat(fact.protocol).isEqualTo(ApplicationProtocol.http.ordinal());
        assertThat(fact.httpMethod.text()).isEqualTo("GET");
        assertThat(fact.httpHost.text()).isEqualTo("shop.example:8080");
        assertThat(read("OPTIONS * HTTP/1.0\nhOST:x\n\n").httpHost.text()).isEqualTo("x");
        assertThat(read("CONNECT a.example:443 HTTP/1.1\r\n\r\n").httpMethod.text())
                .isEqualTo("CONNECT");
    }

    @Test
    void shouldTakeNoHostThatIsCutMissingOrNoText() {
        assertThat(read("POST / HTTP/1.1\r\nHost: exam").httpHost.text()).isNull();
        assertThat(read("POST / HTTP/1.1\r\n\r\nHost: in.the.body\r\n").httpHost.text())
                .isNull();
        assertThat(read("POST / HTTP/1.1\r\nHost: a b\r\n\r\n").httpHost.text()).isNull();
        assertThat(read("POST / HTTP/1.1\r\nHost:" + "a".repeat(256) + "\r\n\r\n")
                        .httpHost
                        .text())
                .isNull();
    }

    @Test
    void shouldNotTakeOtherTextsForRequests() {
        assertThat(read("GET / HTTP/1.1 and more text")).as("line without end").isNull();
        assertThat(read("GET this and that\r\nHost: x\r\n")).isNull();
        assertThat(read("GETAWAY HTTP/1.1\r\n\r\n")).isNull();
        assertThat(read("POSTPONED / HTTP/1.1\r\n\r\n")).isNull();
        assertThat(read("HTTP/1.1 200 OK\r\nHost: x\r\n\r\n")).isNull();
        assertThat(read("GET / HTTP/2.0\r\n\r\n")).isNull();
    }

    @Test
    void shouldBearCutsFlipsAndLies() {
        assertThat(payloads.abuse(6, 40000, 80, REQUEST.getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("GET /a?b=c HTTP/1.1\r\n".length());
    }

    private PayloadFact read(String text) {
        return payloads.tcp(40000, 8080, text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
