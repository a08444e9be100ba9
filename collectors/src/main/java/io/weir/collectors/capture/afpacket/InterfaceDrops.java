package io.weir.collectors.capture.afpacket;

import io.weir.collectors.capture.LiveConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Packets that an interface or its driver dropped before the kernel saw them, as sysfs counts them: rx_missed_errors and
 * rx_fifo_errors of /sys/class/net (kernel documentation, sysfs-class-net-statistics).
 */
public final class InterfaceDrops {

    private static final Path INTERFACES = Path.of("/sys/class/net");
    private static final String NOWHERE = "weir-no-such-interface";

    private final Path missed;
    private final Path overrun;
    private long before;

    InterfaceDrops(Path statistics) {
        this.missed = statistics.resolve("rx_missed_errors");
        this.overrun = statistics.resolve("rx_fifo_errors");
    }

    /** Of an interface; of one without counters, such as {@code any}, there are none. */
    public static InterfaceDrops of(LiveConfig config) {
        // Those of other namespaces are not to be seen in this one's directory, but others may have the same name.
        String directory = config.namespace() == null ? config.interfaceName() : NOWHERE;
        return new InterfaceDrops(INTERFACES.resolve(directory).resolve("statistics"));
    }

    /** Drops since the last call, since ever at the first. Counters that began anew count from 0. */
    public long since() {
        long now = read(missed) + read(overrun);
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
