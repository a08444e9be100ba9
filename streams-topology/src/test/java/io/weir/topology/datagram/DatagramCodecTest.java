package io.weir.topology.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.schemas.ObservationPoint;
import io.weir.state.RowOutput;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;

class DatagramCodecTest {

    private static final ObservationPoint POINT = new ObservationPoint("2001:db8::7", "entity 3", "sflow", 1024);

    @Test
    void shouldKeepAPoint() {
        PointRow row = new PointRow(POINT, "weir.sflow.v1-2@77", 3);
        row.collectorSession = "a thread";
        row.watermarkNanos = 123_456_789L;
        row.sequences[1] = 5;
        row.lastPacketNanos = 99;

        PointRow back = DatagramCodec.point(row.changelogKey(), value(row), 3);

        assertThat(back)
                .usingRecursiveComparison()
                .ignoringFields("page", "slot", "removed")
                .isEqualTo(row);
    }

    @Test
    void shouldSayThatPartitionsMustNotChange() {
        PointRow row = new PointRow(POINT, "session", 3);

        assertThatThrownBy(() -> DatagramCodec.point(row.changelogKey(), value(row), 4))
                .isInstanceOf(ProcessorStateException.class)
                .hasMessageContaining("has 4 partitions, and had 3");
    }

    @Test
    void shouldKeepAnAgentAndItsSources() {
        AgentRow row = new AgentRow(6, 0x2001_0db8_0000_0000L, 7, 100_000, "2001:db8::7");
        row.sequence.observe(9, false);
        row.sequence.observe(12, false);
        row.uptimeMs = 0xffff_fff0L;
        row.lastNanos = 5;
        row.lossSinceNanos = 4;
        SflowTable table = new SflowTable("agents", 1);
        SourceState source = table.source(row, 0, 369_098_852L);
        source.samplingRate = 400;
        source.observe(1, 100, 0, 400, false);
        source.observe(4, 1700, 2, 400, false);
        row.notified(source, 17, 3, false);
        row.suppressedBySource = true;
        table.source(row, 2, 1);

        AgentRow back = DatagramCodec.agent(DatagramCodec.agentKey(row.changelogKey()), value(row), "2001:db8::7");

        assertThat(back)
                .usingRecursiveComparison()
                .ignoringFields("page", "slot", "removed")
                .isEqualTo(row);
        assertThat(source.samples).isEqualTo(2);
        assertThat(source.generatedSamples).isEqualTo(4);
        assertThat(source.poolPackets).isEqualTo(1600);
        assertThat(source.droppedSamples).isEqualTo(2);
    }

    private static byte[] value(PointRow row) {
        RowOutput out = new RowOutput();
        row.writeValue(out);
        return out.toArray();
    }

    private static byte[] value(AgentRow row) {
        RowOutput out = new RowOutput();
        row.writeValue(out);
        return out.toArray();
    }
}
