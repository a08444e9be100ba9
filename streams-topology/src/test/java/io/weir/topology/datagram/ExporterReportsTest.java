package io.weir.topology.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.schemas.ExporterStatus;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

class ExporterReportsTest {

    private static final long NOW_MS = 1_700_000_000_000L;

    private final SflowTable table = new SflowTable("agents", 1);
    private final List<KeyValue<String, ExporterStatus>> said = new ArrayList<>();
    private final ExporterReports reports =
            new ExporterReports(table, (key, status) -> said.add(KeyValue.pair(key, status)));

    ExporterReportsTest() {
        table.open(null, new DecoderMetrics(new SimpleMeterRegistry()).flushes());
        table.onForgotten(reports::forget);
    }

    private AgentRow hear(int subAgent, long timeNanos) {
        AgentRow row = table.agent(4, 0, 0xc000_0207L, subAgent);
        row.totals.datagram(timeNanos);
        row.lastNanos = timeNanos;
        table.changed(row);
        return row;
    }

    @Test
    void shouldSayNothingOfWhatHasNotChanged() {
        hear(1, 0);
        reports.tell(NOW_MS);
        hear(1, 5);
        reports.tell(NOW_MS + ExporterReports.SAY_EVERY_MS - 1);
        assertThat(said).hasSize(1);
        reports.tell(NOW_MS + ExporterReports.SAY_EVERY_MS);
        assertThat(said).hasSize(2);
        reports.tell(NOW_MS + 10 * ExporterReports.SAY_EVERY_MS);
        assertThat(said).hasSize(2);
        hear(1, 6);
        reports.tell(NOW_MS - 3_600_000);
        assertThat(said).as("a clock that was set back").hasSize(3);
    }

    @Test
    void shouldSayABoundedNumberAtATimeAndForgetNone() {
        int agents = 2 * ExporterReports.MAX_AT_ONCE + 500;
        for (int second = 0; second < 10; second++) {
            for (int i = 0; i < agents; i++) {
                hear(i, second);
            }
            int before = said.size();
            reports.tell(NOW_MS + second * 1_000L);
            assertThat(said.size() - before).isLessThanOrEqualTo(ExporterReports.MAX_AT_ONCE);
        }

        assertThat(said.stream().map(each -> each.key).distinct()).hasSize(agents);
        assertThat(said).as("each once within ten seconds").hasSize(agents);
    }

    @Test
    void shouldTakeBackWhatItSaidOfAnExporterThatMakesRoom() {
        for (int i = 0; i < SflowTable.MAX_AGENTS; i++) {
            hear(i, i);
        }
        for (int all = 0; all < SflowTable.MAX_AGENTS; all += ExporterReports.MAX_AT_ONCE) {
            reports.tell(NOW_MS + all);
        }
        int before = said.size();
        hear(SflowTable.MAX_AGENTS, SflowTable.MAX_AGENTS);

        List<KeyValue<String, ExporterStatus>> takenBack = said.subList(before, said.size());
        assertThat(takenBack).isNotEmpty().allMatch(each -> each.value == null);
        assertThat(table.exporterCount()).isEqualTo(SflowTable.MAX_AGENTS + 1 - (int) table.forgottenAgents());
        assertThat(takenBack).hasSize((int) table.forgottenAgents());
    }
}
