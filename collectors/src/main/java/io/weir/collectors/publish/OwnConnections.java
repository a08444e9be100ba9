package io.weir.collectors.publish;

import io.weir.schemas.packets.CanonicalKey;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The TCP connections of this process, as Linux tells them: proc(5), {@code /proc/self/net/tcp} and {@code /proc/self/fd}. Where there is
 * no such thing, there are none. Thread-safe.
 *
 * <p>Who captures what it sends to Kafka sends what it captures: without an end, and of no use to anybody.
 */
final class OwnConnections {

    static final OwnConnections OF_THIS_PROCESS = new OwnConnections(Path.of("/proc/self"));

    private static final long LOOK_MS = 1000;

    /** Between looks for a connection that may be a new one of ours. */
    private static final long LOOK_AGAIN_MS = 200;

    private static final int TCP = 6;
    private static final int PORTS = 1 << 16;
    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
    private static final int LOCAL_COLUMN = 1;
    private static final int REMOTE_COLUMN = 2;
    private static final int INODE_COLUMN = 9;
    private static final int IPV4_DIGITS = 8;
    private static final int IPV6_DIGITS = 32;

    /** Low half of an IPv4-mapped IPv6 address, without the IPv4 address: RFC 4291 section 2.5.5.2. */
    private static final long MAPPED = 0xffffL << 32;

    /** What was found at one look. */
    private static final class Found {

        /** By number: whether it is a port of either end. */
        final boolean[] ports = new boolean[PORTS];

        /** Of the flow keys, sorted. */
        long[] hashes = new long[0];

        boolean has(long hash) {
            return Arrays.binarySearch(hashes, hash) >= 0;
        }
    }

    private final Path process;
    private volatile Found found = new Found();
    private volatile long lookedMs = Long.MIN_VALUE;

    OwnConnections(Path process) {
        this.process = process;
    }

    /**
     * Whether packets with this key belong to a connection of this process.
     *
     * @param nowMs time of day, epoch milliseconds
     */
    boolean include(CanonicalKey key, long nowMs) {
        if (key.protocolIdentifier != TCP || key.portA == CanonicalKey.ABSENT) {
            return false;
        }
        Found known = found;
        if (!known.ports[key.portA] && !known.ports[key.portB]) {
            return false;
        }
        long hash = key.hash();
        return known.has(hash) || (look(nowMs, LOOK_AGAIN_MS) && found.has(hash));
    }

    /** Looks again when it was some time ago. */
    void refresh(long nowMs) {
        look(nowMs, LOOK_MS);
    }

    private boolean look(long nowMs, long intervalMs) {
        if (!isDue(nowMs, intervalMs)) {
            return false;
        }
        synchronized (this) {
            if (isDue(nowMs, intervalMs)) {
                lookedMs = nowMs;
                found = look();
            }
        }
        return true;
    }

    /** Also when the clock was set back. */
    private boolean isDue(long nowMs, long intervalMs) {
        long looked = lookedMs;
        return looked == Long.MIN_VALUE || Math.abs(nowMs - looked) >= intervalMs;
    }

    private Found look() {
        Found all = new Found();
        Set<Long> hashes = new HashSet<>();
        Set<String> inodes = inodes();
        CanonicalKey key = new CanonicalKey();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : lines(process.resolve("net").resolve(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > INODE_COLUMN && inodes.contains(columns[INODE_COLUMN])) {
                    take(columns, key, all.ports, hashes);
                }
            }
        }
        all.hashes = hashes.stream().mapToLong(Long::longValue).sorted().toArray();
        return all;
    }

    private static void take(String[] columns, CanonicalKey key, boolean[] ports, Set<Long> hashes) {
        String local = columns[LOCAL_COLUMN];
        String remote = columns[REMOTE_COLUMN];
        int localPort = port(local);
        int remotePort = port(remote);
        if (remotePort == 0) {
            // Listens.
            return;
        }
        boolean mapped = isMapped(local) && isMapped(remote);
        int version = mapped || local.indexOf(':') == IPV4_DIGITS ? 4 : 6;
        key.setEndpoints(
                version,
                TCP,
                high(local, version),
                low(local, version),
                localPort,
                CanonicalKey.NO_MAC,
                high(remote, version),
                low(remote, version),
                remotePort,
                CanonicalKey.NO_MAC,
                false);
        hashes.add(key.hash());
        ports[localPort] = true;
        ports[remotePort] = true;
    }

    private static int port(String end) {
        return Integer.parseInt(end.substring(end.indexOf(':') + 1), 16);
    }

    private static boolean isMapped(String end) {
        return end.indexOf(':') == IPV6_DIGITS && high(end, 6) == 0 && (low(end, 6) & 0xffff_ffff_0000_0000L) == MAPPED;
    }

    private static long high(String end, int version) {
        return version == 4 ? 0 : word(end, 0) << 32 | word(end, 1);
    }

    private static long low(String end, int version) {
        int words = end.indexOf(':') / IPV4_DIGITS;
        return version == 4 ? word(end, words - 1) : word(end, 2) << 32 | word(end, 3);
    }

    /** The table has addresses as words of 32 bits in the byte order of the machine, which is little-endian where there are JVMs. */
    private static long word(String end, int index) {
        int at = index * IPV4_DIGITS;
        return Integer.reverseBytes(Integer.parseUnsignedInt(end.substring(at, at + IPV4_DIGITS), 16)) & 0xffff_ffffL;
    }

    private Set<String> inodes() {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                Matcher socket = SOCKET.matcher(target(file));
                if (socket.matches()) {
                    inodes.add(socket.group(1));
                }
            }
        } catch (IOException e) {
            // Not Linux, or hidden: nothing is known to be ours.
            return Set.of();
        }
        return inodes;
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            // Closed in the meantime.
            return "";
        }
    }

    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException e) {
            // No IPv6 here.
            return List.of();
        }
    }
}
