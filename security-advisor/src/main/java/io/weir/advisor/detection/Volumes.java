package io.weir.advisor.detection;

import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostKey;
import io.weir.schemas.FlowClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What both rules about octets that leave the cluster need. */
final class Volumes {

    private static final double MEGA = 1_000_000;

    private Volumes() {}

    /** Contacts of the host with the network that have flows within the time. */
    static List<Contact> contacts(Host host, HostKey network, long fromMicros, long toMicros) {
        List<Contact> contacts = new ArrayList<>();
        for (Contact contact : host.contacts()) {
            if (Services.isEgress(contact)
                    && contact.key().peer().network().equals(network)
                    && contact.firstMicros() <= toMicros
                    && contact.lastMicros() >= fromMicros) {
                contacts.add(contact);
            }
        }
        return contacts;
    }

    /** The host began to speak with all of these when it had been known for as long as it takes to know it. */
    static boolean isNewToKnownHost(Host host, List<Contact> contacts) {
        return !contacts.isEmpty() && contacts.stream().allMatch(contact -> FirstContact.isNew(host, contact));
    }

    /** Says who, to where, and which flows. */
    static Verdict tell(Verdict verdict, Host host, HostKey network, List<Contact> contacts) {
        verdict.of(contacts).initiator(host.key()).responder(network).flowClass(FlowClass.egress);
        if (contacts.size() == 1) {
            Contact.Key to = contacts.get(0).key();
            verdict.responder(to.peer()).service(to.protocol(), to.port());
        }
        return verdict;
    }

    static String megabytes(double octets) {
        return String.format(Locale.ROOT, "%.1f MB", octets / MEGA);
    }
}
