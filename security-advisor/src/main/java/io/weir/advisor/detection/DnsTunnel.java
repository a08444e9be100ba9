package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.DomainView;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Name look-ups that carry data. Four tests, of which two have to hold: long queries, many queries, as much asked as answered, and names that look like a
 * carrier. Rate and balance alone say how much is asked, not what: one of the two has to be about the names, or the length where no names are seen.
 */
public final class DnsTunnel implements ContactDetection {

    /**
     * @param queries queries that have to be seen at least
     * @param octets mean octets of a query, with IP: more than this
     * @param queriesAMinute queries within some minute
     * @param inByOut octets answered for each one asked: at most this
     * @param nameLength mean length of the names, characters
     * @param names distinct names of one domain in an hour
     */
    public record Settings(int queries, int octets, int queriesAMinute, double inByOut, int nameLength, int names) {

        /** 50 queries; more than 100 octets; two a second for a minute; 1.5; 60 characters; 100 names. */
        public static Settings defaults() {
            return new Settings(50, 100, 120, 1.5, 60, 100);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "dns_tunnel",
            "Name look-ups that look like data carried by DNS",
            "DNS gets out where nothing else does, with data in the names that are asked and in the answers. Resolvers that serve others are left out: what they ask is seen"
                    + " at those who ask them. Services that look up reputation by DNS do look alike.",
            List.of("T1071.004", "T1048", "T1572"),
            Duration.ofMinutes(10),
            true);

    private static final long MINUTE_MICROS = 60_000_000;

    private final Settings settings;

    public DnsTunnel(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return contact.hasNames() || (Services.isUdp(contact) && contact.key().port() == Services.DNS);
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        if (host.serves(Observation.UDP, Services.DNS)) {
            return;
        }
        for (Contact contact : host.contacts(Observation.UDP, Services.DNS)) {
            if (Services.isAnswered(contact)) {
                FlowRange range = FlowRange.until(contact, untilMicros);
                if (!range.isEmpty() && range.traffic().packetsOut() >= settings.queries()) {
                    examine(host, range, untilMicros, found);
                }
            }
        }
    }

    private void examine(Host host, FlowRange range, long untilMicros, Consumer<Verdict> found) {
        Traffic traffic = range.traffic();
        double length = (double) traffic.octetsOut() / traffic.packetsOut();
        double rate = queriesAMinute(range) * range.contact().view().samplingRate();
        double balance = (double) traffic.octetsIn() / traffic.octetsOut();
        boolean isNamed = host.domains().stream().anyMatch(domain -> isWithin(domain, range, untilMicros));
        Optional<DomainView> carrier = host.domains().stream()
                .filter(domain -> isWithin(domain, range, untilMicros) && isCarrier(domain))
                .max((a, b) -> a.queries() != b.queries()
                        ? Long.compare(a.queries(), b.queries())
                        : b.domain().compareTo(a.domain()));
        List<String> reasons = new ArrayList<>();
        boolean isLong = length > settings.octets();
        if (isLong) {
            reasons.add(String.format(Locale.ROOT, "queries of %.0f octets on average", length));
        }
        if (rate >= settings.queriesAMinute()) {
            reasons.add(String.format(Locale.ROOT, "%.0f queries within a minute", rate));
        }
        if (balance <= settings.inByOut()) {
            reasons.add(String.format(Locale.ROOT, "%.1f octets answered for each one asked", balance));
        }
        carrier.ifPresent(domain -> reasons.add(about(domain)));
        boolean isAboutNames = carrier.isPresent() || (isLong && !isNamed);
        if (reasons.size() < 2 || !isAboutNames) {
            return;
        }
        Contact.Key to = range.contact().key();
        found.accept(range.tell(Verdict.of(to.toString()))
                .severity(carrier.isPresent() || reasons.size() > 2 ? Severity.medium : Severity.low)
                .title(host.key() + " carries data by DNS with " + to.peer())
                .description(String.join("; ", reasons) + ".")
                .measured("meanQueryOctets", Math.rint(length), settings.octets(), "octets")
                .measured("queriesAMinute", Math.rint(rate), settings.queriesAMinute(), "queries/min")
                .measured("octetsAnsweredByAsked", Math.round(balance * 100) / 100.0, settings.inByOut(), "")
                .initiator(host.key())
                .responder(to.peer())
                .service(to.protocol(), to.port())
                .magnitude(traffic.packetsOut()));
    }

    private static boolean isWithin(DomainView domain, FlowRange range, long untilMicros) {
        return domain.firstMicros() <= Math.min(untilMicros, range.lastMicros())
                && domain.lastMicros() >= range.firstMicros();
    }

    private boolean isCarrier(DomainView domain) {
        if (domain.domain().endsWith(".arpa") || domain.queries() < settings.queries()) {
            return false;
        }
        return 2 * domain.carryingTypes() > domain.namedFlows()
                || domain.meanNameLength() >= settings.nameLength()
                || domain.distinctNames() >= settings.names();
    }

    private static String about(DomainView domain) {
        return String.format(
                Locale.ROOT,
                "%d queries below %s in an hour, names of %.0f characters, %d of %d flows with types that carry much",
                domain.queries(),
                domain.domain(),
                domain.meanNameLength(),
                domain.carryingTypes(),
                domain.namedFlows());
    }

    /** Most within a minute that begins with a flow; the packets of a flow are taken as spread evenly over it. */
    private static double queriesAMinute(FlowRange range) {
        double most = 0;
        for (int at = range.from(); at < range.to(); at++) {
            long from = range.flows().startMicros(at);
            double sum = 0;
            for (int i = range.from(); i < range.to(); i++) {
                long start = range.flows().startMicros(i);
                long length = Math.max(1, range.endMicros(i) - start);
                long common = Math.min(start + length, from + MINUTE_MICROS) - Math.max(start, from);
                sum += range.flows().packetsOut(i) * Math.max(0.0, (double) common / length);
            }
            most = Math.max(most, sum);
        }
        return most;
    }
}
