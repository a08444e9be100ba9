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
import java.util.List;
import java.util.function.Consumer;

/**
 * TCP segments that open no connection and belong to none, to several services: FIN, NULL and Xmas scans.
 *
 * <p>Who sent them is sure, even where the ports do not tell who began: a flow counts only when its initiator sent such a segment.
 */
public final class FlagProbe implements ContactDetection {

    /**
     * @param services distinct pairs of host and port within the time
     * @param within time in which they are counted
     */
    public record Settings(int services, Duration within) {

        /** Three in an hour. */
        public static Settings defaults() {
            return new Settings(3, Duration.ofHours(1));
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "scan_flags",
            "One host sends TCP segments that open no connection and belong to none",
            "A segment without ACK that is no SYN and no RST is sent by no ordinary system. A closed port answers it with a reset and an open one does not (RFC 793), by"
                    + " which ports are found past simple filters, and systems are told apart.",
            List.of("T1046"),
            Duration.ofMinutes(15),
            false);

    private final Settings settings;

    public FlagProbe(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return contact.hadFailure() && Services.isTcp(contact);
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        if (host.contactsWithFailure() < settings.services()) {
            return;
        }
        List<Attempt> firsts = new ArrayList<>();
        List<Attempt> all = new ArrayList<>();
        for (Contact contact : host.contacts()) {
            if (!concerns(contact)) {
                continue;
            }
            List<Attempt> odd = new ArrayList<>();
            Attempt.addTo(odd, contact, untilMicros);
            odd.removeIf(one -> one.outcome() != Outcome.ODD);
            if (!odd.isEmpty()) {
                firsts.add(odd.get(0));
                all.addAll(odd);
            }
        }
        if (firsts.size() < settings.services()) {
            return;
        }
        firsts.sort(Attempt.BY_START);
        int most = Windows.most(firsts, Attempt::startMicros, settings.within());
        if (most < settings.services()) {
            return;
        }
        all.sort(Attempt.BY_START);
        Verdict verdict = Attempt.tell(Verdict.of(""), all);
        found.accept(verdict.severity(verdict.flowClass == FlowClass.internal ? Severity.high : Severity.medium)
                .title(host.key() + " probes services with TCP flags that belong to no connection")
                .description(firsts.size()
                        + " services were sent segments that neither open a connection nor belong to one; " + most
                        + " of them within " + Windows.text(settings.within()) + ".")
                .measured("probedServices", most, settings.services(), "services/" + Windows.text(settings.within()))
                .initiator(host.key())
                .protocol(Observation.TCP)
                .magnitude(firsts.size())
                .again(settings.services()));
    }
}
