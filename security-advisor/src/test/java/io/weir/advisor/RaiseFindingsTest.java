package io.weir.advisor;

import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.advisor.Step.ClassifiedFlow;
import io.weir.advisor.Step.EventTime;
import io.weir.advisor.allow.AllowList;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.rule.ingress.EpisodeScope;
import io.weir.advisor.rule.ingress.EpisodeTable;
import io.weir.advisor.rule.ingress.IngressSettings;
import io.weir.advisor.rule.ingress.SourcePrefixes;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Subnets;
import io.weir.advisor.time.InputEnd;
import io.weir.schemas.Finding;
import io.weir.schemas.Flow;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RaiseFindingsTest {

    private final MockProcessorContext<String, Finding> context = new MockProcessorContext<>();
    private final FlowClassifier classifier = new FlowClassifier(new Subnets(List.of(Cidr.parse("10.0.0.0/8")), 10));
    private final RaiseFindings processor = new RaiseFindings(
            new IngressSettings(
                    SourcePrefixes.NETWORKS,
                    AllowList.NONE,
                    EpisodeScope.CLUSTER,
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(1),
                    100,
                    64,
                    40),
            Duration.ofMillis(100),
            new LimitedLog(),
            new AdvisorMetrics(new SimpleMeterRegistry()),
            InputEnd.NONE);

    @BeforeEach
    void start() {
        context.addStateStore(new EpisodeTable());
        context.setCurrentStreamTimeMs(0);
        processor.init(context);
    }

    @Test
    void shouldAskForACommitOnceWhenInputRests() {
        flush();
        assertThat(context.committed()).as("nothing has come").isFalse();

        see("f1");
        flush();
        assertThat(context.forwarded()).hasSize(1);
        assertThat(context.committed()).as("more may follow").isFalse();

        flush();
        assertThat(context.committed()).as("at rest").isTrue();

        context.resetCommit();
        flush();
        assertThat(context.committed()).as("committed already").isFalse();
    }

    @Test
    void shouldLeaveCommitsToTheIntervalWhileInputFlows() {
        for (int i = 0; i < 20; i++) {
            see("f" + i);
            flush();
        }
        assertThat(context.committed()).isFalse();
    }

    @Test
    void shouldAskForACommitOfEventTimeAlone() {
        processor.process(new Record<>("probe", new EventTime("probe", 0, 1000), 0));
        flush();
        flush();
        assertThat(context.committed()).isTrue();
    }

    private void see(String flowId) {
        Flow flow = aFlow().id(flowId).build();
        processor.process(
                new Record<>("key", new ClassifiedFlow(flow, Bytes.wrap(Bytes.EMPTY), classifier.classify(flow)), 0));
    }

    private void flush() {
        context.scheduledPunctuators().get(0).getPunctuator().punctuate(0);
    }
}
