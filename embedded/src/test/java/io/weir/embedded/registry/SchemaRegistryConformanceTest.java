package io.weir.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.weir.embedded.EmbeddedBroker;
import io.weir.embedded.EmbeddedBrokerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.RestService;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.Config;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What Confluent's own client expects of a registry. */
class SchemaRegistryConformanceTest {
    private static final String R = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[%s]}";
    private static final String A = "{\"name\":\"a\",\"type\":\"int\"}";

    @TempDir
    static Path dir;

    private static EmbeddedBroker broker;
    private static SchemaRegistry registry;

    private CachedSchemaRegistryClient client;
    private String subject;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(EmbeddedBrokerConfig.defaults(dir));
        registry = SchemaRegistry.start(RegistryConfig.defaults(broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        registry.close();
        broker.close();
    }

    @BeforeEach
    void connect(TestInfo test) {
        client = newClient(registry);
        subject = test.getTestMethod().orElseThrow().getName();
    }

    private static CachedSchemaRegistryClient newClient(SchemaRegistry server) {
        return new CachedSchemaRegistryClient(new RestService(server.url()), 100, Map.of());
    }

    /** A schema of its own for each test, since ids go over all subjects. */
    private AvroSchema base() {
        return avro(A, field(subject));
    }

    private AvroSchema compatible() {
        return avro(A, field(subject), "{\"name\":\"more\",\"type\":[\"null\",\"int\"],\"default\":null}");
    }

    private AvroSchema incompatible() {
        return avro(A, field(subject), "{\"name\":\"needed\",\"type\":\"int\"}");
    }

    private static String field(String name) {
        return "{\"name\":\"" + name + "\",\"type\":\"int\"}";
    }

    private static AvroSchema avro(String... fields) {
        return new AvroSchema(R.formatted(String.join(",", fields)));
    }

    @Test
    void shouldGiveOneIdToOneSchema() throws Exception {
        int id = client.register(subject, base());

        assertThat(newClient(registry).register(subject, base())).isEqualTo(id);
        assertThat(newClient(registry).register(subject + "-other", base())).isEqualTo(id);
        assertThat(client.register(subject, compatible())).isGreaterThan(id);
        assertThat(client.getAllVersions(subject)).containsExactly(1, 2);
    }

    @Test
    void shouldRefuseIncompatibleSchemas() throws Exception {
        client.register(subject, base());

        assertThat(client.testCompatibility(subject, compatible())).isTrue();
        assertThat(client.testCompatibility(subject, incompatible())).isFalse();
        assertThat(client.testCompatibilityVerbose(subject, incompatible())).isNotEmpty();
        assertRefused(409, 409, () -> client.register(subject, incompatible()));
        assertThat(client.getAllVersions(subject)).containsExactly(1);
    }

    @Test
    void shouldLookUpBySchemaVersionAndId() throws Exception {
        int id = client.register(subject, base());
        int second = client.register(subject, compatible());
        CachedSchemaRegistryClient fresh = newClient(registry);

        assertThat(fresh.getId(subject, base())).isEqualTo(id);
        assertThat(fresh.getVersion(subject, compatible())).isEqualTo(2);
        assertThat(fresh.getSchemaById(id).canonicalString()).isEqualTo(base().canonicalString());
        assertThat(fresh.getSchemaBySubjectAndId(subject, second).canonicalString())
                .isEqualTo(compatible().canonicalString());
        assertThat(fresh.getSchemaMetadata(subject, 1).getId()).isEqualTo(id);
        SchemaMetadata latest = fresh.getLatestSchemaMetadata(subject);
        assertThat(latest.getVersion()).isEqualTo(2);
        assertThat(latest.getSchemaType()).isEqualTo("AVRO");
        assertThat(fresh.getByVersion(subject, 1, false).getSchema()).isEqualTo(base().canonicalString());
        assertThat(fresh.getAllSubjects()).contains(subject);
        assertThat(fresh.getAllSubjectsByPrefix(subject)).containsExactly(subject);
        assertThat(fresh.getAllSubjectsById(id)).containsExactly(subject);
        assertThat(fresh.getAllVersionsById(id)).containsExactly(new SubjectVersion(subject, 1));
    }

    @Test
    void shouldSayWhatIsNotThere() throws Exception {
        assertRefused(404, 40403, () -> client.getSchemaById(999_999));
        assertRefused(404, 40401, () -> client.getLatestSchemaMetadata(subject));
        assertRefused(404, 40401, () -> client.getAllVersions(subject));
        assertRefused(404, 40401, () -> client.getId(subject, base()));
        client.register(subject, base());
        assertRefused(404, 40402, () -> client.getSchemaMetadata(subject, 9));
        assertRefused(404, 40403, () -> client.getId(subject, compatible()));
    }

    @Test
    void shouldTakeSubjectsThatNeedEncoding() throws Exception {
        String odd = subject + "/ 100%+?#:&";
        int id = client.register(odd, base());

        assertThat(newClient(registry).getId(odd, base())).isEqualTo(id);
        assertThat(client.getAllSubjects()).contains(odd);
        assertThat(client.getAllVersions(odd)).containsExactly(1);
    }

    @Test
    void shouldKeepALevelForEachSubject() throws Exception {
        assertThat(client.getConfig(null).getCompatibilityLevel()).isEqualTo("BACKWARD");
        assertRefused(404, 40408, () -> client.getConfig(subject));

        client.updateConfig(subject, new Config("NONE"));
        client.register(subject, base());
        assertThat(client.getConfig(subject).getCompatibilityLevel()).isEqualTo("NONE");
        assertThat(client.register(subject, incompatible())).isPositive();

        client.deleteConfig(subject);
        assertRefused(404, 40408, () -> client.getConfig(subject));
        assertRefused(422, 42203, () -> client.updateConfig(subject, new Config("SIDEWARD")));
    }

    @Test
    void shouldKeepAModeForEachSubject() throws Exception {
        assertThat(client.getMode()).isEqualTo("READWRITE");
        client.register(subject, base());

        assertThat(client.setMode("READONLY", subject)).isEqualTo("READONLY");
        assertRefused(422, 42205, () -> client.register(subject, compatible()));
        assertThat(newClient(registry).register(subject, base()))
                .as("what is registered may be asked for")
                .isPositive();

        client.deleteMode(subject);
        assertThat(client.register(subject, compatible())).isPositive();
        assertRefused(422, 42204, () -> client.setMode("IMPORT", subject));
    }

    @Test
    void shouldDeleteAVersionSoftlyThenForGood() throws Exception {
        int id = client.register(subject, base());
        client.register(subject, compatible());

        assertRefused(404, 40407, () -> client.deleteSchemaVersion(subject, "1", true));
        assertThat(client.deleteSchemaVersion(subject, "1", false)).isEqualTo(1);
        assertRefused(404, 40406, () -> client.deleteSchemaVersion(subject, "1", false));
        assertThat(client.getAllVersions(subject)).containsExactly(2);
        assertThat(client.getAllVersions(subject, true)).containsExactly(1, 2);
        assertThat(newClient(registry).getSchemaById(id)).isNotNull();

        assertThat(client.deleteSchemaVersion(subject, "1", true)).isEqualTo(1);
        assertThat(client.getAllVersions(subject, true)).containsExactly(2);
        assertRefused(404, 40403, () -> newClient(registry).getSchemaById(id));
    }

    @Test
    void shouldDeleteASubjectSoftlyThenForGood() throws Exception {
        int id = client.register(subject, base());
        client.register(subject, compatible());

        assertRefused(404, 40405, () -> client.deleteSubject(subject, true));
        assertThat(client.deleteSubject(subject, false)).containsExactly(1, 2);
        assertRefused(404, 40404, () -> client.deleteSubject(subject, false));
        assertThat(client.getAllSubjects()).doesNotContain(subject);
        assertThat(client.getAllSubjects(true)).contains(subject);

        assertThat(newClient(registry).register(subject, base()))
                .as("the id comes back")
                .isEqualTo(id);
        assertThat(client.getAllVersions(subject)).as("the version does not").containsExactly(3);
        client.deleteSubject(subject, false);
        assertThat(client.deleteSubject(subject, true)).containsExactly(2, 3);
        assertRefused(404, 40401, () -> client.deleteSubject(subject, false));
    }

    @Test
    void shouldResolveReferences() throws Exception {
        String inner = subject + "-inner";
        client.register(
                inner, new AvroSchema("{\"type\":\"record\",\"name\":\"Inner\",\"fields\":[" + field(subject) + "]}"));
        SchemaReference reference = new SchemaReference("Inner", inner, 1);
        AvroSchema outer = new AvroSchema(
                R.formatted("{\"name\":\"inner\",\"type\":\"Inner\"}"),
                List.of(reference),
                Map.of(
                        "Inner",
                        newClient(registry).getByVersion(inner, 1, false).getSchema()),
                null);

        int id = client.register(subject, outer);

        assertThat(newClient(registry).getId(subject, outer)).isEqualTo(id);
        assertThat(newClient(registry).getSchemaById(id).references()).containsExactly(reference);
        assertRefused(422, 42206, () -> client.deleteSubject(inner, false));
    }

    @Test
    void shouldReadEverythingBackAfterARestart() throws Exception {
        int id = client.register(subject, base());
        client.register(subject, compatible());
        client.deleteSchemaVersion(subject, "1", false);
        client.updateConfig(subject, new Config("FULL"));
        List<String> before = List.copyOf(client.getAllSubjects(true));

        registry.close();
        registry = SchemaRegistry.start(RegistryConfig.defaults(broker.bootstrapServers()));
        CachedSchemaRegistryClient again = newClient(registry);

        assertThat(again.getAllSubjects(true)).containsExactlyElementsOf(before);
        assertThat(again.getAllVersions(subject)).containsExactly(2);
        assertThat(again.getSchemaById(id)).isNotNull();
        assertThat(again.getConfig(subject).getCompatibilityLevel()).isEqualTo("FULL");
        assertThat(again.register(subject + "-new", avro(A, field("unseen"))))
                .as("ids go on where they were")
                .isGreaterThan(id + 1);
    }

    @Test
    void shouldNeverGiveOneIdTwiceWhenTwoRegistriesWrite() throws Exception {
        try (SchemaRegistry second = SchemaRegistry.start(RegistryConfig.defaults(broker.bootstrapServers()))) {
            int last = 0;
            for (int turn = 0; turn < 3; turn++) {
                int first = client.register(subject + turn, avro(A, field(subject), field("first" + turn)));
                int other = newClient(second)
                        .register(subject + turn + "-other", avro(A, field(subject), field("other" + turn)));
                assertThat(first).isGreaterThan(last);
                assertThat(other).isGreaterThan(first);
                last = other;
            }
            assertThat(newClient(second).register(subject, avro(A, field(subject), field("first0"))))
                    .as("what the other registered is known")
                    .isLessThan(last);
        }
    }

    private static void assertRefused(int status, int errorCode, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(RestClientException.class))
                .returns(status, RestClientException::getStatus)
                .returns(errorCode, RestClientException::getErrorCode);
    }
}
