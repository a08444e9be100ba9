package io.weir.topology.edge;

import io.micrometer.core.instrument.Timer;
import io.weir.schemas.Edge;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Merges edge parts per window; forwards an edge when its window is complete. */
public final class EdgeProcessor implements Processor<String, EdgeInput, String, Edge> {

    private final Timer flushes;
    private ProcessorContext<String, Edge> context;
    private EdgeTable table;

    /** @param flushes takes the time that changed rows need to be written, once a commit */
    public EdgeProcessor(Timer flushes) {
        this.flushes = flushes;
    }

    @Override
    public void init(ProcessorContext<String, Edge> processorContext) {
        context = processorContext;
        table = context.getStateStore(EdgeTable.NAME);
        table.open(context, flushes);
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
