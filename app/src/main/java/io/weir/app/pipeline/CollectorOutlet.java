package io.weir.app.pipeline;

import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CaptureCollector;
import io.weir.collectors.publish.CaptureReporter;
import io.weir.collectors.publish.CollectorMetrics;
import io.weir.collectors.publish.CollectorReport;
import java.io.IOException;
import java.util.List;

/**
 * What collectors of a run share: where their packets go, and who is told what they do.
 *
 * @param captures null where nobody asks while the run lasts
 * @param metrics null where nobody asks while the run lasts
 * @param reports gets one report per input that has ended
 */
record CollectorOutlet(
        BatchSender sender, CaptureReporter captures, CollectorMetrics metrics, List<CollectorReport> reports) {

    /** Runs a collector to its end. */
    CollectorReport run(CaptureCollector collector) throws IOException, InterruptedException {
        if (captures != null) {
            captures.begin(collector);
        }
        if (metrics != null) {
            metrics.begin(collector);
        }
        Throwable failure = null;
        try {
            CollectorReport report = collector.run();
            reports.add(report);
            return report;
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            if (captures != null) {
                captures.end(collector, failure);
            }
            if (metrics != null) {
                metrics.end(collector);
            }
        }
    }
}
