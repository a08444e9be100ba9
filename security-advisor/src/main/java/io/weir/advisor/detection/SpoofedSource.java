package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.observe.Martians;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Packets from outside whose source address no host outside can have ({@link Martians}). */
public final class SpoofedSource implements ContactDetection {

    /**
     * @param flows flows within the time that are worth an alarm
     * @param within time in which flows are counted
     */
    public record Settings(int flows, Duration within) {

        /** 10 in a minute are worth an alarm. */
        public static Settings defaults() {
            return new Settings(10, Duration.ofMinutes(1));
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "spoofed_source",
            "Packets come from addresses that no host outside can have",
            "Addresses set aside by IANA are not routed: a packet from one was forged, or comes from a network that is set up wrongly. One that gets answers is of the second kind"
                    + " and low, as are few; many that ask and get nothing are of the first.",
            List.of("T1498"),
            Duration.ofMinutes(10),
            false);

    private final Settings settings;

    public SpoofedSource(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return !contact.host().key().isAddress()
                && Martians.isMartian(contact.host().key());
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        if (host.contacts().stream().noneMatch(this::concerns)) {
            return;
        }
        List<Contact> contacts = new ArrayList<>(host.contacts());
        List<Long> starts = new ArrayList<>();
        boolean isAnswered = false;
        for (Contact contact : contacts) {
            isAnswered |= Services.isAnswered(contact);
            for (int i = 0; i < contact.flows().size(); i++) {
                starts.add(contact.flows().startMicros(i));
            }
        }
        starts.sort(Comparator.naturalOrder());
        int most = Windows.most(starts, Long::longValue, settings.within());
        boolean isForged = !isAnswered && most >= settings.flows();
        found.accept(Verdict.of("")
                .of(contacts)
                .severity(isForged ? Severity.medium : Severity.low)
                .title("Packets come from " + host.key() + ", which no host outside can have")
                .description(most + " flows within " + Windows.text(settings.within()) + ", "
                        + (isAnswered ? "answered" : "none answered") + ".")
                .measured("flows", most, settings.flows(), "flows/" + Windows.text(settings.within()))
                .initiator(host.key())
                .responder(contacts.size() == 1 ? contacts.get(0).key().peer() : null)
                .magnitude(starts.size())
                .again(settings.flows()));
    }
}
