package io.weir.embedded.registry;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;

/** Schema resolution (Avro specification, "Schema Resolution") applied in the directions of a compatibility level. */
final class Compatibility {
    private Compatibility() {}

    /**
     * Checks a new schema.
     *
     * @param earlier versions in order, the oldest first
     * @return what does not fit, empty when all does
     */
    static List<String> problems(CompatibilityLevel level, Schema candidate, List<Schema> earlier) {
        List<String> problems = new ArrayList<>();
        int first = level.transitive() ? 0 : Math.max(0, earlier.size() - 1);
        for (Schema old : earlier.subList(first, earlier.size())) {
            if (level.newReadsOld()) {
                check("the new schema cannot read data of the old one", candidate, old, problems);
            }
            if (level.oldReadsNew()) {
                check("the old schema cannot read data of the new one", old, candidate, problems);
            }
        }
        return problems;
    }

    private static void check(String direction, Schema reader, Schema writer, List<String> problems) {
        SchemaPairCompatibility result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        for (Incompatibility found : result.getResult().getIncompatibilities()) {
            problems.add(direction + ": " + found.getType() + " at " + found.getLocation() + " (" + found.getMessage()
                    + ")");
        }
    }
}
