package io.weir.app.operations;

import java.util.Set;
import java.util.TreeSet;

/** Writes {@code docs/metrics.md} from what a process with every component exposes. */
final class MetricsDoc {

    private static final String[][] COMPONENTS = {
        {
            "Collector",
            "weir_collector_",
            "`interface` and `capture` are those of the observation point without the host: one pair for each interface, file or peer. The"
                    + " last 512 are kept, so that interfaces which come and go do not add up."
        },
        {
            "Decoder",
            "weir_decoder_",
            "Over all tasks of the process. What a task does again after a failure counts again."
        },
        {
            "Meter",
            "weir_meter_",
            "Over all tasks of the process. What a task does again after a failure counts again: `weir audit` is exact, these are not."
        },
        {"Security Advisor", "weir_advisor_", "Over all tasks of the process."},
        {
            "Rules",
            "weir_rules_",
            "Of `weir run rules`, and of `weir up` with `rules.file`, over all tasks of the process. See [rules](rules.md)."
        },
        {"Exporter", "weir_exporter_", "Of one sink."},
        {
            "IPFIX export",
            "weir_ipfix_",
            "Of `weir run ipfix`, and of `weir up` with `ipfix.to`; see [IPFIX export](ipfix-export.md)."
        },
        {
            "Alerts",
            "weir_alerts_",
            "Of `weir run alerts`, and of `weir up` with a receiver; `receiver` is `webhook`, `alertmanager`, `slack` or `syslog`. See"
                    + " [alerting](alerting.md)."
        },
        {
            "Auditor",
            "weir_audit_",
            "Of `weir run auditor`, and of `weir up` with `audit.continuous`; see [auditing](audit.md#all-the-time). `host`, `interface` and `capture`"
                    + " are those of the observation points; of more than 1000, those that do not agree first."
        }
    };

    private MetricsDoc() {}

    static String markdown(Scrape scrape) {
        StringBuilder doc = new StringBuilder("""
                # Metrics

                <!-- Generated from the metrics that a process registers; change them there and run scripts/update-goldens.sh. -->

                What `/metrics` of a process says, by component; how to switch it on is in [operations](operations.md). A process has the
                metrics of the components that run in it. Counters begin at 0 with the process. No label takes its values from traffic.

                """);
        for (String[] component : COMPONENTS) {
            doc.append("## ").append(component[0]).append("\n\n").append(component[2]);
            doc.append("\n\n| metric | type | labels | what it is |\n|---|---|---|---|\n");
            scrape.types().forEach((name, type) -> {
                if (name.startsWith(component[1])) {
                    appendMetric(doc, scrape, name, type);
                }
            });
            doc.append('\n');
        }
        doc.append("""
                ## Kafka

                A choice of what Kafka's clients and Kafka Streams measure, by Micrometer's names for it. Labels say the client, thread, task,
                topic and partition; clients of Kafka Streams have an id of the process in their names, so each start makes new series.

                | metric | what it is |
                |---|---|
                """);
        KafkaMeters.KEPT.forEach((name, what) ->
                doc.append("| `").append(name).append("` | ").append(what).append(" |\n"));
        doc.append("""

                ## Process

                Micrometer's for the Java virtual machine: `jvm_memory_*`, `jvm_buffer_*`, `jvm_gc_*`, `jvm_threads_*`, `process_cpu_*`,
                `system_cpu_*`, `system_load_average_1m`, `process_uptime_seconds`, `process_start_time_seconds`.
                """);
        return doc.toString();
    }

    private static void appendMetric(StringBuilder doc, Scrape scrape, String name, String type) {
        Set<String> labels = new TreeSet<>();
        for (Scrape.Sample sample : scrape.samples()) {
            String rest = sample.name().startsWith(name) ? sample.name().substring(name.length()) : null;
            if (rest != null && (rest.isEmpty() || rest.equals("_count"))) {
                sample.labels().keySet().forEach(label -> labels.add("`" + label + "`"));
            }
        }
        doc.append("| `")
                .append(name)
                .append("` | ")
                .append(type)
                .append(" | ")
                .append(String.join(", ", labels))
                .append(" | ")
                .append(scrape.help(name))
                .append(" |\n");
    }
}
