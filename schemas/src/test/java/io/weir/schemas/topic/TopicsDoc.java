package io.weir.schemas.topic;

import io.weir.schemas.rejected.RejectedRecord;
import io.weir.schemas.serde.Avro;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** Writes {@code docs/topics.md} from the topic catalogue and the schemas. */
final class TopicsDoc {

    private static final String HEAD = """
            # Topics

            <!-- Generated from the topic catalogue and the Avro schemas; change those and run scripts/update-goldens.sh schemas. -->

            Everything that Weir tells, it tells on these topics; everything that its parts tell each other, too. The prefix `weir.` is
            the setting `topics.prefix`.

            Values are Avro in Confluent's wire format (a byte 0, four bytes of schema id, Avro binary), subject `<topic>-value`. The
            schemas evolve FULL_TRANSITIVE: old readers read new records and the other way round. A new symbol of an enum reads as
            `unknown` (or `none`) for an old reader. Keys are UTF-8 text unless said otherwise. Weir creates what is missing with the
            settings below and leaves topics that exist as their owner made them.
            """;

    private TopicsDoc() {}

    static String text(Topics topics) {
        StringBuilder out = new StringBuilder(HEAD);
        out.append("\n| topic | value | holds |\n|---|---|---|\n");
        for (TopicSpec<?> spec : topics.all()) {
            row(out, "[`" + spec.name() + "`](#" + anchor(spec.name()) + ")", link(schema(spec)), spec.purpose());
        }
        out.append(rejected(topics));
        Map<String, Schema> shared = shared(topics);
        for (TopicSpec<?> spec : topics.all()) {
            topic(out, spec, shared);
        }
        out.append("\n## Shared types\n");
        shared.values().forEach(type -> type(out, type));
        return out.toString();
    }

    private static String rejected(Topics topics) {
        String names = topics.all().stream()
                .filter(TopicSpec::rejects)
                .map(spec -> "`" + spec.rejectedName() + "`")
                .collect(Collectors.joining(", "));
        return "\n## Rejected records\n\n" + names + ".\n\n"
                + "What a part of Weir cannot read, or a receiver of alerts does not take, goes to the topic's own `.rejected`, once for each part that reads it: key, value and "
                + "headers as they were, and headers that say where it was and why. How to look at them and how to write them again: "
                + "[troubleshooting](troubleshooting.md#rejected-records).\n\n"
                + "| header | holds |\n|---|---|\n"
                + "| `" + RejectedRecord.TOPIC + "` | topic |\n"
                + "| `" + RejectedRecord.PARTITION + "` | partition |\n"
                + "| `" + RejectedRecord.OFFSET + "` | offset |\n"
                + "| `" + RejectedRecord.MESSAGE + "` | what is wrong with it, one sentence |\n"
                + "| `" + RejectedRecord.TIMESTAMP + "` | the time stamp that it had, epoch milliseconds |\n"
                + "| `" + RejectedRecord.REASON
                + "` | reason, as in [LossReason](#lossreason); `undeliverable` for a finding that a receiver of [alerts](alerting.md) did not take |\n"
                + "| `" + RejectedRecord.BY + "` | consumer group of the part that refused it |\n\n"
                + "- **Key:** as it was.\n- **Partitions:** 1\n- **Settings:** " + settings(Topics.rejectedConfigs())
                + "\n- **Why:** a week to look and to replay; never more than 256 MB (and a segment), so that a flood does not fill the"
                + " disk.\n";
    }

    private static String settings(Map<String, String> configs) {
        return new TreeMap<>(configs)
                .entrySet().stream()
                        .map(entry -> "`" + entry.getKey() + '=' + entry.getValue() + '`')
                        .collect(Collectors.joining(", "));
    }

