package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.ServedPort;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A host that serves the outside begins to ask a directory outside, by LDAP or Java RMI. */
public final class Callback implements Detection {

    private static final DetectionFacts FACTS = new DetectionFacts(
            "callback",
            "A host that serves the outside begins to ask LDAP or Java RMI services outside",
            "Flaws as in Log4j (CVE-2021-44228) make a server that is asked from outside fetch code by LDAP or RMI from the attacker. Servers seldom ask such services across"
                    + " the Internet; one that always did is not told once it is known for a day.",
            List.of("T1190", "T1105"),
            Duration.ofHours(1),
            false);

    /** LDAP, the port that exploit kits for it use, and the registry of RMI. */
    private static final Set<Integer> DIRECTORIES = Set.of(389, 1389, 1098, 1099);

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isEgress(contact)
                && Services.isTcp(contact)
                && DIRECTORIES.contains(contact.key().port());
    }

    @Override
    public boolean concerns(ServedPort service) {
        return service.outsiderMicros() != Long.MAX_VALUE;
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        Optional<ServedPort> entry = host.services().stream()
                .filter(service -> service.outsiderMicros() != Long.MAX_VALUE)
                .min(Comparator.comparingLong(ServedPort::outsiderMicros)
                        .thenComparing(service -> service.key().toString()));
        if (entry.isEmpty()) {
            return;
        }
        boolean isKnown = host.lastMicros() - host.firstMicros() >= FirstContact.LEARNING.toNanos() / 1000;
        for (Contact contact : host.contacts()) {
            boolean isOld = isKnown && Services.isAnswered(contact) && !FirstContact.isNew(host, contact);
            if (concerns(contact) && contact.firstMicros() > entry.get().outsiderMicros() && !isOld) {
                found.accept(verdict(host, entry.get(), contact));
            }
        }
    }

    private static Verdict verdict(Host host, ServedPort entry, Contact contact) {
        Contact.Key to = contact.key();
        return Verdict.of(to.toString())
                .of(List.of(contact))
                .severity(Services.isAnswered(contact) ? Severity.medium : Severity.low)
                .title(host.key() + ", which serves the outside, asks " + to + " outside")
                .description(entry.outsider() + " outside had asked " + entry.key() + " of " + host.key()
                        + " before it asked " + to + ", " + (contact.firstMicros() - entry.outsiderMicros()) / 1_000_000
                        + " s later.")
                .initiator(host.key())
                .responder(to.peer())
                .service(to.protocol(), to.port())
                .magnitude(1);
    }
}
