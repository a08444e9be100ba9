package io.weir.app.pipeline;

import io.weir.app.failure.Failure;
import io.weir.app.logging.Messages;
import io.weir.app.terminal.Units;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.datagram.DatagramConfig;
import io.weir.collectors.datagram.DatagramCounts;
import io.weir.collectors.datagram.DatagramListener;
import io.weir.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** UDP ports that switches and routers send sFlow, NetFlow and IPFIX to. */
final class DatagramInputs implements InputGroup, AutoCloseable {

    /** Of addresses in {@code collector.listen}. */
    static final String SCHEME = "udp";

    private final List<DatagramListener> listeners = new ArrayList<>();
    private final Topics topics;
    private boolean started;

    private DatagramInputs(Topics topics) {
        this.topics = topics;
    }

    /** Listens on all addresses, or on none when one of them cannot be. */
    static DatagramInputs open(List<URI> addresses, DatagramConfig config, Topics topics) {
        DatagramInputs inputs = new DatagramInputs(topics);
        try {
            for (URI address : addresses) {
                inputs.listeners.add(DatagramListener.open(address, config));
            }
        } catch (CaptureOpenException e) {
            inputs.close();
            throw Failure.failed(e.getMessage(), "", e);
        }
        return inputs;
    }

    List<DatagramListener> listeners() {
        return List.copyOf(listeners);
    }

    @Override
    public boolean isEmpty() {
        return listeners.isEmpty();
    }

    @Override
    public void start(CollectorOutlet outlet) {
        started = true;
        for (DatagramListener listener : listeners) {
            listener.start(topics, outlet.sender(), InstantSource.system());
            Messages.print("weir: takes sFlow, NetFlow and IPFIX at udp://" + listener.name());
        }
    }

    @Override
    public void check() {
        try {
            for (DatagramListener listener : listeners) {
                listener.check();
            }
        } catch (IOException e) {
            throw Failure.failed(e.getMessage(), "start the collector again", e);
        }
    }

    /** Datagrams are not counted as packets: how many they tell of is found out when they are decoded. */
    @Override
    public long packets() {
        return 0;
    }

    @Override
    public void stop(long waitMs) throws InterruptedException {
        for (DatagramListener listener : listeners) {
            listener.stop(waitMs);
        }
    }

    /** When what they send to is closed, so that the fate of every datagram is known: says it. */
    @Override
    public void close() {
        for (DatagramListener listener : listeners) {
            listener.close();
            if (started) {
                DatagramCounts counts = listener.counts();
                Messages.print("weir: udp://" + listener.name() + ": " + Units.count(counts.received())
                        + " datagrams received, " + Units.count(counts.sent()) + " in Kafka, "
                        + Units.count(counts.lost()) + " lost, before they were received or after");
            }
        }
    }
}
