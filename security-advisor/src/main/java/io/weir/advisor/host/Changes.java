package io.weir.advisor.host;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

/** What came to a host since rules looked at it. */
public final class Changes {

    /** Set.of() while there are none: many hosts ask only, or are asked only. */
    private Set<Contact> contacts = Set.of();

    private Set<ServedPort> services = Set.of();

    /** Everything that is remembered of a host. */
    public static Changes all(Host host) {
        Changes all = new Changes();
        host.contacts().forEach(all::add);
        host.services().forEach(all::add);
        return all;
    }

    /** A flow of the contact has come, or more of one. */
    public void add(Contact contact) {
        if (contacts.isEmpty()) {
            contacts = new LinkedHashSet<>(4);
        }
        contacts.add(contact);
    }

    /** Somebody asked for the service. */
    public void add(ServedPort service) {
        if (services.isEmpty()) {
            services = new LinkedHashSet<>(4);
        }
        services.add(service);
    }

    public void addAll(Changes other) {
        other.contacts.forEach(this::add);
        other.services.forEach(this::add);
    }

    /** Takes away what has nothing that is younger than this, epoch microseconds, and what is no longer remembered. */
    public void removeUntil(long micros) {
        remove(contacts, contact -> contact.lastMicros() < micros || contact.isForgotten());
        remove(services, service -> service.lastMicros() < micros || service.isForgotten());
    }

    /** Takes away what is no longer remembered. */
    public void removeForgotten() {
        remove(contacts, Contact::isForgotten);
        remove(services, ServedPort::isForgotten);
    }

    private static <T> void remove(Set<T> from, Predicate<T> which) {
        if (!from.isEmpty()) {
            from.removeIf(which);
        }
    }

    public Collection<Contact> contacts() {
        return contacts;
    }

    public Collection<ServedPort> services() {
        return services;
    }
}
