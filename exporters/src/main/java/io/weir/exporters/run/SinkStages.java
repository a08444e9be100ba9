package io.weir.exporters.run;

import io.weir.exporters.compress.Compression;
import io.weir.exporters.encode.RecordEncoder;
import io.weir.exporters.object.CutLimits;
import io.weir.exporters.store.ObjectStore;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/**
 * What records pass through on their way.
 *
 * @param encoders by topic; their keys are what the sink subscribes to
 * @param limits where objects end
 * @param compression of the objects
 * @param memoryOctets objects in memory at most, before which reading pauses
 * @param store where objects go
 * @param uploads threads that put them there
 */
public record SinkStages(
        Map<String, RecordEncoder> encoders,
        CutLimits limits,
        Compression compression,
        long memoryOctets,
        ObjectStore store,
        ExecutorService uploads) {

    public SinkStages {
        encoders = Map.copyOf(encoders);
    }
}
