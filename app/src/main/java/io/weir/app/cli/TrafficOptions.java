package io.weir.app.cli;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Setting;
import io.weir.app.config.Settings;
import io.weir.app.config.SettingsLoader;
import io.weir.app.failure.Failure;
import io.weir.app.pipeline.AnalyzeRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Flags that say where traffic is and what the cluster is. */
final class TrafficOptions {

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "IF",
            order = 10,
            description =
                    "Network interface to capture on: eth0, veth*, !veth9, blue:eth0 in a network namespace; repeatable (setting collector.interfaces).")
    private List<String> interfaces = new ArrayList<>();

    @Option(
            names = {"-r", "--pcap"},
            paramLabel = "FILE",
            order = 11,
            description =
                    "Capture file (pcap, pcapng, snoop) to read, `-` for the standard input; repeatable (setting collector.files).")
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
            description =
                    "How live interfaces are captured from: auto, afpacket, ebpf, pcap (setting collector.capture).")
    private String capture;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            order = 15,
            description =
                    "Take sFlow, NetFlow and IPFIX at udp://HOST:PORT, or captures at tcp://HOST:PORT or unix:///PATH, for `tcpdump -U -w -` of others; repeatable (setting collector.listen).")
    private List<String> listen = new ArrayList<>();

    @Option(
            names = "--speed",
            paramLabel = "SPEED",
            order = 14,
            description = "How fast capture files are read: 1x as recorded, 10x, max (setting collector.speed).")
    private String speed;

    @Option(
            names = "--resume",
            order = 17,
            description =
                    "Go on with capture files where an earlier run has got to; nothing is sent twice (setting collector.resume).")
    private boolean resume;

    @Option(
            names = "--sampling",
            paramLabel = "N",
            order = 16,
            description = "Take one packet in N, at random (setting collector.sampling).")
    private String sampling;

    void assign(SettingsLoader loader) {
        assignList(loader, Catalogue.COLLECTOR_INTERFACES, interfaces, "--interface");
        assignList(loader, Catalogue.COLLECTOR_FILES, files, "--pcap");
        assignList(loader, Catalogue.COLLECTOR_LISTEN, listen, "--listen");
        if (filter != null) {
            loader.assign(Catalogue.COLLECTOR_FILTER, filter, "--filter");
        }
        if (speed != null) {
            loader.assign(Catalogue.COLLECTOR_SPEED, speed, "--speed");
        }
        if (resume) {
            loader.assign(Catalogue.COLLECTOR_RESUME, "true", "--resume");
        }
        if (sampling != null) {
            loader.assign(Catalogue.COLLECTOR_SAMPLING, sampling, "--sampling");
        }
        if (capture != null) {
            loader.assign(Catalogue.COLLECTOR_CAPTURE, capture, "--capture");
        }
    }

    /**
     * Refuses settings without anything to capture, and files that are not there.
     *
     * @param more what else could have been meant
     */
    static void requireAny(Settings settings, String more) {
        List<String> captureFiles = settings.get(Catalogue.COLLECTOR_FILES);
        if (settings.captures().isEmpty()
                && captureFiles.isEmpty()
                && settings.get(Catalogue.COLLECTOR_LISTEN).isEmpty()) {
            throw Failure.usage("nothing to capture", "give --interface IF, --pcap FILE or --listen ADDRESS" + more);
        }
        CaptureFiles.check(captureFiles.stream().map(Path::of).toList());
        if (settings.get(Catalogue.COLLECTOR_RESUME)) {
            requireResumable(settings, captureFiles);
        }
    }

    private static void requireResumable(Settings settings, List<String> captureFiles) {
        if (captureFiles.contains(AnalyzeRequest.STANDARD_INPUT.toString())) {
            throw Failure.usage(
                    "the standard input cannot be read again from its start, as collector.resume would",
                    "write it to a file, or leave --resume out");
        }
        if (settings.get(Catalogue.COLLECTOR_RAW_PACKETS) > 0) {
            throw Failure.usage(
                    "collector.resume and collector.raw-packets are both on: copies of packets are not part of what can be resumed",
                    "set one of them only");
        }
    }

    static void assignList(SettingsLoader loader, Setting<?> setting, List<String> values, String flag) {
        if (!values.isEmpty()) {
            loader.assign(setting, String.join(",", values), flag);
        }
    }
}
