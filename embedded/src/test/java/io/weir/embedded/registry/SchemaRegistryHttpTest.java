package io.weir.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.embedded.EmbeddedBroker;
import io.weir.embedded.EmbeddedBrokerConfig;
import io.weir.embedded.EmbeddedStartException;
import io.weir.embedded.EmbeddedStartException.Reason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaRegistryHttpTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String V1 = "{\"schema\":\"\\\"int\\\"\"}";

    @TempDir
    static Path dir;

    private static EmbeddedBroker broker;
    private static SchemaRegistry registry;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir));
        registry = SchemaRegistry.start(RegistryConfig.defaults(broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        registry.close();
        broker.close();
    }

    private record Answer(int status, String contentType, JsonNode body) {
        int errorCode() {
            return body.path("error_code").asInt();
        }
    }

    private static Answer call(String method, String path, String body) throws Exception {
        return call(method, path, body, "application/vnd.schemaregistry.v1+json");
    }

    private static Answer call(String method, String path, String body, String contentType) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(registry.url() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", contentType);
        }
        HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                JSON.readTree(response.body()));
    }

    private static void assertRefused(int status, int errorCode, Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.errorCode()).as("%s", answer).isEqualTo(errorCode);
        assertThat(answer.body().path("message").asText()).isNotBlank();
    }

    @Test
    void shouldAnswerInTheRegistrysMediaType() throws Exception {
        Answer root = call("GET", "/", null);

        assertThat(root.status()).isEqualTo(200);
        assertThat(root.contentType()).isEqualTo("application/vnd.schemaregistry.v1+json");
        assertThat(call("GET", "/schemas/types", null).body()).hasToString("[\"AVRO\"]");
    }

    @Test
    void shouldTakePlainJson() throws Exception {
        assertThat(call("POST", "/subjects/plain/versions", V1, "application/json; charset=utf-8")
                        .status())
                .isEqualTo(200);
        assertRefused(415, 415, call("POST", "/subjects/plain/versions", V1, "text/plain"));
    }

    @Test
    void shouldDecodePathSegments() throws Exception {
        assertThat(call("POST", "/subjects/a%2Fb%25c+d%C3%BC/versions", V1).status())
                .isEqualTo(200);
        assertThat(call("GET", "/subjects?subjectPrefix=a%2Fb", null).body())
                .extracting(JsonNode::asText)
                .containsExactly("a/b%c+dü");
        assertThat(call("GET", "/subjects/a%2Fb%25c+d%C3%BC/versions/latest", null)
                        .body()
                        .path("version")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void shouldRefusePathsThatAreNotUtf8() throws Exception {
        assertRefused(400, 400, call("POST", "/subjects/%FC/versions", V1));
    }

    @Test
    void shouldDescribeAVersion() throws Exception {
        int id = call("POST", "/subjects/described/versions?unknown=ignored", V1)
                .body()
                .path("id")
                .asInt();

        assertThat(call("GET", "/subjects/described/versions/-1", null).body())
                .hasToString("{\"subject\":\"described\",\"version\":1,\"id\":" + id + ",\"schema\":\"\\\"int\\\"\"}");
        assertThat(call("GET", "/subjects/described/versions/1/schema", null).body())
                .hasToString("\"int\"");
        assertThat(call("GET", "/subjects/described/versions/1/referencedby", null)
                        .body())
                .hasToString("[]");
        assertThat(call("GET", "/schemas/ids/" + id + "/schema", null).body()).hasToString("\"int\"");
        JsonNode byId =
                call("GET", "/schemas/ids/" + id + "?fetchMaxId=true", null).body();
        assertThat(byId.path("maxId").asInt()).isGreaterThanOrEqualTo(id);
        assertThat(call("GET", "/schemas/ids/" + id + "/versions", null).body().toString())
                .contains("{\"subject\":\"described\",\"version\":1}");
    }

    @Test
    void shouldRefuseWhatIsNotThere() throws Exception {
        assertRefused(404, 404, call("GET", "/nothing", null));
        assertRefused(404, 404, call("GET", "/subjects/x/y", null));
        assertRefused(404, 40401, call("GET", "/subjects/absent/versions", null));
        assertRefused(404, 40403, call("GET", "/schemas/ids/999999", null));
        assertRefused(404, 40403, call("GET", "/schemas/ids/seven", null));
        assertRefused(404, 40408, call("GET", "/config/absent", null));
        assertRefused(404, 40409, call("GET", "/mode/absent", null));
        assertRefused(405, 405, call("PATCH", "/subjects", null));
        assertRefused(422, 42202, call("GET", "/subjects/absent/versions/0", null));
        assertRefused(422, 42202, call("GET", "/subjects/absent/versions/newest", null));
    }

    @Test
    void shouldRefuseBadRequests() throws Exception {
        String path = "/subjects/bad/versions";

        assertRefused(400, 400, call("POST", path, "{\"schema\":"));
        assertRefused(422, 422, call("POST", path, "[]"));
        assertRefused(422, 422, call("POST", path, ""));
        assertRefused(422, 42201, call("POST", path, "{}"));
        assertRefused(422, 42201, call("POST", path, "{\"schema\":\"\"}"));
        assertRefused(422, 42201, call("POST", path, "{\"schema\":\"{\\\"type\\\":\\\"nothing\\\"}\"}"));
        assertRefused(422, 42201, call("POST", path, "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}"));
        assertRefused(422, 42201, call("POST", path, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"x\"}"));
        assertRefused(422, 42205, call("POST", path, "{\"schema\":\"\\\"int\\\"\",\"id\":4,\"version\":1}"));
        assertRefused(422, 422, call("POST", path, "{\"schema\":\"\\\"int\\\"\",\"ruleSet\":{\"domainRules\":[1]}}"));
        assertRefused(
                422,
                42201,
                call(
                        "POST",
                        path,
                        "{\"schema\":\"\\\"X\\\"\",\"references\":[{\"name\":\"X\",\"subject\":\"x\",\"version\":1}]}"));
        assertRefused(422, 42208, call("POST", "/subjects/__GLOBAL/versions", V1));
        assertRefused(422, 42203, call("PUT", "/config", "{\"compatibility\":\"x\"}"));
        assertRefused(422, 42204, call("PUT", "/mode", "{\"mode\":\"x\"}"));
    }

    @Test
    void shouldRefuseADefaultOfTheWrongType() throws Exception {
        assertRefused(
                422,
                42201,
                call(
                        "POST",
                        "/subjects/wrong-default/versions",
                        "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\",\\\"fields\\\":"
                                + "[{\\\"name\\\":\\\"a\\\",\\\"type\\\":\\\"int\\\",\\\"default\\\":\\\"x\\\"}]}\"}"));
    }

    @Test
    void shouldRefuseDeepNesting() throws Exception {
        int depth = 20_000;
        String nested = "{\\\"type\\\":\\\"array\\\",\\\"items\\\":".repeat(depth) + "\\\"int\\\"" + "}".repeat(depth);

        assertRefused(422, 42201, call("POST", "/subjects/deep/versions", "{\"schema\":\"" + nested + "\"}"));
    }

    @Test
    void shouldRefuseRequestsOverTheLimit() throws Exception {
        assertRefused(413, 413, call("POST", "/subjects/huge/versions", " ".repeat(HttpCall.MAX_BODY_BYTES) + V1));
    }

    @Test
    void shouldKnowNormalizedSpellingsAsOne() throws Exception {
        String one = "{\"schema\":\"{\\\"type\\\":\\\"int\\\",\\\"x\\\":1,\\\"y\\\":2}\"}";
        String two = "{\"schema\":\"{\\\"y\\\":2,\\\"x\\\":1,\\\"type\\\":\\\"int\\\"}\"}";

        int id = call("POST", "/subjects/normal/versions?normalize=true", one)
                .body()
                .path("id")
                .asInt();

        assertThat(call("POST", "/subjects/normal?normalize=true", two)
                        .body()
                        .path("id")
                        .asInt())
                .isEqualTo(id);
        assertRefused(404, 40403, call("POST", "/subjects/normal", two));
    }

    @Test
    void shouldCheckCompatibilityWithoutRegistering() throws Exception {
        call("POST", "/subjects/checked/versions", V1);
        String path = "/compatibility/subjects/checked/versions";
        String text = "{\"schema\":\"\\\"string\\\"\"}";

        assertThat(call("POST", path + "/latest", V1).body()).hasToString("{\"is_compatible\":true}");
        assertThat(call("POST", path, text).body()).hasToString("{\"is_compatible\":false}");
        assertThat(call("POST", path + "/1?verbose=true", text).body().path("messages"))
                .isNotEmpty();
        assertRefused(404, 40402, call("POST", path + "/7", V1));
        assertRefused(404, 40401, call("POST", "/compatibility/subjects/absent/versions/latest", V1));
        assertThat(call("GET", "/subjects/checked/versions", null).body()).hasToString("[1]");
    }

    @Test
    void shouldKeepLevelsAndModes() throws Exception {
        assertThat(call("PUT", "/config/levels", "{\"compatibility\":\"full_transitive\"}")
                        .body())
                .hasToString("{\"compatibility\":\"FULL_TRANSITIVE\"}");
        assertThat(call("GET", "/config/levels", null).body())
                .hasToString("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
        assertThat(call("DELETE", "/config/levels", null).body())
                .hasToString("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
        assertThat(call("GET", "/config/levels?defaultToGlobal=true", null).body())
                .hasToString("{\"compatibilityLevel\":\"BACKWARD\"}");
        assertThat(call("PUT", "/mode/levels", "{\"mode\":\"READONLY\"}").body())
                .hasToString("{\"mode\":\"READONLY\"}");
        assertRefused(422, 42205, call("POST", "/subjects/levels/versions", V1));
        assertThat(call("DELETE", "/mode/levels", null).body()).hasToString("{\"mode\":\"READONLY\"}");
    }

    @Test
    void shouldDeleteForGoodOnlyAfterASoftDeletion() throws Exception {
        call("POST", "/subjects/gone/versions", V1);

        assertRefused(404, 40407, call("DELETE", "/subjects/gone/versions/1?permanent=true", null));
        assertThat(call("DELETE", "/subjects/gone/versions/latest", null).body())
                .hasToString("1");
        assertRefused(404, 40401, call("GET", "/subjects/gone/versions/1", null));
        assertThat(call("GET", "/subjects/gone/versions/1?deleted=true", null).status())
                .isEqualTo(200);
        assertThat(call("DELETE", "/subjects/gone?permanent=true", null).body()).hasToString("[1]");
        assertRefused(404, 40401, call("DELETE", "/subjects/gone?permanent=true", null));
    }

    @Test
    void shouldNameThePortWhenItIsTaken() {
        RegistryConfig config =
                RegistryConfig.defaults(broker.bootstrapServers()).withPort(registry.port());

        assertThatThrownBy(() -> SchemaRegistry.start(config))
                .hasMessageContaining("port " + registry.port())
                .hasMessageContaining("choose another port")
                .asInstanceOf(type(EmbeddedStartException.class))
                .returns(Reason.PORT_IN_USE, EmbeddedStartException::reason);
    }

    @Test
    void shouldSayWhenKafkaIsNotThere() {
        RegistryConfig config = RegistryConfig.defaults("127.0.0.1:1").withKafkaTimeout(Duration.ofMillis(500));

        assertThatThrownBy(() -> SchemaRegistry.start(config))
                .hasMessageContaining("127.0.0.1:1")
                .asInstanceOf(type(EmbeddedStartException.class))
                .returns(Reason.KAFKA_UNREACHABLE, EmbeddedStartException::reason);
    }

    @Test
    void shouldAnswerReadsAndRefuseWritesInTimeWhenKafkaGoesAway(@TempDir Path other) throws Exception {
        SchemaRegistry shared = registry;
        EmbeddedBroker leaving = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(other));
        try (SchemaRegistry lonely = SchemaRegistry.start(
                RegistryConfig.defaults(leaving.bootstrapServers()).withKafkaTimeout(Duration.ofSeconds(3)))) {
            registry = lonely;
            assertThat(call("POST", "/subjects/kept/versions", V1).status()).isEqualTo(200);
            leaving.close();

            assertThat(call("GET", "/subjects/kept/versions/1", null).status()).isEqualTo(200);
            Answer refused = call("POST", "/subjects/more/versions", V1);
            assertThat(refused.status()).isEqualTo(500);
            assertThat(refused.errorCode()).isIn(50001, 50002);
            assertThat(refused.body().path("message").asText()).contains(leaving.bootstrapServers());
        } finally {
            registry = shared;
            leaving.close();
        }
    }

    @Test
    void shouldRefuseATopicThatDeletesSchemas(@TempDir Path other) throws Exception {
        try (EmbeddedBroker unsuitable = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(other));
                Admin admin = Admin.create(Map.of("bootstrap.servers", unsuitable.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("_schemas", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);

            assertThatThrownBy(() -> SchemaRegistry.start(RegistryConfig.defaults(unsuitable.bootstrapServers())))
                    .hasMessageContaining("cleanup.policy=compact")
                    .asInstanceOf(type(EmbeddedStartException.class))
                    .returns(Reason.TOPIC_UNSUITABLE, EmbeddedStartException::reason);
        }
    }

    /** A topic that Confluent's registry wrote may hold kinds of records and schemas that this one does not make. */
    @Test
    void shouldTakeOverATopicThatAnotherRegistryWrote(@TempDir Path other) throws Exception {
        SchemaRegistry shared = registry;
        try (EmbeddedBroker cluster = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(other))) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
                admin.createTopics(List.of(
                                new NewTopic("_schemas", 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
            try (KafkaProducer<String, String> writer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", cluster.bootstrapServers()),
                    new StringSerializer(),
                    new StringSerializer())) {
                for (String[] kafkaRecord : new String[][] {
                    {"{\"keytype\":\"NOOP\",\"magic\":0}", null},
                    {"{\"keytype\":\"CONTEXT\",\"tenant\":\"default\",\"magic\":0}", "{}"},
                    {"no json", "{}"},
                    {
                        "{\"keytype\":\"SCHEMA\",\"subject\":\"proto\",\"version\":1,\"magic\":1}",
                        "{\"subject\":\"proto\",\"version\":1,\"id\":41,\"schemaType\":\"PROTOBUF\","
                                + "\"schema\":\"message A {}\",\"deleted\":false}"
                    },
                    {"{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}", "{\"compatibilityLevel\":\"FULL\"}"}
                }) {
                    writer.send(new ProducerRecord<>("_schemas", 0, kafkaRecord[0], kafkaRecord[1]))
                            .get(30, TimeUnit.SECONDS);
                }
            }
            try (SchemaRegistry successor = SchemaRegistry.start(RegistryConfig.defaults(cluster.bootstrapServers()))) {
                registry = successor;
                assertThat(call("GET", "/config", null).body()).hasToString("{\"compatibilityLevel\":\"FULL\"}");
                assertThat(call("GET", "/schemas/ids/41", null)
                                .body()
                                .path("schemaType")
                                .asText())
                        .isEqualTo("PROTOBUF");
                assertRefused(409, 409, call("POST", "/subjects/proto/versions", V1));
                assertThat(call("POST", "/subjects/new/versions", V1).body()).hasToString("{\"id\":42}");
            }
        } finally {
            registry = shared;
        }
    }

    @Test
    void shouldKeepTextOutsideAscii() throws Exception {
        call(
                "POST",
                "/subjects/utf8/versions",
                "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\",\\\"doc\\\":\\\"größe\\\",\\\"fields\\\":[]}\"}");

        assertThat(call("GET", "/subjects/utf8/versions/1/schema", null)
                        .body()
                        .path("doc")
                        .asText())
                .isEqualTo("größe");
    }
}