    private static void topic(StringBuilder out, TopicSpec<?> spec, Map<String, Schema> shared) {
        out.append("\n## ").append(spec.name()).append("\n\n").append(sentence(spec.purpose()));
        out.append("\n\n- **Key:** ").append(spec.key()).append('.');
        out.append("\n- **Partitions:** ").append(spec.partitioned() ? "as many as `topics.partitions` says" : "1");
        out.append("\n- **Settings:** ").append(settings(spec.configs()));
        out.append("\n- **Why:** ").append(spec.reason()).append(".\n");
        for (Schema type : named(schema(spec)).values()) {
            if (!shared.containsKey(type.getName())) {
                type(out, type);
            }
        }
    }

    private static void type(StringBuilder out, Schema type) {
        out.append("\n### ").append(type.getName()).append('\n');
        if (type.getDoc() != null) {
            out.append('\n').append(documentation(type));
            out.append('\n');
        }
        if (type.getType() == Schema.Type.ENUM) {
            out.append("\nOne of ")
                    .append(type.getEnumSymbols().stream()
                            .map(symbol -> "`" + symbol + "`")
                            .collect(Collectors.joining(", ")))
                    .append(".\n");
            return;
        }
        out.append("\n| field | type | meaning |\n|---|---|---|\n");
        for (Schema.Field field : type.getFields()) {
            row(out, "`" + field.name() + "`", typeName(field.schema()), field.doc() == null ? "" : field.doc());
        }
    }

    /** A list in Markdown wants an empty line before it. */
    private static String documentation(Schema type) {
        return type.getDoc().replaceFirst("\n- ", "\n\n- ");
    }

    private static void row(StringBuilder out, String... cells) {
        for (String cell : cells) {
            out.append("| ").append(cell.replace("|", "\\|").replace('\n', ' ')).append(cell.isEmpty() ? "" : " ");
        }
        out.append("|\n");
    }

    private static String typeName(Schema schema) {
        return switch (schema.getType()) {
            case UNION ->
                schema.getTypes().stream()
                        .filter(branch -> branch.getType() != Schema.Type.NULL)
                        .map(branch -> typeName(branch) + " or null")
                        .collect(Collectors.joining(" or "));
            case ARRAY -> "array of " + typeName(schema.getElementType());
            case MAP -> "map to " + typeName(schema.getValueType());
            case RECORD, ENUM, FIXED -> link(schema);
            default -> schema.getType().getName();
        };
    }

    private static String link(Schema named) {
        return "[" + named.getName() + "](#" + anchor(named.getName()) + ")";
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replace(".", "");
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + '.';
    }

    private static Schema schema(TopicSpec<?> spec) {
        return Avro.schemaOf(spec.valueType());
    }

    /** Named types that more than one topic uses. */
    private static Map<String, Schema> shared(Topics topics) {
        Map<String, Integer> uses = new LinkedHashMap<>();
        Map<String, Schema> types = new LinkedHashMap<>();
        for (TopicSpec<?> spec : topics.all()) {
            named(schema(spec)).forEach((name, type) -> {
                uses.merge(name, 1, Integer::sum);
                types.put(name, type);
            });
        }
        types.keySet().removeIf(name -> uses.get(name) < 2);
        return types;
    }

    /** The named types of a schema, itself first, in the order in which they appear. */
    private static Map<String, Schema> named(Schema root) {
        Map<String, Schema> found = new LinkedHashMap<>();
        Deque<Schema> open = new ArrayDeque<>();
        open.add(root);
        while (!open.isEmpty()) {
            Schema schema = open.poll();
            switch (schema.getType()) {
                case UNION -> open.addAll(schema.getTypes());
                case ARRAY -> open.add(schema.getElementType());
                case MAP -> open.add(schema.getValueType());
                case ENUM -> found.put(schema.getName(), schema);
                case RECORD -> {
                    if (found.put(schema.getName(), schema) == null) {
                        schema.getFields().forEach(field -> open.add(field.schema()));
                    }
                }
                default -> {
                    // A primitive has no name of its own.
                }
            }
        }
        return found;
    }
}
