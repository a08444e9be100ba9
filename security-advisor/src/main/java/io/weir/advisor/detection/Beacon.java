package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.RecentFlows;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Connections to one service outside that look like a program calling home ({@link BeaconScore}).
 *
 * <p>Looked at are the latest flows of a contact, in windows that end with its latest one. A window begins no earlier than the host was first seen, or than the flows
 * that are remembered, since nothing can be said about the time before; the shortest that counts is {@link Settings#shortest}.
 */
public final class Beacon implements ContactDetection {

    /**
     * @param windows spans of time that end with the latest connection and are judged each by itself, ascending
     * @param shortest time that has to be seen of a window at least
     * @param connections connections that have to be seen in it at least
     * @param score score, 0 to 1, from which on it is told
     * @param sureScore score from which on it is worth an alarm
     */
    public record Settings(List<Duration> windows, Duration shortest, int connections, double score, double sureScore) {

        /** 10 min, 1 h and 24 h; two minutes and ten connections; 0.7, and 0.9 for an alarm. */
        public static Settings defaults() {
            return new Settings(
                    List.of(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(24)),
                    Duration.ofMinutes(2),
                    10,
                    0.7,
                    0.9);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "beacon",
            "A host calls one service outside at regular intervals",
            "Implants ask their controller for orders again and again, at intervals that people do not keep. Scored are regularity, likeness of sizes, evenness and"
                    + " duration. Monitoring and updates do the same and are told apart by knowing them; name and time service are left out, guessing of passwords"
                    + " is by its pace, and people by their uneven pauses.",
            List.of("T1071.001", "T1029"),
            Duration.ofHours(2),
            true);

    /** DNS, NTP, DNS over TLS, multicast DNS: regular by nature. */
    private static final Set<Integer> REGULAR_PORTS = Set.of(53, 123, 853, 5353);

    /** Where passwords are guessed. */
    private static final Set<Integer> LOGIN_PORTS =
            Set.of(21, 22, 23, 25, 110, 143, 389, 445, 1433, 3306, 3389, 5432, 5900, 6379);

    /** Programs that guess passwords do not wait as long as this between two tries. */
    private static final long GUESSING_MICROS = 30_000_000;

    /** Connections that begin together with another one, as browsers do, of all. */
    private static final double MAX_SHARE_TOGETHER = 0.25;

    /** Median absolute deviation of the intervals by their median: 0.25 for a jitter of half the interval, 0.69 for what happens by chance. */
    private static final double MAX_DEVIATION = 0.5;

    private static final long MICROS = 1_000_000;

    private final Settings settings;

    public Beacon(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isEgress(contact)
                && (Services.isTcp(contact) || Services.isUdp(contact))
                && !REGULAR_PORTS.contains(contact.key().port())
                && contact.flows().size() >= settings.connections();
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        for (Contact contact : changed.contacts()) {
            if (concerns(contact)) {
                examine(host, contact, untilMicros, found);
            }
        }
    }

    private void examine(Host host, Contact contact, long untilMicros, Consumer<Verdict> found) {
        RecentFlows flows = contact.flows();
        FlowRange all = FlowRange.until(contact, untilMicros);
        if (all.size() < settings.connections()) {
            return;
        }
        long end = all.lastStartMicros();
        long earliest = host.firstMicros();
        if (flows.size() == RecentFlows.MAX_FLOWS) {
            earliest = Math.max(earliest, flows.startMicros(0));
        }
        BeaconScore best = null;
        FlowRange bestFlows = null;
        long bestFrom = 0;
        for (Duration window : settings.windows()) {
            long from = Math.max(end - window.toNanos() / 1000, earliest);
            FlowRange range = FlowRange.between(contact, from, untilMicros);
            BeaconScore score = end - from < settings.shortest().toNanos() / 1000 ? null : score(range, from, end);
            if (score != null && (best == null || score.total() > best.total())) {
                best = score;
                bestFlows = range;
                bestFrom = from;
            }
            if (from == earliest) {
                break;
            }
        }
        if (best != null && best.total() >= settings.score()) {
            found.accept(verdict(host, bestFlows, best, Duration.ofNanos((end - bestFrom) * 1000)));
        }
    }

    private BeaconScore score(FlowRange range, long fromMicros, long toMicros) {
        if (range.size() < settings.connections()
                || !isPaced(range, LOGIN_PORTS.contains(range.contact().key().port()))) {
            return null;
        }
        long[] starts = new long[range.size()];
        long[] octets = new long[range.size()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = Math.floorDiv(range.flows().startMicros(range.from() + i), MICROS);
            octets[i] = range.flows().octetsOut(range.from() + i);
        }
        return BeaconScore.of(starts, octets, Math.floorDiv(fromMicros, MICROS), Math.floorDiv(toMicros, MICROS));
    }

    /**
     * The score takes intervals by the second, and so takes any crowd of connections for regular when they are close together. By the microsecond, people and busy
     * programs are not.
     */
    private static boolean isPaced(FlowRange range, boolean isLogin) {
        double[] intervals = new double[range.size() - 1];
        int together = 0;
        for (int i = 0; i < intervals.length; i++) {
            int at = range.from() + i;
            intervals[i] = range.flows().startMicros(at + 1) - range.flows().startMicros(at);
            together += intervals[i] < MICROS ? 1 : 0;
        }
        Arrays.sort(intervals);
        double median = BeaconScore.median(intervals);
        return together <= MAX_SHARE_TOGETHER * intervals.length
                && BeaconScore.deviation(intervals, median) <= MAX_DEVIATION * median
                && !(isLogin && median < GUESSING_MICROS);
    }

    private Verdict verdict(Host host, FlowRange range, BeaconScore score, Duration looked) {
        Contact.Key to = range.contact().key();
        Verdict verdict = range.tell(Verdict.of(to.toString()));
        double pace = (double) (range.lastStartMicros() - range.firstMicros()) / (range.size() - 1) / MICROS;
        return verdict.severity(score.total() >= settings.sureScore() ? Severity.medium : Severity.low)
                .title(host.key() + " calls " + to + " at regular intervals")
                .description(String.format(
                        Locale.ROOT,
                        "%d connections within %s, one in %.1f s: regularity %.2f, likeness of sizes %.2f, evenness %.2f, duration %.2f.",
                        range.size(),
                        Windows.text(looked),
                        pace,
                        score.timing(),
                        score.size(),
                        score.histogram(),
                        score.duration()))
                .measured("beaconScore", score.total(), settings.score(), "")
                .measured("connections", range.size(), settings.connections(), "flows")
                .measured("meanInterval", Math.round(pace * 10) / 10.0, "s")
                .initiator(host.key())
                .responder(to.peer())
                .service(to.protocol(), to.port())
                .magnitude(range.size());
    }
}
