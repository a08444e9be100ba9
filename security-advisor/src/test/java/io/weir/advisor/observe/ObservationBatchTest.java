package io.weir.advisor.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.ApplicationGlance;
import io.weir.advisor.host.Observation.DnsGlance;
import io.weir.advisor.host.Observation.FlowSpan;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.Outcome;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class ObservationBatchTest {

    private static final HostKey V4 = HostKey.of(0x0a000001L << 32, 0, false);
    private static final HostKey V6 = HostKey.of(0x20010db800000000L, 7, true);

    private static final Observation WITH_NAME = new Observation(
            V4,
            V6,
            17,
            50_000,
            53,
            FlowClass.egress,
            Confidence.high,
            Outcome.ANSWERED,
            1,
            "probe|eth0|pcap",
            new FlowSpan(-1L, 7, 1_700_000_000_000_000L, 1_700_000_000_100_000L, true),
            new Traffic(1, 70, 1, 120),
            new ApplicationGlance("dns", true, null, new DnsGlance("a.example.org", 16, 3, 1, 1, 1)));

    private static final Observation PLAIN = new Observation(
            V6.network(),
            V4,
            1,
            Observation.NO_PORT,
            8,
            FlowClass.ingress,
            Confidence.low,
            Outcome.UNANSWERED,
            100,
            "other|2|sflow",
            new FlowSpan(1, 2, 0, 0, false),
            Traffic.NONE,
            null);

    @Test
    void shouldReadWhatItWrote() {
        ObservationBatch batch = new ObservationBatch();
        batch.add(WITH_NAME, true, false);
        batch.add(PLAIN, true, true);
        batch.addEventTime("probe|eth0|pcap", 3, 1_700_000_000_000L);
        batch.add(PLAIN, false, true);

        List<String> read = read(taken(batch));

        assertThat(read)
                .containsExactly(
                        "began " + WITH_NAME,
                        "began " + PLAIN,
                        "asked " + PLAIN,
                        "time probe|eth0|pcap 3 1700000000000",
                        "asked " + PLAIN);
        assertThat(batch.isEmpty()).isTrue();

        batch.add(WITH_NAME, false, true);
        assertThat(read(taken(batch))).as("used again").containsExactly("asked " + WITH_NAME);
    }

    @Test
    void shouldSayThatABatchIsDamaged() {
        ObservationBatch batch = new ObservationBatch();
        batch.add(WITH_NAME, true, true);
        byte[] whole = taken(batch);

        for (int length = 2; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("between the advisor's steps");
        }
        whole[0] = 2 * 9;
        assertThatThrownBy(() -> read(whole)).hasMessageContaining("has format 9, this version of Weir reads format 1");
    }

    private static byte[] taken(ObservationBatch batch) {
        byte[] octets = batch.octets();
        batch.clear();
        return octets;
    }

    private static List<String> read(byte[] bytes) {
        List<String> read = new ArrayList<>();
        ObservationBatches.read(bytes, new ObservationBatches.Reader() {
            @Override
            public void began(Observation seen) {
                read.add("began " + seen);
            }

            @Override
            public void asked(Observation seen) {
                read.add("asked " + seen);
            }

            @Override
            public void eventTime(String point, int partition, long eventTimeMs) {
                read.add("time " + point + " " + partition + " " + eventTimeMs);
            }
        });
        return read;
    }
}
