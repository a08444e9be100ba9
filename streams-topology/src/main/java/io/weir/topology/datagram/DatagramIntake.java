package io.weir.topology.datagram;

import java.nio.ByteBuffer;

/** Takes the datagrams of one protocol: what they tell of packets becomes summaries, what is missing losses. Pure: no Kafka in here. */
interface DatagramIntake {

    /**
     * Takes one datagram.
     *
     * @param payload big endian, from position to limit
     * @param session of the collector's thread that received it
     * @param receiveNanos when it was received, epoch nanoseconds
     */
    void take(ByteBuffer payload, DatagramSender sender, String session, long receiveNanos);

    /**
     * A collector says that time has come so far.
     *
     * @param untilNanos epoch nanoseconds
     */
    void advance(long untilNanos);
}
