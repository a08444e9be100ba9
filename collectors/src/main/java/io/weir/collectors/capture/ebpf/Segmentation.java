package io.weir.collectors.capture.ebpf;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * Which packets the kernel splits into segments behind the filters, as the interface's device does not do it: {@code ethtool -k}. Each
 * segment is then a packet, for the counters of the interface and for whoever captures frames. Settings may change while packets are
 * counted; what is under way then is counted by the old ones.
 */
final class Segmentation implements AutoCloseable {

    static final int SPLIT_TCP4 = 2;
    static final int SPLIT_TCP6 = 4;
    static final int SPLIT_UDP = 8;

    private static final String TCP4 = "tx-tcp-segmentation";
    private static final String TCP6 = "tx-tcp6-segmentation";
    private static final String UDP = "tx-udp-segmentation";

    private static final long SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_GSTRINGS = 0x1b;
    private static final int ETHTOOL_GSSET_INFO = 0x37;
    private static final int ETHTOOL_GFEATURES = 0x3a;
    private static final int FEATURES = 4;
    private static final int MAX_FEATURES = 256;

    /** Of struct ifreq: name, then a pointer. */
    private static final int REQUEST_OCTETS = 40;

    private static final int REQUEST_DATA = 16;
    private static final int NAME_OCTETS = 32;

    /** Command and length, and of strings their kind. */
    private static final int STRINGS = 12;

    /** Command and size; then of 32 features each: available, requested, active, never changed. */
    private static final int BLOCKS = 8;

    private static final int BLOCK_OCTETS = 16;
    private static final int ACTIVE = 8;
    private static final int UNKNOWN = -1;

    private final int socket;
    private final Memory request = new Memory(REQUEST_OCTETS);
    private final Memory answer = new Memory(STRINGS + (long) MAX_FEATURES * NAME_OCTETS);
    private final int count;
    private int tcp4 = UNKNOWN;
    private int tcp6 = UNKNOWN;
    private int udp = UNKNOWN;

    /** @param socket in the namespace of the interface */
    Segmentation(int socket, String interfaceName) {
        this.socket = socket;
        request.clear();
        request.setString(0, interfaceName);
        request.setPointer(REQUEST_DATA, answer);
        count = Math.min(count(), MAX_FEATURES);
        readNames();
    }

    private boolean ask(int command) {
        answer.setInt(0, command);
        return SystemCalls.ioctl(socket, SIOCETHTOOL, request) == 0;
    }

    private int count() {
        answer.clear();
        // The set that is asked for as a bit, answered by its size behind.
        answer.setLong(8, 1L << FEATURES);
        return ask(ETHTOOL_GSSET_INFO) ? answer.getInt(16) : 0;
    }

    private void readNames() {
        answer.clear();
        answer.setInt(4, FEATURES);
        answer.setInt(8, count);
        if (count == 0 || !ask(ETHTOOL_GSTRINGS)) {
            return;
        }
        for (int feature = 0; feature < count; feature++) {
            switch (answer.getString(STRINGS + (long) feature * NAME_OCTETS)) {
                case TCP4 -> tcp4 = feature;
                case TCP6 -> tcp6 = feature;
                case UDP -> udp = feature;
                default -> {}
            }
        }
    }

    /** By the settings of now; nothing where the interface does not tell. */
    int splits() {
        answer.setInt(4, (count + Integer.SIZE - 1) / Integer.SIZE);
        if (count == 0 || !ask(ETHTOOL_GFEATURES)) {
            return 0;
        }
        return splits(tcp4, SPLIT_TCP4) | splits(tcp6, SPLIT_TCP6) | splits(udp, SPLIT_UDP);
    }

    private int splits(int feature, int split) {
        return feature == UNKNOWN || isActive(answer, feature) ? 0 : split;
    }

    private static boolean isActive(Pointer features, int feature) {
        int block = BLOCKS + feature / Integer.SIZE * BLOCK_OCTETS;
        return (features.getInt(block + ACTIVE) >>> feature % Integer.SIZE & 1) != 0;
    }

    @Override
    public void close() {
        request.close();
        answer.close();
    }
}
