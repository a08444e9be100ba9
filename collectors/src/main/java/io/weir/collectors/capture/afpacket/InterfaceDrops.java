package io.weir.collectors.capture.afpacket;

import io.weir.collectors.capture.LiveConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Packets that an interface or its driver dropped before the kernel saw them, as sysfs counts them: rx_missed_errors and
 * rx_fifo_errors of /sys/class/net (kernel documentation, sysfs-class-net-statistics).
 */
public final class InterfaceDrops {

    private static final Path INTERFACES = Path.of("/sys/class/net");

    private final List<Path> counters;
    private long before;

    private InterfaceDrops(List<Path> counters) {
        this.counters = counters;
    }

    /** Of an interface; of one without counters, such as {@code any}, there are none. */
    public static InterfaceDrops of(LiveConfig config) {
        // Those of other namespaces are not to be seen in this one's directory, but others may have the same name.
        return config.namespace() == null
                ? of(INTERFACES.resolve(config.interfaceName()).resolve("statistics"))
                : new InterfaceDrops(List.of());
    }

    /** As counted in the files of a directory. */
    static InterfaceDrops of(Path statistics) {
        return new InterfaceDrops(
                List.of(statistics.resolve("rx_missed_errors"), statistics.resolve("rx_fifo_errors")));
    }

    /** Drops since the last call, since ever at the first. Counters that began anew count from 0. */
    public long since() {
        long now = 0;
        for (Path counter : counters) {
            now += read(counter);
        }
        long since = now >= before ? now - before : now;
        before = now;
        return since;
    }

    private static long read(Path counter) {
        try {
            return Long.parseLong(Files.readString(counter).strip());
        } catch (IOException | NumberFormatException e) {
            // Some interfaces have no such counter, and a name such as "any" has none at all.
            return 0;
        }
    }
}
