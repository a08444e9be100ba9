package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.DomainView;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A host looks up domains that do not exist and whose names nobody would choose ({@link NameScore}). */
public final class GeneratedNames implements ContactDetection {

    /**
     * @param score score of a name, 0 to 1, from which on a program seems to have made it
     * @param many such domains that are worth an alarm
     */
    public record Settings(double score, int many) {

        /** 0.6, and 5 domains in a day. */
        public static Settings defaults() {
            return new Settings(0.6, 5);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "dns_generated_names",
            "A host looks up domains that do not exist and that look made up by a program",
            "Malware computes the names of its controllers anew each day, so that they cannot be blocked; most of them do not exist. Names are told from words by their"
                    + " letters alone, so that single ones are a hint only; domains that exist do not count.",
            List.of("T1568.002"),
            Duration.ofHours(1),
            false);

    private final Settings settings;

    public GeneratedNames(Settings settings) {
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
        Map<String, Double> names = new TreeMap<>();
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        long flows = 0;
        for (DomainView domain : host.domains()) {
            if (domain.noSuchName() == 0 || NameScore.isPrivate(domain.domain())) {
                continue;
            }
            double score = NameScore.of(domain.domain());
            if (score >= settings.score()) {
                names.put(domain.domain(), score);
                first = Math.min(first, domain.firstMicros());
                last = Math.max(last, domain.lastMicros());
                flows += domain.namedFlows();
            }
        }
        if (names.isEmpty()) {
            return;
        }
        double best =
                names.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        found.accept(Verdict.of("")
                .severity(names.size() >= settings.many() ? Severity.medium : Severity.low)
                .title(host.key() + " looks up domains that look made up by a program")
                .description(names.size() + " domains that do not exist, such as "
                        + names.keySet().iterator().next() + ".")
                .measured("domains", names.size(), 1, "domains")
                .measured("nameScore", Math.round(best * 100) / 100.0, settings.score(), "")
                .initiator(host.key())
                .service(Observation.UDP, Services.DNS)
                .span(first, last)
                .counts(flows, Traffic.NONE)
                .point(host.points().stream().sorted().findFirst().orElse(null))
                .evidence(names.keySet(), List.of())
                .magnitude(names.size()));
    }
}
