package io.weir.advisor.detection;

import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostTable;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.OpenFinding;
import io.weir.advisor.time.EventClocks;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Has every {@link Detection} look at the hosts of a task that have done something, and tells what they say as findings: {@code opened} once,
 * {@code updated} when the severity rises or the magnitude gets another digit, {@code closed} when event time says that it is over. When nothing comes
 * in any more, what changed since is told as {@code updated}, so that the last record of an episode always ends up with its final numbers.
 *
 * <p>Observations change the evidence only; {@link #flush} looks and tells. What is in one flush may come in any order. Rules that wait look at evidence that
 * is older than the lateness, or when nothing comes in any more.
 *
 * <p>No clock, no thread, no Kafka. One instance for each task; not thread-safe.
 */
public final class Detector {

    /** A host with more contacts is looked at only at every {@value #SELDOM}th flush: its rules take the longer, the more there are. */
    private static final int MANY_CONTACTS = 64;

    private static final int SELDOM = 5;

    private final List<Detection> eager;
    private final List<Detection> patient;
    private final DetectorSettings settings;
    private final HostTable hosts;
    private final Consumer<Finding> out;
    private final EventClocks clocks;

    /** Hosts that have done something since the last flush. */
    private final Set<Host> dirty = new LinkedHashSet<>();

    /** Hosts whose evidence was not complete when rules that wait looked at it. */
    private final Set<Host> waiting = new LinkedHashSet<>();

    /** Hosts with findings that are not closed. */
    private final Set<Host> watched = new LinkedHashSet<>();

    /** Hosts with numbers to tell once nothing comes in any more. */
    private final Set<Host> untold = new LinkedHashSet<>();

    private int quietFlushes;
    private long flushes;

    /**
     * @param hosts the table, opened: what an earlier instance put there is taken over
     * @param out gets each finding
     */
    public Detector(List<Detection> detections, DetectorSettings settings, HostTable hosts, Consumer<Finding> out) {
        this.eager = detections.stream().filter(one -> !one.facts().isPatient()).toList();
        this.patient =
                detections.stream().filter(one -> one.facts().isPatient()).toList();
        this.settings = settings;
        this.hosts = hosts;
        this.out = out;
        this.clocks = new EventClocks(settings.silentFlushes());
        hosts.onEvicted(this::evicted);
        hosts.forEach(host -> {
            dirty.add(host);
            for (OpenFinding finding : host.findings().values()) {
                if (!finding.isClosed()) {
                    watched.add(host);
                }
                if (finding.untold() != null) {
                    untold.add(host);
                }
            }
        });
    }

    /** Takes what a host began. */
    public void onBegan(Observation seen) {
        quietFlushes = 0;
        dirty.add(hosts.began(seen));
    }

    /** Takes what somebody began with a host. */
    public void onAsked(Observation seen) {
        quietFlushes = 0;
        dirty.add(hosts.wasAsked(seen));
    }

    /** Every flow of an observation point in a partition of the flows topic, up to an event time, has been given, apart from late ones. */
    public void onEventTime(String observationPoint, int partition, long eventTimeMs) {
        clocks.report(observationPoint, partition, eventTimeMs);
    }

    /** Looks, tells what is due and closes what is over. To be called regularly, some times a second. */
    public void flush() {
        clocks.tick();
        flushes++;
        quietFlushes = Math.min(quietFlushes + 1, Integer.MAX_VALUE - 1);
        boolean isQuiet = quietFlushes > settings.quietFlushes();
        dirty.removeIf(host -> {
            if (!isQuiet && host.contacts().size() > MANY_CONTACTS && flushes % SELDOM != 0) {
                return false;
            }
            examine(eager, host, Long.MAX_VALUE);
            waiting.add(host);
            return true;
        });
        examineWaiting(isQuiet);
        closeOver();
        if (isQuiet) {
            tellUntold();
        }
    }

    private void examineWaiting(boolean isQuiet) {
        if (patient.isEmpty()) {
            waiting.clear();
            return;
        }
        waiting.removeIf(host -> {
            long until = isQuiet ? Long.MAX_VALUE : completeUntil(host);
            boolean isComplete = until > host.lastMicros();
            // Half-way looks would cost a look at each busy host at each flush.
            if (isComplete || until - host.examinedUntil() >= settings.patienceMicros()) {
                host.examinedUntil(isComplete ? host.lastMicros() : until);
                examine(patient, host, until);
            }
            return isComplete;
        });
    }

    /** Flows that began before this time have all been seen, epoch microseconds. */
    private long completeUntil(Host host) {
        long least = Long.MAX_VALUE;
        for (String point : host.points()) {
            long now = clocks.now(point);
            if (now != EventClocks.UNKNOWN) {
                least = Math.min(least, now);
            }
        }
        return least == Long.MAX_VALUE ? Long.MIN_VALUE : least * 1000 - settings.latenessMicros();
    }

    private void examine(List<Detection> detections, Host host, long untilMicros) {
        for (Detection detection : detections) {
            detection.examine(host, untilMicros, verdict -> take(host, detection.facts(), verdict));
        }
    }

    private void take(Host host, DetectionFacts facts, Verdict verdict) {
        String key = facts.id() + "|" + verdict.scope;
        OpenFinding before = host.findings().get(key);
        long idleMicros = microsOf(facts.idle());
        if (before == null) {
            if (host.findings().size() < settings.maxFindingsOfHost()) {
                tell(host, key, VerdictFindings.opened(facts, host, verdict, Long.MIN_VALUE));
            }
        } else if (!before.isClosed()) {
            update(host, key, before, VerdictFindings.updated(facts, host, verdict, before.told()));
        } else if (verdict.lastMicros > before.lastMicros() + idleMicros) {
            tell(host, key, VerdictFindings.opened(facts, host, verdict, before.lastMicros()));
        }
    }

    private void update(Host host, String key, OpenFinding before, Finding now) {
        Finding told = before.told();
        boolean isWorse = now.getSeverity().compareTo(told.getSeverity()) > 0;
        if (isWorse || VerdictFindings.digits(now) > VerdictFindings.digits(told)) {
            tell(host, key, now);
        } else if (!VerdictFindings.sameNumbers(now, before.untold() == null ? told : before.untold())) {
            before.keep(now);
            untold.add(host);
            hosts.findingsChanged(host);
        }
    }

    private void tell(Host host, String key, Finding finding) {
        host.findings().put(key, new OpenFinding(finding));
        hosts.findingsChanged(host);
        if (finding.getStatus() != FindingStatus.closed) {
            watched.add(host);
        }
        out.accept(finding);
    }

    private void tellUntold() {
        for (Host host : untold) {
            for (Map.Entry<String, OpenFinding> one :
                    new ArrayList<>(host.findings().entrySet())) {
                if (one.getValue().untold() != null) {
                    tell(host, one.getKey(), one.getValue().untold());
                }
            }
        }
        untold.clear();
    }

    private void closeOver() {
        Set<String> gone = clocks.removeGone().keySet();
        watched.removeIf(host -> {
            boolean isOpen = false;
            for (Map.Entry<String, OpenFinding> one :
                    new ArrayList<>(host.findings().entrySet())) {
                OpenFinding finding = one.getValue();
                if (finding.isClosed()) {
                    continue;
                }
                if (isOver(finding, gone)) {
                    close(host, one.getKey(), finding, FindingEndReason.idle);
                } else {
                    isOpen = true;
                }
            }
            return !isOpen;
        });
    }

    private boolean isOver(OpenFinding finding, Set<String> gone) {
        String point = VerdictFindings.nameOf(finding.told().getObservationPoint());
        if (gone.contains(point)) {
            return true;
        }
        long now = clocks.now(point);
        return now != EventClocks.UNKNOWN
                && finding.lastMicros() + microsOf(idleOf(finding.told().getRule())) + settings.latenessMicros()
                        < now * 1000;
    }

    private Duration idleOf(String rule) {
        for (List<Detection> detections : List.of(eager, patient)) {
            for (Detection detection : detections) {
                if (detection.facts().id().equals(rule)) {
                    return detection.facts().idle();
                }
            }
        }
        // A rule of another version, or one that is switched off now.
        return Duration.ZERO;
    }

    private void close(Host host, String key, OpenFinding finding, FindingEndReason reason) {
        Finding last = finding.untold() == null ? finding.told() : finding.untold();
        tell(
                host,
                key,
                Finding.newBuilder(last)
                        .setStatus(FindingStatus.closed)
                        .setEndReason(reason)
                        .build());
    }

    private void evicted(Host host) {
        for (Map.Entry<String, OpenFinding> one :
                new ArrayList<>(host.findings().entrySet())) {
            if (!one.getValue().isClosed()) {
                close(host, one.getKey(), one.getValue(), FindingEndReason.lack_of_resources);
            }
        }
        dirty.remove(host);
        waiting.remove(host);
        watched.remove(host);
        untold.remove(host);
    }

    /** Hosts with findings that are not closed. */
    public int watchedHosts() {
        return watched.size();
    }

    private static long microsOf(Duration duration) {
        return duration.toNanos() / 1000;
    }
}
