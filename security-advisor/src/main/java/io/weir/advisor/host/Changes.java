package io.weir.advisor.host;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** What came to a host since rules looked at it. */
public final class Changes {

    private final Set<Contact> contacts = new LinkedHashSet<>(4);
    private final Set<ServedPort> services = new LinkedHashSet<>(4);

    /** Everything that is remembered of a host. */
    public static Changes all(Host host) {
        Changes all = new Changes();
        all.contacts.addAll(host.contacts());
        all.services.addAll(host.services());
        return all;
    }

    /** A flow of the contact has come, or more of one. */
    public void add(Contact contact) {
        contacts.add(contact);
    }

    /** Somebody asked for the service. */
    public void add(ServedPort service) {
        services.add(service);
    }

    public void addAll(Changes other) {
        contacts.addAll(other.contacts);
        services.addAll(other.services);
    }

    /** Takes away what has nothing that is younger than this, epoch microseconds, and what is no longer remembered. */
    public void removeUntil(long micros) {
        contacts.removeIf(contact -> contact.lastMicros() < micros || contact.isForgotten());
        services.removeIf(service -> service.lastMicros() < micros || service.isForgotten());
    }

    /** Takes away what is no longer remembered. */
    public void removeForgotten() {
        contacts.removeIf(Contact::isForgotten);
        services.removeIf(ServedPort::isForgotten);
    }

    public Collection<Contact> contacts() {
        return contacts;
    }

    public Collection<ServedPort> services() {
        return services;
    }
}
