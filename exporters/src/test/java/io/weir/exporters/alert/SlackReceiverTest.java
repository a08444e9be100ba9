package io.weir.exporters.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.exporters.TestFindings;
import io.weir.schemas.Finding;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** What a chat shows. */
class SlackReceiverTest {

    private static JsonNode message(Finding finding) throws IOException {
        return new ObjectMapper().readTree(SlackReceiver.message(finding).toString());
    }

    @Test
    void shouldSayWhatItIsInOneLineAndTheNumbersBelow() throws Exception {
        JsonNode message = message(TestFindings.opened().build());

        assertThat(message.at("/text").textValue())
                .isEqualTo("opened: [high] 203.0.113.66 from outside reached tcp/22 of 10.42.2.10, which answered");
        assertThat(message.at("/attachments/0/color").textValue()).isEqualTo("#d00000");
        assertThat(message.at("/attachments/0/ts").longValue()).isEqualTo(1_795_508_511L);
        assertThat(message.at("/attachments/0/fields").findValuesAsText("title"))
                .containsExactly("Rule", "Confidence", "From", "To", "Service", "Flows", "ATT&amp;CK");
        assertThat(message.at("/attachments/0/fields").findValuesAsText("value"))
                .containsExactly("ingress", "high", "203.0.113.66", "10.42.2.10", "tcp/22", "3", "T1133");
        assertThat(message(TestFindings.closed().build())
                        .at("/attachments/0/color")
                        .textValue())
                .isEqualTo("#2eb886");
    }

    @Test
    void shouldLetNobodyBringMarkupAlong() throws Exception {
        Finding finding = TestFindings.opened()
                .setTitle("<!channel> & <http://evil|click>")
                .setDescription("<@U1>" + "x".repeat(5000))
                .build();
        String text = message(finding).toString();
        assertThat(text).doesNotContain("<").contains("&lt;!channel&gt; &amp; &lt;http://evil|click&gt;");
        assertThat(text).hasSizeLessThan(3000);
    }

    @Test
    void shouldNotNameWhoIsMany() throws Exception {
        assertThat(message(TestFindings.manyInitiators().build())
                        .at("/attachments/0/fields")
                        .findValuesAsText("title"))
                .contains("To", "Measured")
                .doesNotContain("From");
    }

    @Test
    void shouldPostItToTheUrl() throws Exception {
        try (TestReceiver server = new TestReceiver()) {
            SlackReceiver receiver = new SlackReceiver(
                    new SlackConfig(server.uri("/services/T0/B0/x")),
                    Duration.ofSeconds(5),
                    null,
                    InstantSource.system());
            assertThat(receiver.deliver(new Alert(TestFindings.opened().build(), 0)))
                    .isInstanceOf(Delivery.Delivered.class);
            assertThat(server.requests).hasSize(1);
            assertThat(server.requests.get(0).path()).isEqualTo("/services/T0/B0/x");
            assertThat(server.requests.get(0).body())
                    .isEqualTo(
                            SlackReceiver.message(TestFindings.opened().build()).toString());
        }
    }
}
