package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Outcome;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** A host outside of the cluster that tries several services in a day, of one host or many, and gets through to none. */
public final class SlowScan implements ContactDetection {

    /**
     * @param services distinct failed pairs of host and port within the time
     * @param within time in which they are counted
     */
    public record Settings(int services, Duration within) {

        /** Eight in a day. */
        public static Settings defaults() {
            return new Settings(8, Duration.ofHours(24));
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "scan_slow",
            "A host outside tries several services over a day and gets through to none",
            "Who scans patiently stays below what is counted by the minute. Who has any business here gets through to something sooner or later; one success, or"
                    + " traffic of which only one side is seen, and nothing is said.",
            List.of("T1595"),
            Duration.ofHours(24),
            true);

    private final Settings settings;

    public SlowScan(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return contact.hadFailure() && !contact.host().isInside();
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        if (host.isInside() || host.contactsWithFailure() < settings.services()) {
            return;
        }
        List<Contact> failed = new ArrayList<>();
        for (Contact contact : host.contacts()) {
            if (contact.firstMicros() > untilMicros) {
                continue;
            }
            Outcome outcome = Attempt.outcome(contact, untilMicros);
            int protocol = contact.key().protocol();
            if (outcome == Outcome.ANSWERED || outcome == Outcome.HALF_OPEN || outcome == Outcome.UNKNOWN) {
                return;
            }
            if (outcome.isFailure()
                    && contact.flowClass() == FlowClass.ingress
                    && (protocol == Observation.TCP || protocol == Observation.UDP)) {
                failed.add(contact);
            }
        }
        failed.sort(Comparator.comparingLong(Contact::firstMicros));
        int most = Windows.most(failed, Contact::firstMicros, settings.within());
        if (most < settings.services()) {
            return;
        }
        found.accept(Verdict.of("")
                .of(failed)
                .severity(Severity.low)
                .title(host.key() + " tries services and gets through to none")
                .description(most + " pairs of host and port within " + Windows.text(settings.within())
                        + ", none of which answered.")
                .measured("failedServices", most, settings.services(), "services/" + Windows.text(settings.within()))
                .initiator(host.key())
                .magnitude(failed.size())
                .again(settings.services()));
    }
}
