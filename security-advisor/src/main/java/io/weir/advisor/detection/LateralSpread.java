package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostKey;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One host gets through to services for administration of several others inside that are new to it. */
public final class LateralSpread implements ContactDetection {

    /**
     * @param hosts hosts that are new within the time
     * @param manyHosts the same while it is not known yet what is usual
     * @param within time in which hosts are counted
     */
    public record Settings(int hosts, int manyHosts, Duration within) {

        /** Three in an hour; ten. */
        public static Settings defaults() {
            return new Settings(3, 10, Duration.ofHours(1));
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "lateral_spread",
            "One host reaches services for administration of several others inside that are new to it",
            "From the first host that is taken over, others are reached by SSH, SMB, RPC, RDP or WinRM. Who administers does so too, but the same hosts again and"
                    + " again. While a host is known for less than a day everything is new: then it is low, unless hosts are reached by several such services each, or they"
                    + " are many.",
            List.of("T1021.001", "T1021.002", "T1021.004", "T1021.006", "T1210"),
            Duration.ofHours(1),
            false);

    private final Settings settings;

    public LateralSpread(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    /** A host that was reached, and when first. */
    private record Reached(HostKey peer, List<Contact> contacts, long sinceMicros) {}

    @Override
    public boolean concerns(Contact contact) {
        return isAdministration(contact);
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        if (host.contacts().size() < settings.hosts()) {
            return;
        }
        boolean isKnown = host.lastMicros() - host.firstMicros() >= FirstContact.LEARNING.toNanos() / 1000;
        Map<HostKey, List<Contact>> byPeer = new HashMap<>();
        for (Contact contact : host.contacts()) {
            if (isAdministration(contact) && (!isKnown || FirstContact.isNew(host, contact))) {
                byPeer.computeIfAbsent(contact.key().peer(), ignored -> new ArrayList<>())
                        .add(contact);
            }
        }
        if (byPeer.size() < settings.hosts()) {
            return;
        }
        List<Reached> reached = new ArrayList<>();
        byPeer.forEach((peer, contacts) -> reached.add(new Reached(
                peer,
                contacts,
                contacts.stream().mapToLong(Contact::firstMicros).min().orElseThrow())));
        reached.sort(Comparator.comparingLong(Reached::sinceMicros));
        int most = Windows.most(reached, Reached::sinceMicros, settings.within());
        if (most >= settings.hosts()) {
            found.accept(verdict(host, reached, most, isKnown));
        }
    }

    static boolean isAdministration(Contact contact) {
        return Services.isInternal(contact)
                && Services.isAnswered(contact)
                && Services.isSure(contact.confidence())
                && Services.isRemoteAdmin(
                        contact.key().protocol(), contact.key().port());
    }

    private Verdict verdict(Host host, List<Reached> reached, int most, boolean isKnown) {
        List<Contact> contacts =
                reached.stream().flatMap(one -> one.contacts().stream()).toList();
        long bySeveral =
                reached.stream().filter(one -> one.contacts().size() > 1).count();
        boolean isTelling = bySeveral >= settings.hosts() || most >= settings.manyHosts();
        Severity unknown = isTelling ? Severity.medium : Severity.low;
        return Verdict.of("")
                .of(contacts)
                .severity(isKnown ? Severity.high : unknown)
                .title(host.key() + " reaches services for administration of hosts that are new to it")
                .description(most + " hosts within " + Windows.text(settings.within()) + ", " + bySeveral + " of all "
                        + reached.size() + " by more than one such service"
                        + (isKnown ? "." : "; the host is known for less than a day."))
                .measured("newHosts", most, settings.hosts(), "hosts/" + Windows.text(settings.within()))
                .initiator(host.key())
                .flowClass(FlowClass.internal)
                .magnitude(reached.size())
                .again(settings.hosts());
    }
}
