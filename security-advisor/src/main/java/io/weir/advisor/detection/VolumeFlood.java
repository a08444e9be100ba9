package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.ServedPort;
import io.weir.advisor.host.ServiceView;
import io.weir.schemas.Confidence;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Many more packets reach a service than usual, and it has nothing to say to them.
 *
 * <p>Usual is the mean rate since the service was first seen, without the {@value ServiceView#BUCKETS} buckets of {@value ServiceView#BUCKET_SECONDS} seconds
 * that are looked at, and the floor alone where there was nothing before. Who sends a lot to somebody who wants it gets acknowledgements, at least one for
 * twenty packets; echo requests are counted even when they are answered.
 */
public final class VolumeFlood implements ServiceDetection {

    /**
     * @param packetsPerSecond packets a second, in each bucket of 5 s: fewer are no flood
     * @param buckets buckets one after the other
     * @param timesUsual how many times what is usual, in each of the buckets
     */
    public record Settings(double packetsPerSecond, int buckets, double timesUsual) {

        /** 10,000 a second for 2 buckets, 10 times. */
        public static Settings defaults() {
            return new Settings(10_000, 2, 10);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "flood_volume",
            "Many more packets reach a service than usual, and are not answered",
            "A flood of packets fills links and queues whether or not anything listens. Transfers are as fast, but both sides take part in them; collectors of"
                    + " telemetry are sent much without an answer, but always. Tunnels are left out: what is in them is counted by itself.",
            List.of("T1498.001"),
            Duration.ofMinutes(5),
            true);

    private static final int PACKETS_FOR_AN_ANSWER = 20;

    /** VXLAN (both ports), GENEVE, Teredo, WireGuard, IPsec through NAT: datagrams of one tunnel need not come back on the same ports. */
    private static final Set<Integer> TUNNEL_PORTS = Set.of(4789, 8472, 6081, 3544, 51820, 4500);

    private final Settings settings;

    public VolumeFlood(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(ServedPort service) {
        return isExamined(service.key());
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        for (ServedPort service : changed.services()) {
            if (concerns(service)) {
                examine(host, service, untilMicros, found);
            }
        }
    }

    private static boolean isExamined(ServedPort.Key key) {
        return switch (key.protocol()) {
            case Observation.UDP -> !TUNNEL_PORTS.contains(key.port());
            case Observation.TCP, Observation.ICMP, Observation.ICMPV6 -> true;
            default -> false;
        };
    }

    private void examine(Host host, ServedPort service, long untilMicros, Consumer<Verdict> found) {
        ServiceView view = service.view();
        double usual = usual(view);
        double least = Math.max(settings.packetsPerSecond(), settings.timesUsual() * usual);
        Flood flood = new Flood();
        int run = 0;
        for (int i = 0; i < view.size() && view.startMicros(i) <= untilMicros; i++) {
            boolean isNext = i > 0 && view.startMicros(i) - view.startMicros(i - 1) == Buckets.MICROS;
            boolean isMuch =
                    Buckets.perSecond(view.packetsIn(i), view) >= least && isUnanswered(service.key(), view, i);
            run = isMuch ? (isNext ? run : 0) + 1 : 0;
            if (run == settings.buckets()) {
                for (int j = i - run + 1; j <= i; j++) {
                    flood.add(view, j);
                }
            } else if (run > settings.buckets()) {
                flood.add(view, i);
            }
        }
        if (flood.isAny) {
            found.accept(verdict(host, service, flood, usual, least));
        }
    }

    /** Packets a second before the buckets that are kept; 0 when there was nothing. */
    private static double usual(ServiceView view) {
        if (view.size() == 0) {
            return 0;
        }
        long earlier = view.allPacketsIn();
        for (int i = 0; i < view.size(); i++) {
            earlier -= view.packetsIn(i);
        }
        long micros = view.startMicros(0) - view.firstMicros();
        if (earlier <= 0 || micros <= 0) {
            return 0;
        }
        // Shorter than a bucket says nothing of a rate.
        return (double) earlier * view.samplingRate() * 1_000_000 / Math.max(micros, Buckets.MICROS);
    }

    private static boolean isUnanswered(ServedPort.Key key, ServiceView view, int index) {
        boolean hasAnswers = key.protocol() == Observation.TCP || key.protocol() == Observation.UDP;
        return !hasAnswers || view.packetsOut(index) * PACKETS_FOR_AN_ANSWER < view.packetsIn(index);
    }

    /** The buckets that are part of it. */
    private static final class Flood {

        boolean isAny;
        long fromMicros = Long.MAX_VALUE;
        long toMicros;
        double greatestRate;
        long flows;
        final Buckets.Sum sum = new Buckets.Sum();

        void add(ServiceView view, int index) {
            isAny = true;
            fromMicros = Math.min(fromMicros, view.startMicros(index));
            toMicros = Math.min(view.lastMicros(), view.startMicros(index) + Buckets.MICROS - 1);
            greatestRate = Math.max(greatestRate, Buckets.perSecond(view.packetsIn(index), view));
            flows += view.attempts(index);
            sum.add(view, index);
        }
    }

    private Verdict verdict(Host host, ServedPort service, Flood flood, double usual, double least) {
        ServiceView view = service.view();
        long sources = view.distinctInitiators();
        // Where none of the host's packets pass, its answers are not seen either.
        boolean isSeen = Services.isSeenSending(host, view.point());
        return Verdict.of(service.key().toString())
                .severity(isSeen ? Severity.high : Severity.low)
                .confidence(isSeen ? service.confidence() : Confidence.low)
                .title(service.key() + " of " + host.key() + " is flooded with packets")
                .description(String.format(
                        Locale.ROOT,
                        "Up to %.0f packets a second, usually %.0f, by about %d sources.",
                        flood.greatestRate,
                        usual,
                        sources))
                .measured("packetRate", flood.greatestRate, least, "packets/s")
                .measured("usualPacketRate", usual, "packets/s")
                .measured("sources", (double) sources, "hosts")
                .responder(host.key())
                .service(service.key().protocol(), service.key().port())
                .flowClass(Buckets.flowClass(service))
                .span(flood.fromMicros, flood.toMicros)
                .counts(flood.flows, flood.sum.traffic())
                .point(view.point())
                .evidence(List.of(), List.of(service.evidenceFlowId()))
                .magnitude(flood.greatestRate);
    }
}
