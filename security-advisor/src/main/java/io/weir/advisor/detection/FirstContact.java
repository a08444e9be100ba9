package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A host that has been known for a day speaks with a service that it never spoke with before. */
public final class FirstContact implements ContactDetection {

    /** New contacts are told together by this much time. */
    private static final Duration TOGETHER = Duration.ofMinutes(10);

    private static final long TOGETHER_MICROS = TOGETHER.toNanos() / 1000;

    /** It takes this long to know what a host usually does. */
    static final Duration LEARNING = Duration.ofHours(24);

    private static final DetectionFacts FACTS = new DetectionFacts(
            "first_contact",
            "A host speaks with services that it never spoke with before",
            "Programs in a cluster speak with the same few others; a new edge is a change that somebody made. Told once for each host and ten minutes, after the"
                    + " host was seen for a day. Hosts that meet new peers all the time, as browsers do, are left out.",
            List.of("T1021"),
            TOGETHER,
            false);

    /**
     * @param busyPeers a host that knows as many peers meets new ones all the time, and is left out
     */
    public record Settings(int busyPeers) {

        /** 256 peers in 30 days. */
        public static Settings defaults() {
            return new Settings(256);
        }
    }

    private final Settings settings;

    public FirstContact(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    /** The host, known for a day by then, began to speak with that service of that peer when the contact that is remembered began. */
    static boolean isNew(Host host, Contact contact) {
        long since = host.known().since(contact);
        return since != Long.MAX_VALUE
                && since - host.firstMicros() >= LEARNING.toNanos() / 1000
                && since >= contact.firstMicros();
    }

    @Override
    public boolean concerns(Contact contact) {
        return isPast(contact.host())
                && (Services.isEgress(contact) || Services.isInternal(contact))
                && Services.isSure(contact.confidence());
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        if (!isPast(host)) {
            return;
        }
        Map<Long, List<Contact>> bySlot = new TreeMap<>();
        for (Contact contact : host.contacts()) {
            if (concerns(contact) && isNew(host, contact)) {
                long slot = Math.floorDiv(host.known().since(contact), TOGETHER_MICROS);
                bySlot.computeIfAbsent(slot, ignored -> new ArrayList<>()).add(contact);
            }
        }
        bySlot.forEach((slot, contacts) -> found.accept(verdict(host, slot, contacts)));
    }

    /** It is known what the host usually does, and that it does not meet new peers all the time. */
    private boolean isPast(Host host) {
        return host.isInside()
                && host.known().size() < settings.busyPeers()
                && host.lastMicros() - host.firstMicros() >= LEARNING.toNanos() / 1000;
    }

    private static Verdict verdict(Host host, long slot, List<Contact> contacts) {
        long admins = contacts.stream()
                .filter(contact -> Services.isInternal(contact)
                        && Services.isRemoteAdmin(
                                contact.key().protocol(), contact.key().port()))
                .count();
        Verdict verdict = Verdict.of(Long.toString(slot)).of(contacts);
        if (contacts.size() == 1) {
            Contact.Key to = contacts.get(0).key();
            verdict.responder(to.peer()).service(to.protocol(), to.port());
        }
        return verdict.severity(admins > 0 ? Severity.medium : Severity.informational)
                .title(host.key() + " speaks with services that it did not speak with before")
                .description(contacts.size() + " new within ten minutes, " + admins
                        + " of them services by which hosts are administered.")
                .measured("newContacts", contacts.size(), 1, "services")
                .initiator(host.key())
                .magnitude(contacts.size())
                .again(1);
    }
}
