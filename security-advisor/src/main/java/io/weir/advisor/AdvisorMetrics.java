package io.weir.advisor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.LossReason;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the advisor's tasks of this process have done since its start, over all tasks. What a task does again after a failure is counted
 * again.
 *
 * <pre>
 * weir.advisor.findings           finding records told, by what they say of their episode     status
 * weir.advisor.refused.records    flows and subnets that cannot be read                       reason
 * weir.advisor.evicted.episodes   episodes closed early to make room
 * </pre>
 */
final class AdvisorMetrics {

    private final Map<FindingStatus, Counter> findings = new EnumMap<>(FindingStatus.class);
    private final Counter refusedRecords;
    private final Counter evictedEpisodes;

    AdvisorMetrics(MeterRegistry registry) {
        for (FindingStatus status : FindingStatus.values()) {
            if (status != FindingStatus.unknown) {
                findings.put(
                        status,
                        Counter.builder("weir.advisor.findings")
                                .baseUnit("findings")
                                .description("Records of findings told: of episodes opened, updated or closed.")
                                .tag("status", status.name())
                                .register(registry));
            }
        }
        refusedRecords = Counter.builder("weir.advisor.refused.records")
                .baseUnit("records")
                .description("Records of the flows and subnets topics that cannot be read; each is a loss.")
                .tag("reason", LossReason.undecodable_record.name())
                .register(registry);
        evictedEpisodes = Counter.builder("weir.advisor.evicted.episodes")
                .baseUnit("episodes")
                .description("Episodes of ingress closed early, as too many were open.")
                .register(registry);
    }

    void told(FindingStatus status) {
        findings.get(status).increment();
    }

    void refused() {
        refusedRecords.increment();
    }

    void evicted(long episodes) {
        evictedEpisodes.increment((double) episodes);
    }
}
