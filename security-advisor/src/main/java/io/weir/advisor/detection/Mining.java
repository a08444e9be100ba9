package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Long connections with little in them to ports that mining pools use. */
public final class Mining implements ContactDetection {

    /**
     * @param lasting time from the first to the last packet, at least
     * @param silence longest silence within that, at most
     * @param packets packets each way, at least
     * @param octetsASecond mean octets a second, both ways: at most this
     * @param pools pools that are worth an alarm
     */
    public record Settings(Duration lasting, Duration silence, int packets, int octetsASecond, int pools) {

        /** A minute, 5 minutes, 8 packets, 5 kB/s, two pools. */
        public static Settings defaults() {
            return new Settings(Duration.ofMinutes(1), Duration.ofMinutes(5), 8, 5000, 2);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "mining",
            "A host holds connections like those to a mining pool",
            "A miner gets work from its pool and gives back results: little, both ways, for as long as it runs. Other programs use the same ports: one pool is low, several"
                    + " are medium.",
            List.of("T1496"),
            Duration.ofHours(1),
            true);

    /** Ports that pools announce for Stratum; those that other services use more are left out. */
    private static final Set<Integer> PORTS = Set.of(
            3333, 3334, 3335, 3336, 3357, 4444, 5555, 5556, 5588, 5730, 6099, 6666, 7777, 7778, 9332, 9999, 14433,
            14444, 45560, 45700);

    private static final long MICROS = 1_000_000;

    private final Settings settings;

    public Mining(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isTcp(contact)
                && PORTS.contains(contact.key().port())
                && Services.isEgress(contact)
                && Services.isAnswered(contact);
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        List<FlowRange> pools = new ArrayList<>();
        for (int port : PORTS) {
            for (Contact contact : host.contacts(Observation.TCP, port)) {
                FlowRange range = FlowRange.until(contact, untilMicros);
                if (concerns(contact) && !range.isEmpty() && isPool(range)) {
                    pools.add(range);
                }
            }
        }
        pools.forEach(pool -> found.accept(verdict(host, pool, pools.size())));
    }

    private boolean isPool(FlowRange range) {
        Traffic traffic = range.traffic();
        long micros = range.lastMicros() - range.firstMicros();
        return micros >= settings.lasting().toNanos() / 1000
                && traffic.packetsOut() >= settings.packets()
                && traffic.packetsIn() >= settings.packets()
                && isSteady(range)
                && traffic.octets() <= (double) settings.octetsASecond() * micros / MICROS;
    }

    /** Never silent for long: what comes and goes is no connection that stays, though one that is quiet may show as several flows. */
    private boolean isSteady(FlowRange range) {
        long end = range.endMicros(range.from());
        for (int i = range.from() + 1; i < range.to(); i++) {
            if (range.flows().startMicros(i) - end > settings.silence().toNanos() / 1000) {
                return false;
            }
            end = Math.max(end, range.endMicros(i));
        }
        return true;
    }

    private Verdict verdict(Host host, FlowRange pool, int pools) {
        Contact.Key to = pool.contact().key();
        Traffic traffic = pool.traffic();
        double seconds = (double) (pool.lastMicros() - pool.firstMicros()) / MICROS;
        return pool.tell(Verdict.of(to.toString()))
                .severity(pools >= settings.pools() ? Severity.medium : Severity.low)
                .title(host.key() + " holds a connection like one to a mining pool with " + to)
                .description(String.format(
                        Locale.ROOT,
                        "%.0f s with %.0f octets a second; services of this kind: %d.",
                        seconds,
                        traffic.octets() / seconds,
                        pools))
                .measured(
                        "duration",
                        Math.rint(seconds),
                        (double) settings.lasting().toSeconds(),
                        "s")
                .measured(
                        "octetsASecond",
                        Math.rint(traffic.octets() / seconds),
                        (double) settings.octetsASecond(),
                        "octets/s")
                .measured("pools", pools, settings.pools(), "services")
                .initiator(host.key())
                .responder(to.peer())
                .service(to.protocol(), to.port())
                .magnitude(seconds);
    }
}
