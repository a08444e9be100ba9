package io.weir.exporters.ipfix;

import java.nio.ByteBuffer;

/** Takes messages that are complete but for what the session fills in, see {@link IpfixMessage}. */
@FunctionalInterface
interface MessageSink {

    /**
     * @param announcement what the collector must know before
     * @param message from its position to its limit; the sink copies it
     */
    void accept(Announcement announcement, ByteBuffer message);
}
