package io.weir.collectors.datagram;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of listeners for datagrams.
 *
 * @param host name of this machine in records
 * @param threads sockets and threads of each address; the kernel spreads exporters over them
 * @param bufferOctets receive buffer that is asked of the kernel for each socket
 * @param heartbeat time between signs of life
 * @param allowed ranges that datagrams are taken from; empty takes all
 */
public record DatagramConfig(
        String host, int threads, int bufferOctets, Duration heartbeat, List<AddressRange> allowed) {

    /** Most {@code threads}. */
    public static final int MAX_THREADS = 64;

    /** Least {@code bufferOctets}: a hundred datagrams of 1,400 octets, as the kernel counts them. */
    public static final int MIN_BUFFER_OCTETS = 256 * 1024;

    public DatagramConfig {
        List<String> mistakes = new ArrayList<>();
        if (host == null || host.isBlank()) {
            mistakes.add("host is empty");
        }
        if (threads < 1 || threads > MAX_THREADS) {
            mistakes.add("threads is " + threads + "; it must be 1 to " + MAX_THREADS);
        }
        if (bufferOctets < MIN_BUFFER_OCTETS) {
            mistakes.add("buffer is " + bufferOctets + " bytes; it must be at least " + MIN_BUFFER_OCTETS);
        }
        if (heartbeat.toMillis() < 100) {
            mistakes.add("heartbeat is " + heartbeat + "; it must be at least 100 ms");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
        allowed = List.copyOf(allowed);
    }

    /** Whether datagrams of this address are taken; parameters as in {@link AddressRange#contains}. */
    boolean allows(int ipVersion, long high, long low) {
        if (allowed.isEmpty()) {
            return true;
        }
        // A handful of ranges: by hand is faster than by tree.
        for (AddressRange range : allowed) {
            if (range.contains(ipVersion, high, low)) {
                return true;
            }
        }
        return false;
    }
}
