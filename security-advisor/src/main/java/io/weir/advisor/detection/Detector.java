package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostTable;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.OpenFinding;
import io.weir.advisor.host.ServedPort;
import io.weir.advisor.time.EventClocks;
import io.weir.advisor.time.InputEnd;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

    /** Stands for a partition of the flows topic in event times that come out of the table of hosts. */
    private static final int RESTORED = -1;

    private final List<Detection> eager;
    private final List<Detection> patient;
    private final DetectorSettings settings;
    private final HostTable hosts;
    private final Consumer<Finding> out;
    private final InputEnd end;
    private final EventClocks clocks;

    /** By rule, microseconds. */
    private final Map<String, Long> idles = new HashMap<>();

    /** What has come since the last flush. */
    private final Map<Host, Changes> fresh = new LinkedHashMap<>();

    /** What was not complete when rules that wait looked at it. */
    private final Map<Host, Changes> waiting = new LinkedHashMap<>();

    /** Hosts with findings that are not closed, and up to when none of these is over, event time in epoch microseconds. */
    private final Map<Host, Long> watched = new LinkedHashMap<>();

    /** Hosts with numbers to tell once nothing comes in any more. */
    private final Set<Host> untold = new LinkedHashSet<>();

    private int quietFlushes;
    private long refusedFindings;

    /**
     * @param hosts the table, opened: what an earlier instance put there is taken over
     * @param out gets each finding
     */
    public Detector(List<Detection> detections, DetectorSettings settings, HostTable hosts, Consumer<Finding> out) {
        this(detections, settings, hosts, out, InputEnd.NONE);
    }

    /**
     * @param hosts the table, opened: what an earlier instance put there is taken over
     * @param out gets each finding
     * @param end whether more flows may come
     */
    public Detector(
            List<Detection> detections,
            DetectorSettings settings,
            HostTable hosts,
            Consumer<Finding> out,
            InputEnd end) {
        this.eager = detections.stream().filter(one -> !one.facts().isPatient()).toList();
        this.patient =
                detections.stream().filter(one -> one.facts().isPatient()).toList();
        this.settings = settings;
        this.hosts = hosts;
        this.out = out;
        this.end = end;
        this.clocks = new EventClocks(settings.silentFlushes(), end);
        detections.forEach(
                one -> idles.put(one.facts().id(), microsOf(one.facts().idle())));
        hosts.onEvicted(this::evicted);
        hosts.forEach(host -> {
            fresh.put(host, Changes.all(host));
            for (OpenFinding finding : host.findings().values()) {
                watch(host, finding);
                if (finding.untold() != null) {
                    untold.add(host);
                }
                // A point that never comes back is gone as well: its findings must end.
                if (!finding.isClosed()) {
                    clocks.report(finding.point(), RESTORED, finding.lastMicros() / 1000);
                }
            }
        });
    }

    /** Takes what a host began. */
    public void onBegan(Observation seen) {
        quietFlushes = 0;
        Contact contact = hosts.began(seen);
        freshOf(contact.host()).add(contact);
    }

    /** Takes what somebody began with a host. */
    public void onAsked(Observation seen) {
        quietFlushes = 0;
        ServedPort service = hosts.wasAsked(seen);
        freshOf(service.host()).add(service);
    }

    private Changes freshOf(Host host) {
        return fresh.computeIfAbsent(host, ignored -> new Changes());
    }

    /** Every flow of an observation point in a partition of the flows topic, up to an event time, has been given, apart from late ones. */
    public void onEventTime(String observationPoint, int partition, long eventTimeMs) {
        clocks.report(observationPoint, partition, eventTimeMs);
    }

    /** Instead of {@link #flush}, when there is no time to look. */
    public void skipFlush() {
        clocks.tick();
    }

    /** Looks, tells what is due and closes what is over. To be called regularly, some times a second. */
    public void flush() {
        clocks.tick();
        quietFlushes = Math.min(quietFlushes + 1, Integer.MAX_VALUE - 1);
        boolean isQuiet = end.isRest(quietFlushes > settings.quietFlushes());
        examineFresh();
        examineWaiting(isQuiet);
        closeOver();
        if (isQuiet) {
            tellUntold();
        }
    }

    private void examineFresh() {
        fresh.forEach((host, changed) -> {
            changed.removeForgotten();
            examine(eager, host, changed, Long.MAX_VALUE);
            Changes before = patient.isEmpty() ? changed : waiting.putIfAbsent(host, changed);
            if (before != null && before != changed) {
                before.addAll(changed);
            }
        });
        fresh.clear();
    }

    private void examineWaiting(boolean isQuiet) {
        long newest = clocks.newest() == EventClocks.UNKNOWN ? Long.MIN_VALUE : completeAt(clocks.newest());
        waiting.entrySet().removeIf(entry -> {
            Host host = entry.getKey();
            if (!isQuiet && !isDue(host, newest)) {
                return false;
            }
            long until = isQuiet ? Long.MAX_VALUE : completeUntil(host);
            if (until == Long.MIN_VALUE) {
                // No point that sees it has a clock now.
                return false;
            }
            boolean isComplete = until > host.lastMicros();
            if (isDue(host, until)) {
                host.examinedUntil(isComplete ? host.lastMicros() : until);
                examine(patient, host, entry.getValue(), until);
                entry.getValue().removeUntil(until);
            }
            return isComplete;
        });
    }

    /** Half-way looks would cost a look at each busy host at each flush. */
    private boolean isDue(Host host, long untilMicros) {
        return untilMicros > host.lastMicros() || untilMicros >= host.examinedUntil() + settings.patienceMicros();
    }

    private long completeAt(long eventTimeMs) {
        return eventTimeMs * 1000 - settings.latenessMicros();
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
        return least == Long.MAX_VALUE ? Long.MIN_VALUE : completeAt(least);
    }

    private void examine(List<Detection> detections, Host host, Changes changed, long untilMicros) {
        for (Detection detection : detections) {
            if (concerns(detection, changed) || isOpen(host, detection.facts().id())) {
                detection.examine(host, changed, untilMicros, verdict -> take(host, detection.facts(), verdict));
            }
        }
    }

    private static boolean concerns(Detection detection, Changes changed) {
        for (Contact contact : changed.contacts()) {
            if (detection.concerns(contact)) {
                return true;
            }
        }
        for (ServedPort service : changed.services()) {
            if (detection.concerns(service)) {
                return true;
            }
        }
        return false;
    }

    /** What raises no finding may well change the numbers of one. */
    private static boolean isOpen(Host host, String rule) {
        for (OpenFinding finding : host.findings().values()) {
            if (!finding.isClosed() && finding.told().getRule().equals(rule)) {
                return true;
            }
        }
        return false;
    }

    private void take(Host host, DetectionFacts facts, Verdict verdict) {
        if (verdict.point == null) {
            verdict.point = host.points().stream().sorted().findFirst().orElse(null);
        }
        String key = facts.id() + "|" + verdict.scope;
        OpenFinding before = host.findings().get(key);
        long idleMicros = microsOf(facts.idle());
        if (before == null) {
            if (hasRoom(host, verdict)) {
                open(host, key, facts, verdict, Long.MIN_VALUE);
            }
        } else if (!before.isClosed()) {
            update(host, before, verdict, VerdictFindings.updated(facts, verdict, before));
        } else if (isAnother(host, before, verdict, idleMicros)) {
            open(host, key, facts, verdict, before.lastMicros());
        }
    }

    private void open(Host host, String key, DetectionFacts facts, Verdict verdict, long afterMicros) {
        Finding opened = VerdictFindings.opened(facts, host, verdict, afterMicros);
        OpenFinding finding = new OpenFinding(key, opened, verdict.magnitude, afterMicros);
        tell(host, finding, opened);
    }

    /** Evidence of an episode that has ended stays: it is another one only when enough has come since. */
    private boolean isAnother(Host host, OpenFinding ended, Verdict verdict, long idleMicros) {
        if (verdict.magnitude < ended.magnitude()) {
            // Some of its evidence is forgotten.
            ended.magnitude(verdict.magnitude);
            hosts.put(host, ended);
        }
        return verdict.lastMicros > ended.lastMicros() + idleMicros
                && (verdict.again == 0 || verdict.magnitude >= ended.magnitude() + verdict.again);
    }

    /** A host with very many findings loses those that ended first, then one that is less grave than the new one. */
    private boolean hasRoom(Host host, Verdict verdict) {
        if (host.findings().size() < settings.maxFindingsOfHost()) {
            return true;
        }
        OpenFinding finding = host.findings().values().stream()
                .min(Comparator.comparing((OpenFinding one) -> !one.isClosed())
                        .thenComparing(one -> one.told().getSeverity())
                        .thenComparing(OpenFinding::lastMicros)
                        .thenComparing(OpenFinding::key))
                .orElseThrow();
        // What ended later than this one stays: else the two would raise each other again and again.
        boolean stays = finding.isClosed()
                ? finding.lastMicros() >= verdict.lastMicros
                : finding.told().getSeverity().compareTo(verdict.boundedSeverity()) >= 0;
        if (stays) {
            refusedFindings++;
            return false;
        }
        if (!finding.isClosed()) {
            close(host, finding, FindingEndReason.lack_of_resources);
        }
        hosts.remove(host, finding);
        return true;
    }

    private void update(Host host, OpenFinding before, Verdict verdict, Finding now) {
        before.magnitude(verdict.magnitude);
        Finding told = before.told();
        boolean isWorse = now.getSeverity().compareTo(told.getSeverity()) > 0;
        if (isWorse || VerdictFindings.digits(now) > VerdictFindings.digits(told)) {
            tell(host, before, now);
        } else if (!VerdictFindings.sameNumbers(now, before.untold() == null ? told : before.untold())) {
            before.keep(now);
            untold.add(host);
            hosts.put(host, before);
        }
    }

    private void tell(Host host, OpenFinding finding, Finding now) {
        finding.tell(now);
        hosts.put(host, finding);
        watch(host, finding);
        out.accept(now);
    }

    private void watch(Host host, OpenFinding finding) {
        if (!finding.isClosed()) {
            watched.merge(host, overAfter(finding), Math::min);
        }
    }

    private void tellUntold() {
        for (Host host : untold) {
            for (OpenFinding finding : host.findings().values()) {
                if (finding.untold() != null) {
                    tell(host, finding, finding.untold());
                }
            }
        }
        untold.clear();
    }

    private void closeOver() {
        Set<String> gone = clocks.removeGone().keySet();
        long newest = clocks.newest() == EventClocks.UNKNOWN ? Long.MIN_VALUE : clocks.newest() * 1000;
        watched.entrySet().removeIf(entry -> {
            if (gone.isEmpty() && entry.getValue() >= newest) {
                return false;
            }
            Host host = entry.getKey();
            long least = Long.MAX_VALUE;
            for (OpenFinding finding : host.findings().values()) {
                if (finding.isClosed()) {
                    continue;
                }
                if (isOver(finding, gone)) {
                    close(host, finding, FindingEndReason.idle);
                } else {
                    least = Math.min(least, overAfter(finding));
                }
            }
            entry.setValue(least);
            return least == Long.MAX_VALUE;
        });
    }

    private boolean isOver(OpenFinding finding, Set<String> gone) {
        if (gone.contains(finding.point())) {
            return true;
        }
        long now = clocks.now(finding.point());
        return now != EventClocks.UNKNOWN && overAfter(finding) < now * 1000;
    }

    /** A finding is over when nothing was added to it up to this event time, epoch microseconds. */
    private long overAfter(OpenFinding finding) {
        // A rule of another version, or one that is switched off now, is over at once.
        long idle = idles.getOrDefault(finding.told().getRule(), 0L);
        return finding.lastMicros() + idle + settings.latenessMicros();
    }

    private void close(Host host, OpenFinding finding, FindingEndReason reason) {
        Finding last = finding.untold() == null ? finding.told() : finding.untold();
        tell(
                host,
                finding,
                Finding.newBuilder(last)
                        .setStatus(FindingStatus.closed)
                        .setEndReason(reason)
                        .build());
    }

    private void evicted(Host host) {
        for (OpenFinding finding : host.findings().values()) {
            if (!finding.isClosed()) {
                close(host, finding, FindingEndReason.lack_of_resources);
            }
        }
        fresh.remove(host);
        waiting.remove(host);
        watched.remove(host);
        untold.remove(host);
    }

    /** Findings that were not opened, as their host has too many that are as grave; so far. */
    public long refusedFindings() {
        return refusedFindings;
    }

    /** Hosts with findings that are not closed. */
    public int watchedHosts() {
        return watched.size();
    }

    private static long microsOf(Duration duration) {
        return duration.toNanos() / 1000;
    }
}
