package io.weir.exporters.finding;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.exporters.TestFindings;
import io.weir.schemas.Finding;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What STIX 2.1 asks of a bundle and of each of its objects. */
class StixFindingTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TIMESTAMP = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
    private static final String UUID_5 = "[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

    private static final Map<String, List<String>> REQUIRED = Map.of(
            "identity", List.of("created", "modified", "name"),
            "ipv4-addr", List.of("value"),
            "ipv6-addr", List.of("value"),
            "mac-addr", List.of("value"),
            "network-traffic", List.of("protocols"),
            "observed-data",
                    List.of("created", "modified", "first_observed", "last_observed", "number_observed", "object_refs"),
            "attack-pattern", List.of("created", "modified", "name"),
            "sighting", List.of("created", "modified", "sighting_of_ref"),
            "note", List.of("created", "modified", "content", "object_refs"));

    private static JsonNode bundle(Finding finding) throws IOException {
        return JSON.readTree(FindingFormat.stix.render(finding));
    }

    private static Map<String, JsonNode> byId(JsonNode bundle) {
        Map<String, JsonNode> objects = new HashMap<>();
        bundle.at("/objects").forEach(object -> objects.put(object.at("/id").textValue(), object));
        assertThat(objects)
                .as("ids are not repeated")
                .hasSize(bundle.at("/objects").size());
        return objects;
    }

    private static JsonNode only(JsonNode bundle, String type) {
        List<JsonNode> found = byId(bundle).values().stream()
                .filter(object -> object.at("/type").textValue().equals(type))
                .toList();
        assertThat(found).as(type).hasSize(1);
        return found.get(0);
    }

    @Test
    void shouldKeepTheRulesOfTheSpecification() throws IOException {
        for (Finding finding : TestFindings.all().values()) {
            JsonNode bundle = bundle(finding);
            assertThat(bundle.at("/type").textValue()).isEqualTo("bundle");
            assertThat(bundle.at("/id").textValue()).matches("bundle--" + UUID_5);
            Map<String, JsonNode> objects = byId(bundle);
            objects.forEach((id, object) -> {
                String type = object.at("/type").textValue();
                assertThat(id).matches(type + "--" + UUID_5);
                assertThat(object.at("/spec_version").textValue()).isEqualTo("2.1");
                assertThat(REQUIRED).containsKey(type);
                REQUIRED.get(type).forEach(name -> assertThat(object.has(name))
                        .as("%s has %s", type, name)
                        .isTrue());
                object.properties().forEach(field -> {
                    if (field.getKey().endsWith("_ref")) {
                        assertThat(objects).containsKey(field.getValue().textValue());
                    } else if (field.getKey().endsWith("_refs")) {
                        assertThat(field.getValue()).isNotEmpty();
                        field.getValue().forEach(ref -> assertThat(objects).containsKey(ref.textValue()));
                    } else if (List.of("created", "modified", "start", "end", "first_seen", "last_seen")
                            .contains(field.getKey())) {
                        assertThat(field.getValue().textValue()).matches(TIMESTAMP);
                    }
                });
                if (object.has("modified")) {
                    assertThat(object.at("/modified").textValue())
                            .isGreaterThanOrEqualTo(object.at("/created").textValue());
                }
                if (type.equals("network-traffic")) {
                    assertThat(object.has("src_ref") || object.has("dst_ref")).isTrue();
                    assertThat(object.at("/is_active").booleanValue()).isNotEqualTo(object.has("end"));
                }
            });
        }
    }

    /** Held against the ids that OASIS's own library, stix2 3.0.2, makes of the same observables. */
    @Test
    void shouldIdentifyObservablesAsOthersDo() throws IOException {
        JsonNode bundle = bundle(TestFindings.opened().build());
        assertThat(byId(bundle)).containsKey("ipv4-addr--e17823ff-cd7d-55c9-8a58-6ff3c5c23bcb");
        assertThat(byId(bundle(TestFindings.ipv6().build())))
                .containsKey("ipv6-addr--cb98d56d-551c-554d-875f-f6e45a4d1630");
        assertThat(only(bundle, "network-traffic").at("/id").textValue())
                .isEqualTo("network-traffic--473aa9a1-fc64-51ec-a0e9-11f2d9ec5d56");
    }

    @Test
    void shouldMakeUuidsOfNamesAsRfc9562Shows() {
        // Appendix A.4.
        UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        assertThat(Uuid5.of(dns, "www.example.com")).hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }

    @Test
    void shouldBeOneEpisodeInManyVersionsAndManyNotes() throws IOException {
        JsonNode opened = bundle(TestFindings.opened().build());
        JsonNode closed = bundle(TestFindings.closed().build());
        for (String type : List.of("observed-data", "sighting", "identity", "attack-pattern")) {
            assertThat(only(closed, type).at("/id"))
                    .as(type)
                    .isEqualTo(only(opened, type).at("/id"));
        }
        assertThat(only(closed, "observed-data").at("/modified").textValue())
                .isGreaterThan(only(opened, "observed-data").at("/modified").textValue());
        assertThat(only(closed, "note").at("/id"))
                .isNotEqualTo(only(opened, "note").at("/id"));
        assertThat(closed.at("/id")).isNotEqualTo(opened.at("/id"));
    }

    @Test
    void shouldNoteWhatNoTechniqueStandsFor() throws IOException {
        JsonNode bundle = bundle(TestFindings.withoutIp().build());
        assertThat(byId(bundle).values())
                .extracting(object -> object.at("/type").textValue())
                .containsExactlyInAnyOrder("identity", "mac-addr", "network-traffic", "observed-data", "note");
        assertThat(only(bundle, "note").has("confidence")).isFalse();
    }
}
