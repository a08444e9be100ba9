package io.weir.exporters.finding;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.exporters.TestFindings;
import io.weir.schemas.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each form of each finding as a file, and what is asked of all forms. */
class FindingFormatTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @EnumSource(FindingFormat.class)
    void shouldBeTheCommittedText(FindingFormat format) throws IOException {
        Path directory = Path.of(System.getProperty("weir.root"), "exporters", "src", "test", "resources", "finding");
        for (Map.Entry<String, Finding> finding : TestFindings.all().entrySet()) {
            Path file = directory.resolve(finding.getKey() + '.' + format + ".json");
            String pretty = JSON.readTree(format.render(finding.getValue())).toPrettyString() + '\n';
            if (Boolean.getBoolean("weir.golden.update")) {
                Files.createDirectories(directory);
                Files.writeString(file, pretty);
            }
            assertThat(file).as("scripts/update-goldens.sh writes it anew").hasContent(pretty);
        }
    }

    @ParameterizedTest
    @EnumSource(FindingFormat.class)
    void shouldBeOneObjectOnOneLine(FindingFormat format) throws IOException {
        for (Finding finding : TestFindings.all().values()) {
            String text = format.render(finding);
            assertThat(JSON.readTree(text).isObject()).isTrue();
            assertThat(text).doesNotContain("\n").isEqualTo(format.render(finding));
            assertHasNoNullAndNothingEmpty(JSON.readTree(text), format);
        }
    }

    /** What is not known is left out; our own schema says null. */
    private static void assertHasNoNullAndNothingEmpty(JsonNode node, FindingFormat format) {
        if (format != FindingFormat.json) {
            node.forEach(child -> {
                assertThat(child.isNull()).isFalse();
                assertThat(child.isObject() && child.isEmpty())
                        .as(node.toString())
                        .isFalse();
                assertHasNoNullAndNothingEmpty(child, format);
            });
        }
    }

    @Test
    void shouldSayOcsfsDetectionFinding() throws IOException {
        for (Finding finding : TestFindings.all().values()) {
            JsonNode event = JSON.readTree(FindingFormat.ocsf.render(finding));
            // What the schema requires of the class and of the objects in it.
            assertThat(event.at("/class_uid").intValue()).isEqualTo(2004);
            assertThat(event.at("/category_uid").intValue()).isEqualTo(2);
            assertThat(event.at("/type_uid").intValue())
                    .isEqualTo(200_400 + event.at("/activity_id").intValue());
            assertThat(event.at("/activity_id").intValue()).isBetween(1, 3);
            assertThat(event.at("/severity_id").isInt()).isTrue();
            assertThat(event.at("/severity_id").intValue()).isBetween(0, 5);
            assertThat(event.at("/time").longValue()).isEqualTo(finding.getLastSeenMicroseconds() / 1000);
            assertThat(event.at("/metadata/version").textValue()).isEqualTo("1.4.0");
            assertThat(event.at("/metadata/product/name").isTextual()).isTrue();
            assertThat(event.at("/finding_info/uid").textValue()).isEqualTo(finding.getFindingId());
            assertThat(event.at("/finding_info/analytic/type_id").intValue()).isEqualTo(1);
            assertThat(event.at("/status_id").intValue()).isIn(1, 3, 4);
            assertThat(event.at("/evidences")).isNotEmpty();
            for (JsonNode evidence : event.at("/evidences")) {
                assertThat(evidence.has("src_endpoint") || evidence.has("dst_endpoint"))
                        .isTrue();
                if (evidence.has("connection_info")) {
                    assertThat(evidence.at("/connection_info/direction_id").isInt())
                            .isTrue();
                }
            }
            for (JsonNode attack : event.at("/finding_info/attacks")) {
                assertThat(attack.at("/technique/uid").textValue()).matches("T\\d{4}");
                assertThat(attack.at("/sub_technique/uid").asText("T1.1")).contains(".");
            }
            for (JsonNode observable : event.at("/observables")) {
                assertThat(observable.at("/name").isTextual()).isTrue();
                assertThat(observable.at("/type_id").intValue()).isIn(2, 3);
            }
        }
    }

    @Test
    void shouldFollowTheEpisodeInOcsf() throws IOException {
        assertThat(activityAndStatus(TestFindings.opened().build())).containsExactly(1, 1);
        assertThat(activityAndStatus(TestFindings.ipv6().build())).containsExactly(2, 1);
        assertThat(activityAndStatus(TestFindings.closed().build())).containsExactly(3, 4);
        JsonNode allowed = JSON.readTree(
                FindingFormat.ocsf.render(TestFindings.manyResponders().build()));
        assertThat(allowed.at("/status_id").intValue()).isEqualTo(3);
        assertThat(allowed.at("/is_alert").booleanValue()).isFalse();
    }

    private static List<Integer> activityAndStatus(Finding finding) throws IOException {
        JsonNode event = JSON.readTree(FindingFormat.ocsf.render(finding));
        return List.of(
                event.at("/activity_id").intValue(), event.at("/status_id").intValue());
    }

    @Test
    void shouldSayAnAlertOfEcs() throws IOException {
        for (Finding finding : TestFindings.all().values()) {
            JsonNode document = JSON.readTree(FindingFormat.ecs.render(finding));
            assertThat(document.at("/@timestamp").textValue())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
            assertThat(document.at("/ecs/version").textValue()).startsWith("8.");
            assertThat(document.at("/event/kind").textValue()).isEqualTo("alert");
            assertThat(document.at("/event/type/0").textValue()).isIn("info", "allowed");
            assertThat(document.at("/network/direction").textValue())
                    .isIn("inbound", "outbound", "internal", "external", "unknown");
            assertThat(document.at("/source/ip").isMissingNode())
                    .isEqualTo(finding.getInitiator().getAddress() == null);
            assertThat(document.at("/network/community_id").isMissingNode()).isTrue();
            for (JsonNode technique : document.at("/threat/technique")) {
                assertThat(technique.at("/id").textValue()).matches("T\\d{4}");
                assertThat(technique.at("/reference").textValue()).startsWith("https://attack.mitre.org/techniques/T");
            }
        }
        assertThat(JSON.readTree(FindingFormat.ecs.render(TestFindings.opened().build()))
                        .at("/source/mac")
                        .textValue())
                .isEqualTo("02-00-00-00-00-01");
    }

    @Test
    void shouldHaveANameForEachKnownTechniquesParent() {
        assertThat(AttackTechnique.of("T1499.001").parent().name()).isEqualTo("Endpoint Denial of Service");
        assertThat(AttackTechnique.of("T1499.001").url()).isEqualTo("https://attack.mitre.org/techniques/T1499/001/");
        assertThat(AttackTechnique.of("T9999").name()).isNull();
    }
}
