package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.ServiceText;
import io.weir.schemas.Confidence;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Answers to questions that a host did not ask, from services that answer much to little.
 *
 * <p>Counts datagrams from such ports within a time, where they are ten for each that the host sent there or more: who asks gets about one for one,
 * whatever their size.
 */
public final class AmplificationFlood implements ContactDetection {

    /**
     * @param octets octets of answers within the time, at least
     * @param within time in which answers are counted
     * @param answers packets of answers for each packet of the host, at least
     */
    public record Settings(long octets, Duration within, double answers) {

        /** 1 MB in a minute, 10. */
        public static Settings defaults() {
            return new Settings(1_000_000, Duration.ofMinutes(1), 10);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "flood_amplification",
            "Answers that a host did not ask for, from services that answer much to little",
            "Who forges an address has DNS, NTP, LDAP, memcached and their like send their answers there, many times as much as was asked. One who asks sends about"
                    + " as many packets as come back. Where packets of the host itself are never seen, it may have asked all the same: then it is low.",
            List.of("T1498.002"),
            Duration.ofMinutes(5),
            true);

    /** Character generator, DNS, portmapper, NTP, NetBIOS names, SNMP, CLDAP, SSDP, WS-Discovery, mDNS, memcached. */
    private static final Set<Integer> PORTS = Set.of(19, 53, 111, 123, 137, 161, 389, 1900, 3702, 5353, 11211);

    private final Settings settings;

    public AmplificationFlood(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isUdp(contact) && PORTS.contains(contact.key().port());
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        Map<Integer, List<Attempt>> byPort = new TreeMap<>();
        for (int port : PORTS) {
            for (Contact contact : host.contacts(Observation.UDP, port)) {
                Attempt.addTo(byPort.computeIfAbsent(port, ignored -> new ArrayList<>()), contact, untilMicros);
            }
        }
        byPort.forEach((port, attempts) -> examine(host, port, attempts, found));
    }

    private void examine(Host host, int port, List<Attempt> attempts, Consumer<Verdict> found) {
        attempts.sort(Attempt.BY_START);
        long width = settings.within().toNanos() / 1000;
        long out = 0;
        long in = 0;
        long octets = 0;
        long most = 0;
        List<Attempt> flood = new ArrayList<>();
        int from = 0;
        int told = 0;
        for (int to = 0; to < attempts.size(); to++) {
            Traffic traffic = scaled(attempts.get(to));
            out += traffic.packetsOut();
            in += traffic.packetsIn();
            octets += traffic.octetsIn();
            while (attempts.get(to).startMicros() - attempts.get(from).startMicros() > width) {
                Traffic left = scaled(attempts.get(from));
                out -= left.packetsOut();
                in -= left.packetsIn();
                octets -= left.octetsIn();
                from++;
            }
            if (octets >= settings.octets() && in >= settings.answers() * out) {
                most = Math.max(most, octets);
                flood.addAll(attempts.subList(Math.max(from, told), to + 1));
                told = to + 1;
            }
        }
        if (!flood.isEmpty()) {
            found.accept(verdict(host, port, flood, most));
        }
    }

    private static Traffic scaled(Attempt attempt) {
        int rate = attempt.contact().view().samplingRate();
        Traffic seen = attempt.traffic();
        return new Traffic(
                seen.packetsOut() * rate, seen.octetsOut() * rate, seen.packetsIn() * rate, seen.octetsIn() * rate);
    }

    private Verdict verdict(Host host, int port, List<Attempt> flood, long most) {
        Verdict verdict = Attempt.tell(Verdict.of(ServiceText.of(Observation.UDP, port)), flood);
        long sources =
                flood.stream().map(one -> one.contact().key().peer()).distinct().count();
        boolean isSeen = Services.isSeenSending(host, verdict.point);
        return verdict.severity(isSeen ? Severity.high : Severity.low)
                .confidence(isSeen ? Confidence.medium : Confidence.low)
                .title(host.key() + " is flooded with answers of " + ServiceText.of(Observation.UDP, port)
                        + " that it did not ask for")
                .description(String.format(
                        Locale.ROOT,
                        "%d packets came for %d of the host, up to %d octets in %s, of %d sources%s.",
                        verdict.traffic.packetsIn(),
                        verdict.traffic.packetsOut(),
                        most,
                        Windows.text(settings.within()),
                        sources,
                        isSeen ? "" : "; whether it asked is not seen here"))
                .measured(
                        "answeredOctets",
                        (double) most,
                        (double) settings.octets(),
                        "octets/" + Windows.text(settings.within()))
                .measured("sources", (double) sources, "hosts")
                .responder(host.key())
                .service(Observation.UDP, port)
                .magnitude((double) most);
    }
}
