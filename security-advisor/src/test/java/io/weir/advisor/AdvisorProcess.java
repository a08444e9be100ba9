package io.weir.advisor;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.advisor.detection.Detections;
import io.weir.advisor.detection.Thresholds;
import io.weir.schemas.topic.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The advisor as a process of its own, for tests that kill it. */
final class AdvisorProcess {

    private AdvisorProcess() {}

    /** With one detection for all of them: what each finds is tested beside it. */
    static AdvisorConfig config(List<String> clusterPrefixes) {
        Set<String> others = new HashSet<>(Detections.ids());
        others.remove("scan_vertical");
        return AdvisorConfig.defaults()
                .withClusterPrefixes(clusterPrefixes)
                .withDetections(new DetectionConfig(others, Thresholds.DEFAULTS, 1_000, 10_000));
    }

    /** Arguments: topic prefix, cluster prefix, then Kafka properties as {@code key=value}. */
    public static void main(String[] args) throws InterruptedException {
        Map<String, Object> props = new HashMap<>();
        for (int i = 2; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            props.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        AdvisorConfig config = config(List.of(args[1]));
        try (AdvisorApp app = new AdvisorApp(
                config, new Topics(args[0]), props, new SimpleMeterRegistry(), failure -> Runtime.getRuntime()
                        .halt(1))) {
            app.start();
            Thread.currentThread().join();
        }
    }
}
