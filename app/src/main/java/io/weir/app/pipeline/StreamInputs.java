package io.weir.app.pipeline;

import io.weir.app.failure.Failure;
import io.weir.app.logging.Messages;
import io.weir.collectors.capture.CaptureFileReader;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.StreamListener;
import io.weir.collectors.publish.CaptureCollector;
import io.weir.collectors.publish.CollectorConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Captures that others write to sockets of ours, a collector for each connection. What is wrong with one of them ends that one only.
 */
final class StreamInputs implements InputGroup, AutoCloseable {

    private record Connection(String name, CollectorThread thread, Runnable done) {}

    private final List<StreamListener> listeners = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final CollectorConfig config;
    private CollectorOutlet outlet;
    private long endedPackets;
    private boolean stopped;

    private StreamInputs(CollectorConfig config) {
        this.config = config;
    }

    /** Listens on all addresses, or on none when one of them cannot be. */
    static StreamInputs open(List<URI> addresses, CollectorConfig config) {
        StreamInputs inputs = new StreamInputs(config);
        try {
            for (URI address : addresses) {
                inputs.listeners.add(StreamListener.open(address));
            }
        } catch (CaptureOpenException e) {
            inputs.close();
            throw Failure.failed(e.getMessage(), "", e);
        }
        return inputs;
    }

    @Override
    public boolean isEmpty() {
        return listeners.isEmpty();
    }

    @Override
    public void start(CollectorOutlet outletOfAll) {
        outlet = outletOfAll;
        for (StreamListener listener : listeners) {
            Thread thread = new Thread(() -> listener.run(this::accept), "weir-listen");
            thread.setDaemon(true);
            thread.start();
            Messages.print("weir: takes captures at " + listener.name());
        }
    }

    private synchronized void accept(String peer, SocketChannel channel, Runnable done) {
        if (stopped) {
            closeQuietly(channel);
            done.run();
            return;
        }
        // The observation point of a peer keeps its name from one connection to the next; two at a time are two points.
        String name = peer;
        for (int i = 2; !names.add(name); i++) {
            name = peer + "#" + i;
        }
        CollectorThread thread = new CollectorThread(List.of(opener(name, channel)), config, outlet);
        connections.add(new Connection(name, thread, done));
        thread.start();
    }

    private static CaptureInput.Opener opener(String name, SocketChannel channel) {
        return new CaptureInput.Opener() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public CaptureInput open() {
                return new CaptureInput(CaptureFileReader.open(name, channel), CaptureCollector.Kind.STREAM, name);
            }
        };
    }

    @Override
    public synchronized void check() {
        Iterator<Connection> each = connections.iterator();
        while (each.hasNext()) {
            Connection connection = each.next();
            if (!connection.thread.isAlive()) {
                each.remove();
                forget(connection);
            }
        }
    }

    private void forget(Connection connection) {
        names.remove(connection.name);
        connection.done.run();
        endedPackets += connection.thread.packets();
        try {
            connection.thread.rethrow();
        } catch (Failure e) {
            Messages.print("weir: warning: " + e.getMessage());
        }
    }

    @Override
    public synchronized long packets() {
        return endedPackets
                + connections.stream()
                        .mapToLong(connection -> connection.thread.packets())
                        .sum();
    }

    @Override
    public void stop(long waitMs) throws InterruptedException {
        close();
        List<Connection> open;
        synchronized (this) {
            stopped = true;
            open = List.copyOf(connections);
        }
        open.forEach(connection -> connection.thread.stopCollecting());
        for (Connection connection : open) {
            connection.thread.join(waitMs);
        }
        check();
    }

    @Override
    public void close() {
        for (StreamListener listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                Messages.print("weir: warning: " + listener.name() + " cannot be closed: " + e.getMessage());
            }
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nobody reads from it.
        }
    }
}
