package io.weir.app.config;

/** Writes {@code docs/configuration.md} from the catalogue. */
public final class ConfigurationDoc {

    private ConfigurationDoc() {}

    /** Markdown, ending in a newline; the same for the same catalogue on every machine. */
    public static String markdown() {
        StringBuilder doc = new StringBuilder("""
                # Configuration

                <!-- Generated from the settings catalogue; change it there and run scripts/update-goldens.sh. -->

                Settings come from four places; a later one wins:

                1. built-in values, as below;
                2. a `.properties` file in UTF-8: `--config FILE`, or the one that `WEIR_CONFIG` names;
                3. environment variables: the key in upper case behind `WEIR_`, dots and dashes as underscores
                   (`meter.idle-timeout` is `WEIR_METER_IDLE_TIMEOUT`); an empty variable counts as not set;
                4. the command line: `-s KEY=VALUE`, repeatable, and the flags that stand for settings (`--cluster`, `--kafka` …).

                `weir config print` shows every value with its origin, secrets masked; `weir config validate` reports all mistakes at
                once. An unknown key is a mistake.

                Types: a **duration** is a number with `ms`, `s`, `m`, `h` or `d`; a **size** is a number with `B`, `kB`, `MB` or `GB`
                (1 kB = 1024 B); a **list** is separated by commas.

                ## Kafka and Schema Registry clients

                Whatever stands under `kafka.` goes to every Kafka client without that prefix, untouched:
                `kafka.security.protocol=SASL_SSL` sets `security.protocol`. Whatever stands under `schema.registry.` goes to the Schema
                Registry's client, for example `schema.registry.basic.auth.user.info`. As environment variables:
                `WEIR_KAFKA_SECURITY_PROTOCOL`.

                ## Captures of their own

                `capture.NAME.KEY` gives the live capture NAME a value of its own for `collector.KEY`, for the keys of [capturing](capture.md):
                `capture.pods.interfaces=veth*` with `capture.pods.sampling=10`. In a file or with `-s`; there are no environment variables
                for them.

                """);
        String group = "";
        for (Setting<?> setting : Catalogue.all()) {
            String next = groupOf(setting.key());
            if (!next.equals(group)) {
                group = next;
                doc.append(doc.charAt(doc.length() - 2) == '\n' ? "" : "\n")
                        .append("## ")
                        .append(group)
                        .append("\n\n| setting | type | built-in | what it is | allowed |\n|---|---|---|---|---|\n");
            }
            doc.append("| `")
                    .append(setting.key())
                    .append("` | ")
                    .append(setting.type().name())
                    .append(setting.secret() ? ", secret" : "")
                    .append(" | ")
                    .append(setting.builtInDoc())
                    .append(" | ")
                    .append(setting.doc().replace("|", "\\|"))
                    .append(" | ")
                    .append(setting.type().allowed().replace("|", "\\|"))
                    .append(" |\n");
        }
        return doc.toString();
    }

    private static String groupOf(String key) {
        if (key.startsWith("kafka.") || key.startsWith("schema.") || key.startsWith("avro.")) {
            return "Cluster to join";
        }
        int dot = key.indexOf('.');
        return switch (dot < 0 ? key : key.substring(0, dot)) {
            case "topics" -> "Topics";
            case "data-dir", "embedded" -> "Embedded broker and registry";
            case "cluster" -> "The watched cluster";
            case "collector" -> "Collector";
            case "meter" -> "Meter";
            case "decoder" -> "Decoder";
            case "advisor" -> "Security Advisor";
            case "sink" -> "Exporter";
            case "ipfix" -> "IPFIX export";
            case "rules" -> "Rules";
            case "alerts" -> "Alerts";
            case "operations" -> "Operations";
            default -> "Other";
        };
    }
}
