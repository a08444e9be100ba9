package io.weir.advisor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.LossReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * What the advisor's tasks of this process have done since its start, over all tasks. What a task does again after a failure is counted
 * again.
 *
 * <pre>
 * weir.advisor.flow.records       flow records read
 * weir.advisor.findings           finding records told, by what they say of their episode     status
 * weir.advisor.allowed.findings   of these the episodes that the allow-list permits
 * weir.advisor.refused.records    flows and subnets that cannot be read                       reason
 * weir.advisor.evicted.episodes   episodes closed early to make room
 * weir.advisor.evicted.hosts      hosts forgotten to make room, with what detections knew of them
 * weir.advisor.forgotten.contacts contacts and services of hosts forgotten, as they were too old or too many
 * weir.advisor.refused.findings   findings not opened, as their host has too many that are as grave
 * weir.advisor.hosts              hosts that detections remember
 * weir.advisor.contacts           contacts and services of these
 * weir.advisor.risk.entities      entities whose risks are kept
 * weir.advisor.evicted.entities   entities whose risk was forgotten to make room
 * weir.advisor.flush              times to write what changed before a commit                 store
 * </pre>
 */
final class AdvisorMetrics {

    private final Map<FindingStatus, Counter> findings = new EnumMap<>(FindingStatus.class);
    private final Counter allowedFindings;
    private final Counter flowRecords;
    private final Counter refusedRecords;
    private final Counter evictedEpisodes;
    private final Counter evictedHosts;
    private final Counter forgottenContacts;
    private final Counter refusedFindings;
    private final Counter evictedEntities;
    private final AtomicLong riskyEntities = new AtomicLong();
    private final AtomicLong hosts = new AtomicLong();
    private final AtomicLong contacts = new AtomicLong();
    private final LongAccumulator earliestMs = new LongAccumulator(Math::min, Long.MAX_VALUE);
    private final LongAccumulator latestMs = new LongAccumulator(Math::max, Long.MIN_VALUE);
    private final MeterRegistry registry;

    AdvisorMetrics(MeterRegistry registry) {
        this.registry = registry;
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
        allowedFindings = Counter.builder("weir.advisor.allowed.findings")
                .baseUnit("findings")
                .description("Episodes opened that an entry of the allow-list permits, of ingress and of detections.")
                .register(registry);
        flowRecords = Counter.builder("weir.advisor.flow.records")
                .baseUnit("records")
                .description("Flow records read, early ones and those that cannot be read among them.")
                .register(registry);
        refusedRecords = Counter.builder("weir.advisor.refused.records")
                .baseUnit("records")
                .description("Records of the flows and subnets topics that cannot be read; each is a loss.")
                .tag("reason", LossReason.undecodable_record.name())
                .register(registry);
        evictedEpisodes = Counter.builder("weir.advisor.evicted.episodes")
                .baseUnit("episodes")
                .description("Episodes of ingress closed early, as too many were open.")
                .register(registry);
        evictedHosts = Counter.builder("weir.advisor.evicted.hosts")
                .baseUnit("hosts")
                .description("Hosts forgotten by the detections to make room for others.")
                .register(registry);
        forgottenContacts = Counter.builder("weir.advisor.forgotten.contacts")
                .baseUnit("contacts")
                .description(
                        "Contacts and services of hosts forgotten by the detections: older than a day, or too many for a host.")
                .register(registry);
        refusedFindings = Counter.builder("weir.advisor.refused.findings")
                .baseUnit("findings")
                .description("Findings of detections not opened, as their host has too many that are as grave.")
                .register(registry);
        evictedEntities = Counter.builder("weir.advisor.evicted.entities")
                .baseUnit("entities")
                .description("Entities whose risk was forgotten to make room for others.")
                .register(registry);
        Gauge.builder("weir.advisor.risk.entities", riskyEntities, AtomicLong::get)
                .baseUnit("entities")
                .description("Addresses and networks whose risks are kept.")
                .register(registry);
        Gauge.builder("weir.advisor.hosts", hosts, AtomicLong::get)
                .baseUnit("hosts")
                .description("Hosts that the detections remember.")
                .register(registry);
        Gauge.builder("weir.advisor.contacts", contacts, AtomicLong::get)
                .baseUnit("contacts")
                .description("Contacts and services of hosts that the detections remember.")
                .register(registry);
    }

    /** Times to write what changed in a store before a commit. */
    Timer flushes(String store) {
        return Timer.builder("weir.advisor.flush")
                .description("Time to write what changed in a store before a commit.")
                .tag("store", store)
                .register(registry);
    }

    /** Hosts and contacts of a task have changed by so many. */
    void remembered(long moreHosts, long moreContacts) {
        hosts.addAndGet(moreHosts);
        contacts.addAndGet(moreContacts);
    }

    /** Entities of a task whose risks are kept have changed by so many. */
    void riskyEntities(long more) {
        riskyEntities.addAndGet(more);
    }

    void evictedEntities(long count) {
        evictedEntities.increment((double) count);
    }

    void evictedHosts(long count) {
        evictedHosts.increment((double) count);
    }

    void forgottenContacts(long count) {
        forgottenContacts.increment((double) count);
    }

    void refusedFindings(long count) {
        refusedFindings.increment((double) count);
    }

    void told(Finding finding) {
        findings.get(finding.getStatus()).increment();
        if (finding.getStatus() == FindingStatus.opened && finding.getAllowedBy() != null) {
            allowedFindings.increment();
        }
    }

    void flowRecords(long count) {
        flowRecords.increment((double) count);
    }

    /** Windows of the flows read begin in this range, epoch milliseconds. */
    void windows(long earliest, long latest) {
        earliestMs.accumulate(earliest);
        latestMs.accumulate(latest);
    }

    /** Where the registry counts. */
    AdvisorCounts counts() {
        return new AdvisorCounts(
                (long) flowRecords.count(),
                (long) refusedRecords.count(),
                (long) (evictedEpisodes.count() + evictedHosts.count() + refusedFindings.count()),
                earliestMs.get(),
                latestMs.get());
    }

    void refused() {
        refusedRecords.increment();
    }

    void evicted(long episodes) {
        evictedEpisodes.increment((double) episodes);
    }
}
