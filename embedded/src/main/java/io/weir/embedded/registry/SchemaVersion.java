package io.weir.embedded.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A schema under a subject.
 *
 * @param version from 1
 * @param id over all subjects
 * @param deleted soft deleted: hidden, but its id still answers
 * @param foreign fields that another registry wrote and we only keep
 */
record SchemaVersion(
        String subject, int version, int id, SchemaIdentity content, boolean deleted, Map<String, JsonNode> foreign) {

    SchemaVersion {
        foreign = Map.copyOf(foreign);
    }

    SchemaVersion(String subject, int version, int id, SchemaIdentity content) {
        this(subject, version, id, content, false, Map.of());
    }

    SchemaVersion asDeleted() {
        return new SchemaVersion(subject, version, id, content, true, foreign);
    }
}
