package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.ServedPort;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Somebody outside reached a service for administration of this host, and then the host reached one of another inside. */
public final class LateralChain implements Detection {

    /**
     * @param within time from the one connection to the other
     */
    public record Settings(Duration within) {

        /** One hour. */
        public static Settings defaults() {
            return new Settings(Duration.ofHours(1));
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "lateral_chain",
            "A host that was reached from outside by a service for administration then reaches that of another host inside",
            "An intruder who has come in goes on from there. A bastion host is meant for that: once a host is known for a day, only what is new to it counts, and"
                    + " that is high.",
            List.of("T1210", "T1021"),
            Duration.ofHours(1),
            false);

    private final Settings settings;

    public LateralChain(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return LateralSpread.isAdministration(contact);
    }

    @Override
    public boolean concerns(ServedPort service) {
        return Services.isRemoteAdmin(service.key().protocol(), service.key().port());
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        List<ServedPort> entries = host.services().stream()
                .filter(service -> concerns(service)
                        && service.outsiderMicros() != Long.MAX_VALUE
                        && Services.isSure(service.confidence()))
                .sorted(Comparator.comparingLong(ServedPort::outsiderMicros)
                        .thenComparing(service -> service.key().port()))
                .toList();
        boolean isKnown = host.lastMicros() - host.firstMicros() >= FirstContact.LEARNING.toNanos() / 1000;
        for (ServedPort entry : entries) {
            List<Contact> next = new ArrayList<>();
            for (Contact contact : host.contacts()) {
                if (LateralSpread.isAdministration(contact)
                        && (!isKnown || FirstContact.isNew(host, contact))
                        && (follows(contact, entry.outsiderMicros()) || follows(contact, entry.lastOutsiderMicros()))) {
                    next.add(contact);
                }
            }
            if (!next.isEmpty()) {
                found.accept(verdict(host, entry, next, isKnown));
            }
        }
    }

    /** A flow of the contact began soon after. */
    private boolean follows(Contact contact, long micros) {
        return !FlowRange.between(
                        contact, micros + 1, micros + settings.within().toNanos() / 1000)
                .isEmpty();
    }

    private Verdict verdict(Host host, ServedPort entry, List<Contact> next, boolean isKnown) {
        return Verdict.of(entry.key().toString())
                .of(next)
                .span(entry.outsiderMicros(), entry.outsiderMicros())
                .severity(isKnown ? Severity.high : Severity.medium)
                .confidence(entry.confidence())
                .title(host.key() + ", reached from outside at " + entry.key()
                        + ", reaches services for administration inside")
                .description(entry.outsider() + " outside reached " + entry.key() + " of " + host.key()
                        + ", which reached " + next.size() + " services for administration of others within "
                        + Windows.text(settings.within()) + " of that.")
                .measured("services", next.size(), 1, "services")
                .initiator(host.key())
                .responder(next.size() == 1 ? next.get(0).key().peer() : null)
                .magnitude(next.size())
                .again(1);
    }
}
