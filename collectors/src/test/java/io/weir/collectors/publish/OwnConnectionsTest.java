package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.packets.CanonicalKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OwnConnectionsTest {

    private static final String HEADER =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt" + "   uid  timeout inode";

    @TempDir
    Path process;

    @Test
    void shouldKnowConnectionsWhoseSocketsTheProcessHolds() throws IOException {
        holds(4711, 4712);
        table(
                "tcp",
                "   0: 0100000A:C350 0200000A:2384 01 00000000:00000000 00:00000000 00000000     0        0 4711 1",
                "   1: 0100000A:C351 0200000A:2384 01 00000000:00000000 00:00000000 00000000     0        0 9999 1",
                "   2: 00000000:2384 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1");
        OwnConnections own = new OwnConnections(process);
        own.refresh(0);

        assertThat(own.include(tcp(4, 0, 0x0a000001, 50_000, 0, 0x0a000002, 9092), 1))
                .isTrue();
        assertThat(own.include(tcp(4, 0, 0x0a000002, 9092, 0, 0x0a000001, 50_000), 1))
                .isTrue();
        assertThat(own.include(tcp(4, 0, 0x0a000001, 50_001, 0, 0x0a000002, 9092), 1))
                .isFalse();
        assertThat(own.include(tcp(4, 0, 0x0a000003, 50_000, 0, 0x0a000002, 9092), 1))
                .isFalse();
    }

    @Test
    void shouldKnowIpv6AndIpv4WithinIt() throws IOException {
        holds(1, 2);
        table(
                "tcp6",
                "   0: B80D0120000000000000000001000000:C350 B80D0120000000000000000002000000:2384 01 0:0 0:0 0 0 0 1 1",
                "   1: 0000000000000000FFFF00000100000A:C351 0000000000000000FFFF00000200000A:2384 01 0:0 0:0 0 0 0 2 1");
        OwnConnections own = new OwnConnections(process);
        own.refresh(0);
        long high = 0x20010db8L << 32;

        assertThat(own.include(tcp(6, high, 1, 50_000, high, 2, 9092), 1)).isTrue();
        assertThat(own.include(tcp(4, 0, 0x0a000001, 50_001, 0, 0x0a000002, 9092), 1))
                .isTrue();
    }

    @Test
    void shouldLookAgainForAConnectionToAKnownService() throws IOException {
        holds(1, 2);
        String first = "   0: 0100000A:C350 0200000A:2384 01 0:0 0:0 0 0 0 1 1";
        table("tcp", first);
        OwnConnections own = new OwnConnections(process);
        own.refresh(0);
        table("tcp", first, "   1: 0100000A:C351 0200000A:2384 01 0:0 0:0 0 0 0 2 1");
        CanonicalKey second = tcp(4, 0, 0x0a000001, 50_001, 0, 0x0a000002, 9092);

        assertThat(own.include(second, 1)).isFalse();
        assertThat(own.include(second, 500)).isTrue();
    }

    @Test
    void shouldLookAgainWhenTheClockWasSetBack() throws IOException {
        long hour = 3_600_000;
        holds(1);
        OwnConnections own = new OwnConnections(process);
        table("tcp");
        own.refresh(hour);
        table("tcp", "   0: 0100000A:C350 0200000A:2384 01 0:0 0:0 0 0 0 1 1");
        CanonicalKey connection = tcp(4, 0, 0x0a000001, 50_000, 0, 0x0a000002, 9092);

        own.refresh(hour + 1);
        assertThat(own.include(connection, hour + 1)).isFalse();
        own.refresh(0);
        assertThat(own.include(connection, 0)).isTrue();
    }

    @Test
    void shouldKnowNothingWhereThereIsNoSuchTable() {
        OwnConnections own = new OwnConnections(process.resolve("none"));
        own.refresh(0);

        assertThat(own.include(tcp(4, 0, 1, 1, 0, 2, 2), 1)).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldFindARealConnection() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                Socket client = new Socket(loopback, server.getLocalPort())) {
            OwnConnections own = new OwnConnections(Path.of("/proc/self"));
            own.refresh(0);

            assertThat(own.include(
                            tcp(4, 0, 0x7f000001, client.getLocalPort(), 0, 0x7f000001, server.getLocalPort()), 1))
                    .isTrue();
        }
    }

    private static CanonicalKey tcp(
            int version, long fromHigh, long from, int fromPort, long toHigh, long to, int toPort) {
        CanonicalKey key = new CanonicalKey();
        key.setEndpoints(version, 6, fromHigh, from, fromPort, 2, toHigh, to, toPort, 3, false);
        return key;
    }

    private void holds(int... inodes) throws IOException {
        Path descriptors = Files.createDirectories(process.resolve("fd"));
        for (int inode : inodes) {
            Files.createSymbolicLink(descriptors.resolve(String.valueOf(inode)), Path.of("socket:[" + inode + "]"));
        }
        Files.createSymbolicLink(descriptors.resolve("0"), Path.of("/dev/null"));
    }

    private void table(String name, String... lines) throws IOException {
        Path table = Files.createDirectories(process.resolve("net")).resolve(name);
        Files.write(table, List.of(HEADER));
        Files.write(table, List.of(lines), java.nio.file.StandardOpenOption.APPEND);
    }
}
