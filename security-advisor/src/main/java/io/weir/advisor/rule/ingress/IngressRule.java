package io.weir.advisor.rule.ingress;

import io.weir.advisor.classify.Classification;
import io.weir.advisor.finding.FindingIds;
import io.weir.advisor.host.ObservationPoints;
import io.weir.advisor.time.EventClocks;
import io.weir.advisor.time.InputEnd;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Groups ingress flows into episodes and tells each as findings: {@code opened} once, {@code updated} when the severity rises or the
 * number of flows gets another digit, and {@code closed} when event time says that the initiator was quiet for the idle time. When
 * no flow comes in any more, what changed since is told as {@code updated}, so that the last record of an episode always ends up
 * with its final counters.
 *
 * <p>Records change the state only; {@link #flush} tells and closes. Within what came since the last flush, and later within the
 * lateness, the order of the records does not matter. Flows of one key further apart than the idle time are two episodes, in
 * whatever order they come; one that fills the gap between two joins them, unless both were told already.
 *
 * <p>No clock, no thread, no Kafka. One instance for each task; not thread-safe.
 */
public final class IngressRule {

    /** Id of the rule. */
    public static final String ID = Findings.RULE;

    private final IngressSettings settings;
    private final EpisodeStore store;
    private final Consumer<Finding> out;
    private final InputEnd end;
    private final EventClocks clocks;
    /** By observation point of the last packet: when to look at which key again. At least one entry for each key. */
    private final Map<String, PriorityQueue<Expiry>> expiries = new HashMap<>();
    /** Keys with something to tell at the next flush. */
    private final Set<String> due = new LinkedHashSet<>();
    /** Keys with new counters to tell once no flow comes in any more. */
    private final Set<String> changed = new LinkedHashSet<>();

    /** Open episodes by service, crowds for themselves. */
    private final Map<String, Integer> openByService = new HashMap<>();

    private int openEpisodes;
    private long evictedEpisodes;
    private boolean flowsSinceFlush;

    private record Expiry(long lastMicros, String key) {}

    /**
     * @param store what an earlier instance put there is taken over
     * @param out gets each finding
     */
    public IngressRule(IngressSettings settings, EpisodeStore store, Consumer<Finding> out) {
        this(settings, store, out, InputEnd.NONE);
    }

    /**
     * @param store what an earlier instance put there is taken over
     * @param out gets each finding
     * @param end whether more flows may come
     */
    public IngressRule(IngressSettings settings, EpisodeStore store, Consumer<Finding> out, InputEnd end) {
        this.settings = settings;
        this.store = store;
        this.out = out;
        this.end = end;
        this.clocks = new EventClocks(settings.silentFlushes(), end);
        restore();
    }

    private void restore() {
        store.forEachEpisodes((key, episodes) -> {
            countOpen(key, episodes.size());
            watch(key, episodes.list.get(0));
            for (Episode episode : episodes.list) {
                if (episode.told.stale) {
                    (isDue(episode) ? due : changed).add(key);
                }
            }
        });
        store.forEachEventTime((input, eventTimeMs) -> {
            int bar = input.lastIndexOf('|');
            clocks.report(input.substring(0, bar), Integer.parseInt(input.substring(bar + 1)), eventTimeMs);
        });
    }

    /** Key under which the flows of one service must meet. */
    public static String keyOf(Flow flow, EpisodeScope scope) {
        return Sighting.serviceOf(flow, scope);
    }

    /** Name of an observation point as {@link #onEventTime} wants it. */
    public static String observationPointOf(Flow flow) {
        return ObservationPoints.nameOf(flow.getObservationPoint());
    }

    /** False when this rule wants no flow of that class. */
    public static boolean mayConcern(FlowClass flowClass) {
        return flowClass == FlowClass.ingress;
    }

    /** True when this rule wants to see the flow. */
    public static boolean concerns(Flow flow, Classification classification) {
        return Sighting.isIngress(flow, classification);
    }

    /** Takes one flow record; those that do not concern the rule are ignored. */
    public void onFlow(Flow flow, Classification classification) {
        if (!concerns(flow, classification)) {
            return;
        }
        flowsSinceFlush = true;
        Sighting sighting = Sighting.of(flow, classification, settings.sources(), settings.allowList());
        String key = keyFor(sighting);
        if (Sighting.isCrowd(key)) {
            sighting = sighting.inCrowd();
        }
        Episodes episodes = store.get(key);
        if (episodes == null) {
            episodes = new Episodes();
        }
        int before = episodes.size();
        Episode episode = episodeFor(episodes.list, sighting);
        if (episode == null) {
            episode = new Episode();
            episode.add(sighting);
            episodes.list.add(episode);
            watch(key, episode);
        } else {
            episode.add(sighting);
        }
        join(episodes.list);
        store.put(key, episodes);
        countOpen(key, episodes.size() - before);
        for (Episode one : episodes.list) {
            if (one.told.stale) {
                (isDue(one) ? due : changed).add(key);
            }
        }
        while (openEpisodes > settings.maxOpenEpisodes()) {
            evictQuietest();
        }
    }

    /**
     * The key of an initiator of its own, or that of the crowd when many others have begun something with the service before. Who is the one and who the other
     * depends on the order in which they come: a bound cannot do otherwise.
     */
    private String keyFor(Sighting sighting) {
        String service = sighting.service(settings.scope());
        String own = sighting.episodeKey(service);
        int open = openByService.getOrDefault(service, 0);
        String crowd = sighting.crowdKey(service);
        int most = settings.maxEpisodesOfService() * (sighting.isAnswered() ? IngressSettings.ANSWERED_SHARE : 1);
        boolean isFull = open >= most || openByService.containsKey(Sighting.serviceOf(crowd));
        return isFull && store.get(own) == null ? crowd : own;
    }

    private void countOpen(String key, int more) {
        openEpisodes += more;
        openByService.merge(Sighting.serviceOf(key), more, (a, b) -> a + b == 0 ? null : a + b);
    }

    /**
     * Every flow of an observation point in a partition of the flows topic, up to an event time, has been given, apart from late ones.
     *
     * @param observationPoint as {@link #observationPointOf} names it
     */
    public void onEventTime(String observationPoint, int partition, long eventTimeMs) {
        long boundedMs = Sighting.boundedMs(eventTimeMs);
        if (clocks.report(observationPoint, partition, boundedMs)) {
            store.putEventTime(observationPoint + "|" + partition, boundedMs);
        }
    }

    /** Tells what is due and closes what is over. To be called regularly, some times a second. */
    public void flush() {
        clocks.tick();
        closeIdle();
        closeGone();
        boolean quiet = end.isRest(!flowsSinceFlush);
        flowsSinceFlush = false;
        Set<String> untold = new HashSet<>();
        for (String key : due) {
            if (tell(key, quiet)) {
                untold.add(key);
            }
        }
        due.retainAll(untold);
        if (quiet) {
            changed.forEach(key -> tell(key, true));
            changed.clear();
        }
    }

    /** Open episodes. */
    public int openEpisodes() {
        return openEpisodes;
    }

    /** Episodes closed early at the cap so far. */
    public long evictedEpisodes() {
        return evictedEpisodes;
    }

    private Episode episodeFor(List<Episode> episodes, Sighting sighting) {
        long idle = settings.idleMicros();
        for (Episode episode : episodes) {
            if (sighting.startMicros() <= episode.lastMicros + idle
                    && sighting.endMicros() >= episode.firstMicros - idle) {
                return episode;
            }
        }
        return null;
    }

    /** Sorts by time and makes one of neighbours that are less than the idle time apart. Two that were both told stay two. */
    private void join(List<Episode> episodes) {
        if (episodes.size() == 1) {
            return;
        }
        episodes.sort(Comparator.comparingLong(episode -> episode.firstMicros));
        for (int i = 0; i + 1 < episodes.size(); ) {
            Episode one = episodes.get(i);
            Episode next = episodes.get(i + 1);
            boolean bothTold = one.told.findingId != null && next.told.findingId != null;
            if (bothTold || next.firstMicros > one.lastMicros + settings.idleMicros()) {
                i++;
            } else if (next.told.findingId == null) {
                one.merge(next);
                episodes.remove(i + 1);
            } else {
                next.merge(one);
                episodes.remove(i);
            }
        }
    }

    private static boolean isDue(Episode episode) {
        return episode.told.findingId == null
                || Findings.severityOf(episode).compareTo(episode.told.severity) > 0
                || digits(episode.flows()) > episode.told.flowDigits;
    }

    private static int digits(long number) {
        return Long.toString(number).length();
    }

    /**
     * Tells what is to tell of a key.
     *
     * @param all also counters that are no alert, and episodes that may still turn out to be one with the episode before
     * @return true when an episode is held back
     */
    private boolean tell(String key, boolean all) {
        Episodes episodes = store.get(key);
        if (episodes == null) {
            return false;
        }
        boolean heldBack = false;
        boolean told = false;
        for (int i = 0; i < episodes.size(); i++) {
            Episode episode = episodes.list.get(i);
            boolean isNew = episode.told.findingId == null;
            if (isNew && i > 0 && !all) {
                heldBack = true;
            } else if (isNew || (episode.told.stale && (all || isDue(episode)))) {
                tell(key, episode, isNew ? FindingStatus.opened : FindingStatus.updated, null);
                told = true;
            }
        }
        if (told) {
            store.put(key, episodes);
        }
        return heldBack;
    }

    private void tell(String key, Episode episode, FindingStatus status, FindingEndReason endReason) {
        if (episode.told.findingId == null) {
            episode.told.findingId = FindingIds.of(Findings.RULE, key, episode.firstMicros, settings.idleMicros());
        }
        episode.told.severity = Findings.severityOf(episode);
        episode.told.flowDigits = digits(episode.flows());
        episode.told.stale = false;
        out.accept(Findings.of(episode, status, endReason));
    }

    private void close(String key, Episode episode, FindingEndReason endReason) {
        if (episode.told.findingId == null) {
            tell(key, episode, FindingStatus.opened, null);
        }
        tell(key, episode, FindingStatus.closed, endReason);
        countOpen(key, -1);
    }

    private void watch(String key, Episode episode) {
        expiries.computeIfAbsent(
                        episode.lastObservationPoint,
                        ignored -> new PriorityQueue<>(
                                Comparator.comparingLong(Expiry::lastMicros).thenComparing(Expiry::key)))
                .add(new Expiry(episode.lastMicros, key));
    }

    private void closeIdle() {
        for (String point : new ArrayList<>(expiries.keySet())) {
            long limit = overBefore(point);
            PriorityQueue<Expiry> queue = expiries.get(point);
            while (!queue.isEmpty() && queue.peek().lastMicros < limit) {
                String key = queue.poll().key;
                closeOf(key, episode -> episode.lastMicros < overBefore(episode.lastObservationPoint), false);
            }
            if (queue.isEmpty()) {
                expiries.remove(point);
            }
        }
    }

    /** An episode whose last packet is before this time can get no more flows, epoch microseconds. */
    private long overBefore(String observationPoint) {
        long now = clocks.now(observationPoint);
        return now == EventClocks.UNKNOWN
                ? Long.MIN_VALUE
                : Sighting.microsOf(now) - settings.idleMicros() - settings.latenessMicros();
    }

    private void closeGone() {
        clocks.removeGone().forEach((point, partitions) -> {
            partitions.forEach(partition -> store.putEventTime(point + "|" + partition, null));
            PriorityQueue<Expiry> queue = expiries.remove(point);
            while (queue != null && !queue.isEmpty()) {
                closeOf(queue.poll().key, episode -> episode.lastObservationPoint.equals(point), false);
            }
        });
    }

    private void evictQuietest() {
        while (true) {
            PriorityQueue<Expiry> queue = null;
            for (PriorityQueue<Expiry> one : expiries.values()) {
                if (!one.isEmpty() && (queue == null || one.peek().lastMicros < queue.peek().lastMicros)) {
                    queue = one;
                }
            }
            if (queue == null) {
                return;
            }
            Expiry expiry = queue.poll();
            if (closeOf(expiry.key, episode -> episode.lastMicros <= expiry.lastMicros, true)) {
                return;
            }
        }
    }

    /**
     * Closes the episodes of a key that are over and watches for the next one.
     *
     * @return true when one was closed
     */
    private boolean closeOf(String key, Predicate<Episode> isOver, boolean early) {
        Episodes episodes = store.get(key);
        if (episodes == null) {
            return false;
        }
        List<Episode> left = new ArrayList<>(episodes.size());
        for (Episode episode : episodes.list) {
            if (!isOver.test(episode)) {
                left.add(episode);
                continue;
            }
            close(key, episode, early ? FindingEndReason.lack_of_resources : FindingEndReason.idle);
            evictedEpisodes += early ? 1 : 0;
        }
        boolean closed = left.size() < episodes.size();
        if (left.isEmpty()) {
            due.remove(key);
            changed.remove(key);
        } else {
            watch(
                    key,
                    left.stream()
                            .min(Comparator.comparingLong(episode -> episode.lastMicros))
                            .orElseThrow());
        }
        if (closed) {
            store.put(key, left.isEmpty() ? null : new Episodes(left));
        }
        return closed;
    }
}
