package io.weir.collectors.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.testing.Await;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamListenerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private record Accepted(String peer, SocketChannel channel, Runnable done) {}

    private final List<Accepted> accepted = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    @Test
    void shouldAcceptOverTcpAndNameThePeer() throws Exception {
        try (StreamListener listener = StreamListener.open(URI.create("tcp://127.0.0.1:0"))) {
            Thread thread = run(listener);
            try (SocketChannel client = SocketChannel.open(tcp(listener))) {
                client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                awaitAccepted(1);

                ByteBuffer read = ByteBuffer.allocate(8);
                assertThat(accepted.get(0).channel.read(read)).isEqualTo(3);
                assertThat(accepted.get(0).peer).isEqualTo("tcp:127.0.0.1");
            }
            listener.close();
            thread.join(PATIENCE.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void shouldCloseConnectionsBeyondItsBoundUntilOthersAreDone() throws Exception {
        try (StreamListener listener = StreamListener.open(URI.create("tcp://127.0.0.1:0"))) {
            run(listener);
            List<SocketChannel> clients = new ArrayList<>();
            for (int i = 0; i < StreamListener.MAX_CONNECTIONS; i++) {
                clients.add(SocketChannel.open(tcp(listener)));
            }
            awaitAccepted(StreamListener.MAX_CONNECTIONS);
            try (SocketChannel tooMany = SocketChannel.open(tcp(listener))) {
                assertThat(tooMany.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
            accepted.get(0).done.run();
            clients.add(SocketChannel.open(tcp(listener)));
            awaitAccepted(StreamListener.MAX_CONNECTIONS + 1);
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void shouldAcceptOverAUnixSocketAndRemoveItAtTheEnd() throws Exception {
        Path path = folder.resolve("weir.sock");
        try (StreamListener listener = StreamListener.open(unix(path))) {
            run(listener);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                awaitAccepted(1);
                assertThat(client.isConnected()).isTrue();
                assertThat(accepted.get(0).peer).isEqualTo("unix");
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void shouldTakeTheSocketThatAKilledProcessLeft() throws Exception {
        Path path = folder.resolve("left.sock");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();

        try (StreamListener listener = StreamListener.open(unix(path))) {
            run(listener);
            SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
            awaitAccepted(1);
        }
    }

    @Test
    void shouldSayWhyItCannotListen() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        Path path = folder.resolve("taken.sock");
        try (StreamListener tcp = StreamListener.open(URI.create("tcp://127.0.0.1:0"));
                StreamListener unix = StreamListener.open(unix(path))) {
            assertThat(unix.name()).isEqualTo("unix://" + path);
            refuses(URI.create(tcp.name()), "cannot be listened on", "choose another port");
            refuses(unix(path), "another process listens there");
            refuses(unix(file), "no socket", "another path");
            refuses(unix(folder.resolve("none").resolve("s")), "cannot be listened on");
            refuses(URI.create("tcp://127.0.0.1"), "no host and port", "tcp://127.0.0.1:57012");
            refuses(URI.create("unix:relative"), "no path", "unix:///run/weir.sock");
            refuses(URI.create("tcp://203.0.113.7:1234"), "cannot be listened on");
        }
        assertThat(file).hasContent("kept");
    }

    private static void refuses(URI address, String... words) {
        assertThatThrownBy(() -> StreamListener.open(address))
                .isInstanceOf(CaptureOpenException.class)
                .hasMessageStartingWith(address.toString())
                .hasMessageContainingAll(words);
    }

    private static URI unix(Path path) {
        return URI.create("unix://" + path);
    }

    private static InetSocketAddress tcp(StreamListener listener) {
        URI name = URI.create(listener.name());
        return new InetSocketAddress(name.getHost(), name.getPort());
    }

    private Thread run(StreamListener listener) {
        Thread thread = new Thread(
                () -> listener.run((peer, channel, done) -> accepted.add(new Accepted(peer, channel, done))));
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void awaitAccepted(int count) {
        Await.until(PATIENCE, count + " connections", () -> accepted.size() == count);
    }
}
