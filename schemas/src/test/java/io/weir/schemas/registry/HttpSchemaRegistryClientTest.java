package io.weir.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpSchemaRegistryClientTest {

    private static final Schema LONG = Schema.create(Schema.Type.LONG);

    private StubRegistry stub;
    private String away;

    @BeforeEach
    void start() throws IOException {
        stub = new StubRegistry();
        try (StubRegistry gone = new StubRegistry()) {
            away = gone.url();
        }
    }

    @AfterEach
    void stop() {
        stub.close();
    }

    @Test
    void shouldRegisterOnceAndRemember() {
        stub.answering(200, "{\"id\":7}");
        SchemaRegistryClient client = client(stub.url() + "/");

        assertThat(client.register("weir.a/b-value", LONG)).isEqualTo(7);
        assertThat(client.register("weir.a/b-value", LONG)).isEqualTo(7);

        assertThat(stub.requests).containsExactly("POST /subjects/weir.a%2Fb-value/versions");
        assertThat(stub.bodies).containsExactly("{\"schema\":\"\\\"long\\\"\"}");
        assertThat(stub.contentType).isEqualTo("application/vnd.schemaregistry.v1+json");
        assertThat(stub.authorization).isNull();
    }

    @Test
    void shouldReadASchemaOnceAndRemember() {
        stub.answering(200, "{\"schema\":\"\\\"long\\\"\"}");
        SchemaRegistryClient client = client(stub.url());

        assertThat(client.schemaById(3)).isEqualTo(LONG);
        assertThat(client.schemaById(3)).isEqualTo(LONG);

        assertThat(stub.requests).containsExactly("GET /schemas/ids/3");
    }

    @Test
    void shouldPassOnWhyTheRegistryRefused() {
        stub.answering(409, "{\"error_code\":409,\"message\":\"reader field 'x' has no default\"}");

        assertThatThrownBy(() -> client(stub.url()).register("weir.flows.v1-value", LONG))
                .isInstanceOfSatisfying(SchemaRegistryException.class, e -> {
                    assertThat(e.errorCode()).isEqualTo(409);
                    assertThat(e.isRetriable()).isFalse();
                })
                .hasMessageContaining(stub.url())
                .hasMessageContaining("weir.flows.v1-value")
                .hasMessageContaining("reader field 'x' has no default");
    }

    @Test
    void shouldTellUnknownIdsAndServerErrorsApart() {
        stub.answering(404, "{\"error_code\":40403,\"message\":\"Schema 9 not found\"}");
        assertThatThrownBy(() -> client(stub.url()).schemaById(9))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("Schema 9 not found");
        stub.answering(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax = \\\"proto3\\\";\"}");
        assertThatThrownBy(() -> client(stub.url()).schemaById(9))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("not an Avro schema");
        stub.answering(404, "<html>no such page</html>");
        assertThatThrownBy(() -> client(stub.url()).schemaById(9))
                .as("that is no registry, so nothing is known of the schema")
                .isInstanceOf(SchemaRegistryException.class);
        stub.answering(500, "{\"error_code\":50001,\"message\":\"store\"}");
        assertThatThrownBy(() -> client(stub.url()).schemaById(9))
                .isInstanceOfSatisfying(SchemaRegistryException.class, e -> assertThat(e.isRetriable())
                        .isTrue());
        stub.answering(502, "<html>bad gateway</html>");
        assertThatThrownBy(() -> client(stub.url()).schemaById(9))
                .isInstanceOfSatisfying(SchemaRegistryException.class, e -> {
                    assertThat(e.errorCode()).isEqualTo(502);
                    assertThat(e.isRetriable()).isTrue();
                })
                .hasMessageContaining("HTTP 502");
        stub.answering(403, "");
        assertThatThrownBy(() -> client(stub.url()).schemaById(9)).hasMessageContaining("HTTP 403");
    }

    @Test
    void shouldRefuseAnAnswerThatIsNotARegistrys() {
        stub.answering(200, "<html>welcome</html>");
        assertThatThrownBy(() -> client(stub.url()).register("a-value", LONG))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining(stub.url());
        assertThatThrownBy(() -> client(stub.url()).schemaById(1))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining(stub.url());
    }

    @Test
    void shouldSayWhenNobodyAnswers() {
        assertThatThrownBy(() -> client(away).schemaById(1))
                .isInstanceOfSatisfying(SchemaRegistryException.class, e -> {
                    assertThat(e.errorCode()).isZero();
                    assertThat(e.isRetriable()).isTrue();
                })
                .hasMessageContaining(away)
                .hasMessageContaining("schema.registry.url");
    }

    @Test
    void shouldGoOnToTheNextOfSeveral() {
        stub.answering(200, "{\"id\":5}");
        assertThat(client(away + " , " + stub.url()).register("a-value", LONG)).isEqualTo(5);
    }

    @Test
    void shouldNotAskAnotherAfterARefusal() {
        stub.answering(422, "{\"error_code\":42201,\"message\":\"invalid\"}");
        assertThatThrownBy(() -> client(stub.url() + "," + stub.url()).register("a-value", LONG))
                .isInstanceOf(SchemaRegistryException.class);
        assertThat(stub.requests).hasSize(1);
    }

    @Test
    void shouldGiveItsCredentials() {
        stub.answering(200, "{\"id\":5}");
        SchemaRegistryClient.create(
                        Map.of(SchemaRegistryClient.URL_CONFIG, stub.url(), "basic.auth.user.info", "weir:sluice"))
                .register("a-value", LONG);
        assertThat(stub.authorization).isEqualTo("Basic d2VpcjpzbHVpY2U=");
    }

    @Test
    void shouldNameTheSettingThatIsMissingOrWrong() {
        Map<String, Object> none = new HashMap<>();
        assertThatThrownBy(() -> SchemaRegistryClient.create(none))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.url");
        assertThatThrownBy(() -> client("localhost:8081"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("localhost:8081")
                .hasMessageContaining("http://");
    }

    private static SchemaRegistryClient client(String url) {
        return SchemaRegistryClient.create(Map.of(SchemaRegistryClient.URL_CONFIG, url));
    }
}
