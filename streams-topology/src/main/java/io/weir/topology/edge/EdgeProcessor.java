package io.weir.topology.edge;

import io.weir.schemas.Edge;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Merges edge parts per window; forwards an edge when its window is complete. */
public final class EdgeProcessor implements Processor<String, EdgeInput, String, Edge> {

    private ProcessorContext<String, Edge> context;
    private EdgeTable table;

    @Override
    public void init(ProcessorContext<String, Edge> processorContext) {
        context = processorContext;
        table = context.getStateStore(EdgeTable.NAME);
        table.open(context);
    }

    @Override
    public void process(Record<String, EdgeInput> input) {
        table.apply(input.value(), (key, edge) -> context.forward(new Record<>(key, edge, input.timestamp())));
        if (input.value() instanceof EdgeInput.Progress progress && progress.completeUntilMs() == Long.MAX_VALUE) {
            // An input has ended: let its readers see the rest now.
            context.commit();
        }
    }
}
