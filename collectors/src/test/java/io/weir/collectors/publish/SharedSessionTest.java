package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.CanonicalKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One session that several threads send to, their steps in an order of the test's choice. */
class SharedSessionTest {

    private static final int BATCH_PACKETS = 7;

    private final SentBatches sent = new SentBatches(3);
    private final List<Part> parts = new ArrayList<>();
    private Watermark watermark;

    /** What a thread does, its time counted by itself. */
    private final class Part {
        private final int thread = parts.size();
        private final SessionBatches batches;
        private long nowNanos = 1000;

        Part(ObservationSession session) {
            batches = new SessionBatches(session, watermark, thread, BATCH_PACKETS, null, null);
        }

        void add(int port, long stepNanos) throws InterruptedException {
            nowNanos += stepNanos;
            CanonicalKey key = new CanonicalKey();
            key.etherType = 0x0800;
            boolean sentByA = key.setEndpoints(4, 17, 0, 10, port, 1, 0, 11, 53, 2, false);
            batches.add(key, sentByA, nowNanos, 1, 100, 80, -1, null, null, nowNanos);
        }

        void flush() throws InterruptedException {
            batches.flush(nowNanos, false);
            watermark.sent(thread, nowNanos);
        }
    }

    private void threads(int count) {
        watermark = new Watermark(count);
        ObservationPoint point = new ObservationPoint("node-1", "eth0", "afpacket", 1);
        ObservationSession session =
                new ObservationSession(0, point, "session-1", sent.sender, false, new LostPackets(), List.of());
        for (int i = 0; i < count; i++) {
            parts.add(new Part(session));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldNumberWithoutGapsAndNeverSayTooMuchWhateverTheOrder(long seed) throws Exception {
        Random random = new Random(seed);
        threads(1 + random.nextInt(4));
        int packets = 3000;
        for (int i = 0; i < packets; i++) {
            Part part = parts.get(random.nextInt(1 + random.nextInt(parts.size())));
            part.add(random.nextInt(1 << 16), random.nextInt(100));
            if (random.nextInt(40) == 0) {
                parts.get(random.nextInt(parts.size())).flush();
            }
        }
        for (Part part : parts.subList(1, parts.size())) {
            part.flush();
        }
        parts.get(0).batches.end(parts.get(0).nowNanos);

        sent.assertOneSession();
        assertThat(sent.packets()).isEqualTo(packets);
    }

    @Test
    void shouldNotSayMoreThanTheSlowestThreadHasSent() throws Exception {
        threads(2);
        parts.get(1).add(1, 0);
        parts.get(1).flush();
        parts.get(1).add(1, 500);
        parts.get(0).add(1, 10_000);
        parts.get(0).flush();
        assertThat(lastWatermark()).as("the other holds a packet back").isEqualTo(1000);

        parts.get(1).flush();
        parts.get(0).add(1, 0);
        parts.get(0).flush();
        assertThat(lastWatermark()).isEqualTo(1500);

        watermark.sent(1, Long.MAX_VALUE);
        parts.get(0).add(1, 0);
        parts.get(0).flush();
        assertThat(lastWatermark()).as("the other has ended").isEqualTo(11_000);
    }

    private long lastWatermark() {
        return sent.all().stream()
                .mapToLong(SentBatches.Batch::watermarkNanos)
                .max()
                .orElseThrow();
    }
}
