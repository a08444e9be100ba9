package io.weir.exporters.alert;

import io.weir.exporters.transport.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Syslog over UDP (RFC 5426: a datagram a message), TCP or TLS (RFC 6587 and RFC 5425: each message behind the number of its octets). None
 * of them acknowledges: told is what the kernel has taken.
 */
final class SyslogReceiver implements AlertReceiver {

    private static final Duration END_PATIENCE = Duration.ofSeconds(1);

    private final SyslogConfig config;
    private final Connection.Opener opener;
    private final boolean datagrams;
    private final Duration timeout;
    private Connection connection;

    SyslogReceiver(SyslogConfig config, Connection.Opener opener, Duration timeout) {
        this.config = config;
        this.opener = opener;
        this.datagrams = "udp".equals(config.to().getScheme());
        this.timeout = timeout;
    }

    @Override
    public Delivery deliver(Alert alert) {
        byte[] message = SyslogMessage.of(alert.finding(), config.facility(), config.host());
        try {
            if (connection == null) {
                connection = opener.open();
            }
            write(datagrams ? message : counted(message));
            return new Delivery.Delivered();
        } catch (IOException e) {
            disconnect();
            return new Delivery.RetryLater(null, config + ": " + e);
        }
    }

    /** A receiver that reads no more would make it wait for ever. */
    private void write(byte[] octets) throws IOException {
        Connection open = connection;
        CompletableFuture<Void> tooLong = CompletableFuture.runAsync(
                open::close, CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS));
        try {
            open.write(octets, 0, octets.length);
        } finally {
            tooLong.cancel(false);
        }
    }

    private static byte[] counted(byte[] message) {
        byte[] length = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] counted = new byte[length.length + message.length];
        System.arraycopy(length, 0, counted, 0, length.length);
        System.arraycopy(message, 0, counted, length.length, message.length);
        return counted;
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.finish(END_PATIENCE);
            connection = null;
        }
    }
}
