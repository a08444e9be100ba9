package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.ServedPort;
import io.weir.advisor.host.ServiceView;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A TCP service that is asked for connections which nobody takes up.
 *
 * <p>Counts, by buckets of {@value ServiceView#BUCKET_SECONDS} seconds, connections that were begun and left hanging: not answered, or answered and not taken up.
 * Those that were refused count as attempts only.
 */
public final class SynFlood implements ServiceDetection {

    /**
     * @param perSecond connections left hanging a second, in each bucket of 5 s
     * @param buckets buckets one after the other
     * @param ratio share of connections left hanging in all, in each of the buckets
     */
    public record Settings(double perSecond, int buckets, double ratio) {

        /** 100 a second for 2 buckets, 0.8. */
        public static Settings defaults() {
            return new Settings(100, 2, 0.8);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "flood_syn",
            "A TCP service is asked for connections that nobody takes up",
            "Each connection that is begun and left hanging costs the service memory until it times out. Many clients at once complete theirs, however many"
                    + " they are; a scan asks each service once. Sources may be forged: how many there seem to be is told.",
            List.of("T1499.001", "T1498.001"),
            Duration.ofMinutes(5),
            true);

    private final Settings settings;

    public SynFlood(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(ServedPort service) {
        return service.key().protocol() == Observation.TCP;
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        for (ServedPort service : changed.services()) {
            if (concerns(service)) {
                examine(host, service, untilMicros, found);
            }
        }
    }

    private void examine(Host host, ServedPort service, long untilMicros, Consumer<Verdict> found) {
        ServiceView view = service.view();
        Flood flood = new Flood();
        int run = 0;
        for (int i = 0; i < view.size() && view.startMicros(i) <= untilMicros; i++) {
            boolean isNext = i > 0 && view.startMicros(i) - view.startMicros(i - 1) == Buckets.MICROS;
            run = isFlood(view, i) ? (isNext ? run : 0) + 1 : 0;
            if (run == settings.buckets()) {
                for (int j = i - run + 1; j <= i; j++) {
                    flood.add(view, j);
                }
            } else if (run > settings.buckets()) {
                flood.add(view, i);
            }
        }
        if (flood.attempts > 0) {
            found.accept(verdict(host, service, flood));
        }
    }

    private boolean isFlood(ServiceView view, int index) {
        double hanging = view.incomplete(index);
        return rate(view, index) >= settings.perSecond() && hanging >= settings.ratio() * view.attempts(index);
    }

    private static double rate(ServiceView view, int index) {
        return Buckets.perSecond(view.incomplete(index), view);
    }

    /** Sums of the buckets that are part of it. */
    private static final class Flood {

        long fromMicros = Long.MAX_VALUE;
        long toMicros;
        long attempts;
        long hanging;
        double greatestRate;
        Buckets.Sum sum = new Buckets.Sum();

        void add(ServiceView view, int index) {
            fromMicros = Math.min(fromMicros, view.startMicros(index));
            toMicros = Math.min(view.lastMicros(), view.startMicros(index) + Buckets.MICROS - 1);
            attempts += view.attempts(index);
            hanging += view.incomplete(index);
            greatestRate = Math.max(greatestRate, rate(view, index));
            sum.add(view, index);
        }
    }

    private Verdict verdict(Host host, ServedPort service, Flood flood) {
        ServiceView view = service.view();
        double ratio = (double) flood.hanging / flood.attempts;
        long sources = view.distinctInitiators();
        return Verdict.of(service.key().toString())
                .severity(Severity.high)
                .confidence(service.confidence())
                .title(service.key() + " of " + host.key() + " is flooded with connections that nobody takes up")
                .description(String.format(
                        Locale.ROOT,
                        "%d of %d connections were left hanging, up to %.0f a second, by about %d sources.",
                        flood.hanging,
                        flood.attempts,
                        flood.greatestRate,
                        sources))
                .measured("hangingConnections", flood.greatestRate, settings.perSecond(), "connections/s")
                .measured("hangingRatio", ratio, settings.ratio(), "1")
                .measured("sources", (double) sources, "hosts")
                .responder(host.key())
                .service(service.key().protocol(), service.key().port())
                .flowClass(Buckets.flowClass(service))
                .span(flood.fromMicros, flood.toMicros)
                .counts(flood.attempts, flood.sum.traffic())
                .point(view.point())
                .evidence(List.of(), List.of(service.evidenceFlowId()))
                .magnitude(flood.greatestRate);
    }
}
