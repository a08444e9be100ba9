package io.weir.app.pipeline;

import io.weir.app.config.Settings;
import io.weir.app.terminal.Console;

/**
 * @param settings all settings; they name a Kafka cluster and its registry
 * @param part what to run
 * @param console where results and progress go
 */
public record RunRequest(Settings settings, Part part, Console console) {

    /** Parts that can run alone; names as on the command line. */
    public enum Part {
        collector,
        decoder,
        meter,
        advisor,
        rules,
        exporter,
        ipfix,
        alerts,
        auditor
    }
}
