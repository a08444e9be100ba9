package io.weir.bench.traffic;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Command: writes a capture of made-up traffic and prints what is in it as one JSON object. */
public final class TrafficGenerator {

    private static final Set<String> OPTIONS =
            Set.of("--packets", "--flows", "--seconds", "--seed", "--out", "--snaplen", "--life", "--servers");

    private static final String USAGE = """
            Usage: TrafficGenerator --out FILE [--packets N] [--flows N] [--seconds N] [--seed N] [--snaplen N] [--life N] [--servers N]
              --out FILE     classic pcap file to write
              --packets N    packets in it (default 1000000)
              --flows N      flows in it (default: one for 100 packets)
              --seconds N    event time it spans (default: one for 100000 packets)
              --seed N       same options and seed, same octets (default 1)
              --snaplen N    octets kept of each frame (default 1518: all)
              --life N       seconds that each flow lives in the mean (default: 1 to 8 s, lookups up to 50 ms)
              --servers N    servers that each client knows, and one port of each (default: all of them, any port)
            Prints packets, layer2Octets, flows, durationMicros and peakLiveFlows as one JSON object.""";

    private TrafficGenerator() {}

    /** Exits with 0 when written, 1 when the file cannot be written, 2 for wrong options. */
    public static void main(String[] args) {
        System.exit(run(List.of(args)));
    }

    static int run(List<String> args) {
        if (args.contains("--help")) {
            System.out.println(USAGE);
            return 0;
        }
        try {
            Map<String, String> options = parse(args);
            System.out.println(TrafficWriter.write(plan(options), out(options)).toJson());
            return 0;
        } catch (IllegalArgumentException wrong) {
            System.err.println("TrafficGenerator: " + wrong.getMessage());
            System.err.println(USAGE);
            return 2;
        } catch (IOException failed) {
            System.err.println("TrafficGenerator: cannot write the capture: " + failed);
            return 1;
        }
    }

    private static Map<String, String> parse(List<String> args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.size(); i += 2) {
            String option = args.get(i);
            if (!OPTIONS.contains(option)) {
                throw new IllegalArgumentException("unknown option " + option);
            }
            if (i + 1 == args.size()) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            options.put(option, args.get(i + 1));
        }
        return options;
    }

    private static TrafficPlan plan(Map<String, String> options) {
        long packets = number(options, "--packets", 1_000_000);
        long flows = number(options, "--flows", Math.max(1, packets / TrafficPlan.DEFAULT_PACKETS_PER_FLOW));
        long seconds = number(options, "--seconds", Math.max(1, packets / TrafficPlan.DEFAULT_PACKETS_PER_SECOND));
        return new TrafficPlan(
                packets,
                (int) Math.min(flows, Integer.MAX_VALUE),
                (int) Math.min(seconds, Integer.MAX_VALUE),
                number(options, "--seed", 1),
                (int) Math.min(number(options, "--snaplen", TrafficPlan.MAX_FRAME_LENGTH), Integer.MAX_VALUE),
                (int) Math.min(number(options, "--life", 0), Integer.MAX_VALUE),
                (int) Math.min(number(options, "--servers", 0), Integer.MAX_VALUE));
    }

    private static Path out(Map<String, String> options) {
        String out = options.get("--out");
        if (out == null) {
            throw new IllegalArgumentException("--out is missing");
        }
        return Path.of(out);
    }

    private static long number(Map<String, String> options, String option, long otherwise) {
        String value = options.get(option);
        if (value == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(option + " must be a number, not '" + value + "'", notANumber);
        }
    }
}
