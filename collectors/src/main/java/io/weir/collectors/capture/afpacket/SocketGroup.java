package io.weir.collectors.capture.afpacket;

import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.NetworkNamespace;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

/**
 * The packet sockets of one interface, one for each of the sources that share its packets. When the interface goes away all are given
 * up, and only then opened anew: one that is left over would get packets that nobody reads. Thread-safe.
 */
final class SocketGroup {

    private static final long RETRY_INTERVAL_MS = 1000;

    private final LiveConfig config;
    private final Clock clock;

    /** Those that are open. */
    private final PacketSocket[] sockets;

    /** Whether their sources have them. */
    private final boolean[] taken;

    private int open;
    private boolean begun;
    private long retryMs;

    /** Why all sockets are to be given up, null while the interface is there. */
    private volatile String lost;

    private SocketGroup(LiveConfig config, int members, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.sockets = new PacketSocket[members];
        this.taken = new boolean[members];
    }

    /** @param config of each of them */
    static SocketGroup open(LiveConfig config, int members, Clock clock) throws CaptureOpenException {
        SocketGroup group = new SocketGroup(config, members, clock);
        group.openAll();
        return group;
    }

    private void openAll() throws CaptureOpenException {
        int members = sockets.length;
        // A socket stays in the namespace that it was made in.
        List<PacketSocket> opened = NetworkNamespace.inside(
                config.namespace(),
                () -> members == 1 ? List.of(PacketSocket.open(config)) : PacketSocket.openGroup(config, members));
        opened.toArray(sockets);
        Arrays.fill(taken, false);
        open = members;
        lost = null;
        if (begun) {
            admit();
        }
    }

    /**
     * Lets packets in at all sockets, when one source is polled for the first time: those of the others wait in their rings. A socket
     * that is alone takes packets as soon as it is open.
     */
    synchronized void begin() {
        if (!begun) {
            begun = true;
            admit();
        }
    }

    private void admit() {
        if (sockets.length > 1) {
            for (PacketSocket socket : sockets) {
                if (socket != null) {
                    socket.admit();
                }
            }
        }
    }

    /** The socket of a source that has none; null while the interface is gone. */
    synchronized PacketSocket take(int member) {
        if (open == 0 && clock.millis() >= retryMs) {
            try {
                openAll();
            } catch (CaptureOpenException e) {
                // Reported once when it was lost; the reason why it is not back yet adds nothing to that.
                retryMs = clock.millis() + RETRY_INTERVAL_MS;
            }
        }
        if (taken[member]) {
            return null;
        }
        taken[member] = sockets[member] != null;
        return sockets[member];
    }

    /** Says that the interface has gone away. */
    synchronized void lose(String why) {
        if (lost == null) {
            lost = why;
            retryMs = clock.millis() + RETRY_INTERVAL_MS;
        }
    }

    /** Why the interface is gone, null while it is there. */
    String lost() {
        return lost;
    }

    /** Closes the socket of a source, if it has one or one is ready for it. */
    synchronized void close(int member) {
        if (sockets[member] != null) {
            sockets[member].close();
            sockets[member] = null;
            open--;
        }
    }
}
