package io.weir.topology.edge;

import io.weir.schemas.Edge;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Merges edge parts per window; forwards an edge, to the node of its length of windows, when its window is complete. */
public final class EdgeProcessor implements Processor<String, EdgeInput, String, Edge> {

    /** Node that takes edges of the meter's own windows. */
    public static final String EDGES = "write-edges";

    private final EdgeMetrics metrics;
    private final String[] nodes;
    private ProcessorContext<String, Edge> context;
    private EdgeTable table;
    private long told;

    /** @param rollUps lengths of the longer windows, ascending */
    public EdgeProcessor(List<Duration> rollUps, EdgeMetrics metrics) {
        this.metrics = metrics;
        nodes = Stream.concat(Stream.of(EDGES), rollUps.stream().map(EdgeProcessor::node))
                .toArray(String[]::new);
    }

    /** Node that takes edges of windows of this length. */
    public static String node(Duration rollUp) {
        return EDGES + '-' + rollUp;
    }

    @Override
    public void init(ProcessorContext<String, Edge> processorContext) {
        context = processorContext;
        table = context.getStateStore(EdgeTable.NAME);
        table.open(context, metrics.flushes());
        told = table.folded();
    }

    @Override
    public void process(Record<String, EdgeInput> input) {
        table.apply(
                input.value(),
                (level, key, edge) -> context.forward(new Record<>(key, edge, input.timestamp()), nodes[level]));
        metrics.folded().increment((double) (table.folded() - told));
        told = table.folded();
        if (input.value() instanceof EdgeInput.Progress progress && progress.completeUntilMs() == Long.MAX_VALUE) {
            // An input has ended: let its readers see the rest now.
            context.commit();
        }
    }
}
