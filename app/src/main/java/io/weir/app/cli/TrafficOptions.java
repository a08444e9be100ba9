package io.weir.app.cli;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Setting;
import io.weir.app.config.SettingsLoader;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Flags that say where traffic is and what the cluster is. */
final class TrafficOptions {

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "IF",
            order = 10,
            description = "Network interface to capture on; repeatable (setting collector.interfaces).")
    private List<String> interfaces = new ArrayList<>();

    @Option(
            names = {"-r", "--pcap"},
            paramLabel = "FILE",
            order = 11,
            description =
                    "Capture file (pcap, pcapng) to read, `-` for the standard input; repeatable (setting collector.files).")
    private List<String> files = new ArrayList<>();

    @Option(
            names = "--filter",
            paramLabel = "EXPR",
            order = 12,
            description = "Capture filter of live interfaces in libpcap's language (setting collector.filter).")
    private String filter;

    @Option(
            names = "--capture",
            paramLabel = "HOW",
            order = 13,
            description = "How live interfaces are captured from: auto, afpacket, pcap (setting collector.capture).")
    private String capture;

    void assign(SettingsLoader loader) {
        assignList(loader, Catalogue.COLLECTOR_INTERFACES, interfaces, "--interface");
        assignList(loader, Catalogue.COLLECTOR_FILES, files, "--pcap");
        if (filter != null) {
            loader.assign(Catalogue.COLLECTOR_FILTER, filter, "--filter");
        }
        if (capture != null) {
            loader.assign(Catalogue.COLLECTOR_CAPTURE, capture, "--capture");
        }
    }

    static void assignList(SettingsLoader loader, Setting<?> setting, List<String> values, String flag) {
        if (!values.isEmpty()) {
            loader.assign(setting, String.join(",", values), flag);
        }
    }
}
