package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.DomainView;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A host looks up many names that do not exist, under domains where nearly nothing does. */
public final class NonexistentNames implements ContactDetection {

    /**
     * @param answers answers in an hour that there is no such name
     * @param share share of these in all look-ups: more than this
     * @param domains domains under which nothing exists, or names under one of them
     */
    public record Settings(int answers, double share, int domains) {

        /** 10, 0.3, 10. */
        public static Settings defaults() {
            return new Settings(10, 0.3, 10);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "dns_nxdomain",
            "A host looks up many names that do not exist",
            "Malware looks for its controller under names that it makes up, of which few exist; random names below one domain overload its servers. Lists of search domains"
                    + " make resolvers ask for names that do not exist all day: names for private use do not count, nor do domains where others exist or few are asked.",
            List.of("T1568.002"),
            Duration.ofHours(1),
            true);

    /** Of the look-ups below a domain where nothing exists. */
    private static final double NEARLY_ALL = 0.9;

    private final Settings settings;

    public NonexistentNames(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return contact.hasNames();
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        Map<Long, List<DomainView>> byHour = new TreeMap<>();
        for (DomainView domain : host.domains()) {
            if (domain.firstMicros() <= untilMicros && !NameScore.isPrivate(domain.domain())) {
                byHour.computeIfAbsent(domain.hour(), ignored -> new ArrayList<>())
                        .add(domain);
            }
        }
        byHour.forEach((hour, domains) -> examine(host, hour, domains, found));
    }

    private void examine(Host host, long hour, List<DomainView> domains, Consumer<Verdict> found) {
        long failed = 0;
        long asked = 0;
        List<DomainView> dead = new ArrayList<>();
        long mostNames = 0;
        for (DomainView domain : domains) {
            // Where only answers are seen there are no queries.
            long all = Math.max(domain.queries(), domain.noSuchName());
            failed += domain.noSuchName();
            asked += all;
            if (domain.noSuchName() > 0 && domain.noSuchName() >= NEARLY_ALL * all) {
                dead.add(domain);
                mostNames = Math.max(mostNames, domain.distinctNames());
            }
        }
        if (failed < settings.answers() || failed <= settings.share() * asked) {
            return;
        }
        boolean isManyDomains = dead.size() >= settings.domains();
        if (!isManyDomains && mostNames < settings.domains()) {
            return;
        }
        dead.sort(Comparator.comparing(DomainView::domain));
        String where = isManyDomains
                ? dead.size() + " domains"
                : dead.get(0).domain() + (dead.size() > 1 ? " and others" : "");
        found.accept(Verdict.of(Long.toString(hour))
                .severity(isManyDomains ? Severity.medium : Severity.low)
                .techniques(isManyDomains ? FACTS.attackTechniques() : List.of("T1498"))
                .title(host.key() + " looks up many names that do not exist")
                .description(failed + " of " + asked + " look-ups within an hour; nothing that was asked exists below "
                        + where + ".")
                .measured("noSuchName", failed, settings.answers(), "answers/h")
                .measured("domains", dead.size(), "domains")
                .measured("namesOfOneDomain", mostNames, "names")
                .initiator(host.key())
                .service(Observation.UDP, Services.DNS)
                .flowClass(FlowClass.unknown)
                .span(
                        dead.stream().mapToLong(DomainView::firstMicros).min().orElseThrow(),
                        dead.stream().mapToLong(DomainView::lastMicros).max().orElseThrow())
                .counts(dead.stream().mapToLong(DomainView::namedFlows).sum(), Traffic.NONE)
                .point(host.points().stream().sorted().findFirst().orElse(null))
                .evidence(dead.stream().map(DomainView::domain).toList(), List.of())
                .magnitude(failed));
    }
}
