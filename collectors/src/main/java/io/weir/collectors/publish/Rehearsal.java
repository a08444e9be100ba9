package io.weir.collectors.publish;

import io.weir.collectors.capture.afpacket.RingRehearsal;
import io.weir.schemas.Loss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Takes made-up frames through all that a collector does with one, before the first that counts: a live source cannot wait until
 * the code is compiled, and what it drops until then is lost. Nothing of it goes to Kafka.
 */
final class Rehearsal {

    /** Enough for the compiler; {@link #AT_MOST} often comes first. */
    private static final long FRAMES = 500_000;

    private static final Duration AT_MOST = Duration.ofMillis(500);

    private static boolean done;

    private Rehearsal() {}

    /** Does it, the first time that this process comes here; others wait for it. */
    static synchronized void once(CollectorConfig config, InstantSource clock) throws InterruptedException {
        if (!done) {
            done = true;
            run(config, clock, new RingRehearsal(FRAMES, AT_MOST));
        }
    }

    /** Packets summarised. */
    static long run(CollectorConfig config, InstantSource clock, RingRehearsal source) throws InterruptedException {
        BatchOutlet nowhere = new Nowhere();
        LostPackets lost = new LostPackets();
        FrameCollector.Shared shared = new FrameCollector.Shared(
                config,
                CaptureCollector.Kind.LIVE,
                source.name(),
                new ObservationSessions(source.name(), nowhere, false, lost, key -> source.name()),
                new Watermark(1),
                nowhere,
                null,
                lost,
                clock,
                () -> false);
        FrameCollector collector = new FrameCollector(shared, 0, source);
        try {
            collector.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        collector.end(false);
        return collector.packets();
    }

    /** As many partitions as a topic of ours has unless told otherwise, each of which takes all and keeps nothing. */
    private static final class Nowhere extends BatchOutlet {

        @Override
        int partitions() {
            return 4;
        }

        @Override
        int batchSchemaId() {
            return 0;
        }

        @Override
        RawPacketSender rawPackets() {
            return null;
        }

        @Override
        void send(int partition, byte[] value, BatchSender.PacketRange range, boolean wait) {}

        @Override
        void report(Loss loss) {}
    }
}
