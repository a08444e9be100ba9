package io.weir.collectors.capture.afpacket;

import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.LiveConfig;
import java.time.Clock;
import java.util.List;

/**
 * The packet sockets of one interface, one for each of the sources that share its packets. When the interface goes away all are given
 * up, and only then opened anew: one that is left over would get packets that nobody reads. Thread-safe.
 */
final class SocketGroup {

    private static final long RETRY_INTERVAL_MS = 1000;

    private final LiveConfig config;
    private final Clock clock;

    /** Open and not yet taken by their sources. */
    private final PacketSocket[] ready;

    private int open;
    private long retryMs;

    /** Why all sockets are to be given up, null while the interface is there. */
    private volatile String lost;

    private SocketGroup(LiveConfig config, int members, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.ready = new PacketSocket[members];
    }

    /** @param config of each of them */
    static SocketGroup open(LiveConfig config, int members, Clock clock) throws CaptureOpenException {
        SocketGroup group = new SocketGroup(config, members, clock);
        group.openAll();
        return group;
    }

    private void openAll() throws CaptureOpenException {
        List<PacketSocket> opened =
                ready.length == 1 ? List.of(PacketSocket.open(config)) : PacketSocket.openGroup(config, ready.length);
        opened.toArray(ready);
        open = ready.length;
        lost = null;
    }

    /** Whether each source has to share the packets with others. */
    boolean isShared() {
        return ready.length > 1;
    }

    /** The socket of a source that has none; null while the interface is gone. */
    synchronized PacketSocket take(int member) {
        if (open == 0 && clock.millis() >= retryMs) {
            openAgain();
        }
        PacketSocket taken = ready[member];
        ready[member] = null;
        return taken;
    }

    /** The sources were taking packets already: these wait in the rings for those that come a moment later. */
    private void openAgain() {
        try {
            openAll();
        } catch (CaptureOpenException e) {
            // Reported once when it was lost; the reason why it is not back yet adds nothing to that.
            retryMs = clock.millis() + RETRY_INTERVAL_MS;
            return;
        }
        if (isShared()) {
            for (PacketSocket socket : ready) {
                socket.admit();
            }
        }
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

    /** Closes the socket of a source: the one it took, or else the one that is ready for it. */
    synchronized void close(int member, PacketSocket taken) {
        PacketSocket socket = taken != null ? taken : ready[member];
        ready[member] = null;
        if (socket != null) {
            socket.close();
            open--;
        }
    }
}
