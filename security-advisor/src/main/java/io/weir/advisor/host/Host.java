package io.weir.advisor.host;

import io.weir.schemas.FlowClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is remembered of a host: whom it asked ({@link #contacts}), who asked it ({@link #services}), which names it looked up, and what was found.
 * What is older than a day before its latest packet is forgotten.
 */
public final class Host {

    /** Most contacts of a host; beyond, the one that has been quiet the longest makes room, and {@link #forgottenContacts} counts it. */
    public static final int MAX_CONTACTS = 1024;

    /** Most services of a host that others asked for. */
    public static final int MAX_SERVICES = 256;

    /** Most pairs of domain and hour. */
    public static final int MAX_DOMAINS = 64;

    /** How long evidence is kept, microseconds of event time. */
    public static final long KEPT_MICROS = 24 * DomainView.HOUR_MICROS;

    /** Time between two looks for what is too old. */
    private static final long TRIM_MICROS = DomainView.HOUR_MICROS / 2;

    /** Observation points of which the event time counts. */
    private static final int MAX_POINTS = 8;

    private final HostKey key;
    private final List<String> points = new ArrayList<>(1);
    final Map<Contact.Key, Contact> contacts = new HashMap<>(4);
    final Map<ServedPort.Key, ServedPort> services = new HashMap<>(4);
    final Map<String, DomainView> domains = new LinkedHashMap<>(4);

    /** By rule and scope. */
    final Map<String, OpenFinding> findings = new LinkedHashMap<>(2);

    final KnownPeers known = new KnownPeers();
    final EgressVolumes volumes = new EgressVolumes();
    boolean isInside;
    long firstMicros = Long.MAX_VALUE;
    long lastMicros = Long.MIN_VALUE;
    long forgottenContacts;
    long forgottenServices;

    /** When it last forgot what is too old; not kept over a restart. */
    private long trimmedMicros = Long.MIN_VALUE / 2;

    /** Rules that wait have looked at everything up to here, epoch microseconds; not kept over a restart. */
    private long examinedUntil = Long.MIN_VALUE / 2;

    /** Where the host is written. */
    HostRows.HostRow row;

    public Host(HostKey key) {
        this.key = key;
    }

    /** Takes what the host began. */
    public Contact began(Observation seen) {
        touch(seen, seen.flowClass() == FlowClass.egress || seen.flowClass() == FlowClass.internal);
        Contact.Key to = new Contact.Key(seen.responder(), seen.protocol(), seen.port());
        Contact contact = contacts.get(to);
        if (contact == null) {
            contact = new Contact(to);
            contacts.put(to, contact);
        }
        contact.add(seen);
        if (isInside && contact.outcome() == Outcome.ANSWERED) {
            known.add(contact);
        }
        if (seen.flowClass() == FlowClass.egress) {
            volumes.add(seen);
        }
        if (seen.application() != null
                && seen.application().dns() != null
                && seen.application().dns().name() != null) {
            addName(seen);
        }
        return contact;
    }

    /** Takes what somebody began with the host. */
    public ServedPort wasAsked(Observation seen) {
        touch(seen, seen.flowClass() == FlowClass.ingress || seen.flowClass() == FlowClass.internal);
        ServedPort.Key port = new ServedPort.Key(seen.protocol(), seen.port());
        ServedPort service = services.get(port);
        if (service == null) {
            service = new ServedPort(port);
            services.put(port, service);
        }
        service.add(seen);
        return service;
    }

    private void touch(Observation seen, boolean inside) {
        addPoint(seen.point());
        isInside |= inside;
        firstMicros = Math.min(firstMicros, seen.flow().startMicros());
        lastMicros = Math.max(lastMicros, seen.flow().endMicros());
    }

    private void addName(Observation seen) {
        String name = DomainNames.normal(seen.application().dns().name());
        String domain = DomainNames.registeredDomain(name);
        long hour = Math.floorDiv(seen.flow().startMicros(), DomainView.HOUR_MICROS);
        domains.computeIfAbsent(domain + "|" + hour, ignored -> new DomainView(domain, hour))
                .add(seen, name);
    }

    /** True when there is something to forget, or may be: looking through all contacts at each flush would cost more than all rules. */
    boolean needsTrim() {
        return contacts.size() > MAX_CONTACTS
                || services.size() > MAX_SERVICES
                || domains.size() > MAX_DOMAINS
                || lastMicros - trimmedMicros > TRIM_MICROS;
    }

    /** Forgets what is too old or too much; hands over the contacts and services that it forgot. */
    void trim(List<Contact> goneContacts, List<ServedPort> goneServices) {
        long oldest = lastMicros - KEPT_MICROS;
        trimmedMicros = lastMicros;
        for (Contact contact : contacts.values()) {
            if (contact.lastMicros() < oldest) {
                goneContacts.add(contact);
            }
        }
        if (contacts.size() - goneContacts.size() > MAX_CONTACTS) {
            goneContacts.clear();
            List<Contact> byAge = new ArrayList<>(contacts.values());
            byAge.sort((a, b) -> Long.compare(a.lastMicros(), b.lastMicros()));
            // A quarter at once, so that the next one does not sort again.
            goneContacts.addAll(byAge.subList(0, byAge.size() - MAX_CONTACTS * 3 / 4));
            forgottenContacts += goneContacts.size();
        }
        goneContacts.forEach(contact -> {
            known.keep(contact);
            contacts.remove(contact.key());
        });
        for (ServedPort service : services.values()) {
            if (service.lastMicros() < oldest) {
                goneServices.add(service);
            }
        }
        if (services.size() - goneServices.size() > MAX_SERVICES) {
            goneServices.clear();
            List<ServedPort> byAge = new ArrayList<>(services.values());
            byAge.sort((a, b) -> Long.compare(a.lastMicros(), b.lastMicros()));
            goneServices.addAll(byAge.subList(0, byAge.size() - MAX_SERVICES * 3 / 4));
            forgottenServices += goneServices.size();
        }
        goneServices.forEach(service -> services.remove(service.key()));
        domains.values().removeIf(domain -> domain.lastMicros < oldest);
        while (domains.size() > MAX_DOMAINS) {
            domains.remove(domains.entrySet().stream()
                    .min((a, b) -> Long.compare(a.getValue().lastMicros, b.getValue().lastMicros))
                    .orElseThrow()
                    .getKey());
        }
        findings.values().removeIf(finding -> finding.isClosed() && finding.lastMicros() < oldest);
    }

    public HostKey key() {
        return key;
    }

    /** Whom it asked. */
    public Collection<Contact> contacts() {
        return contacts.values();
    }

    /** What others asked of it. */
    public Collection<ServedPort> services() {
        return services.values();
    }

    /** Names that it looked up, by registered domain and hour. */
    public Collection<DomainView> domains() {
        return domains.values();
    }

    /** With whom it has spoken for how long. */
    public KnownPeers known() {
        return known;
    }

    /** How much it sent out of the cluster, by hour. */
    public EgressVolumes volumes() {
        return volumes;
    }

    /** True when it lies inside of the cluster. */
    public boolean isInside() {
        return isInside;
    }

    /** First packet of all, epoch microseconds; forgotten flows among them. */
    public long firstMicros() {
        return firstMicros;
    }

    /** Last packet, epoch microseconds. */
    public long lastMicros() {
        return lastMicros;
    }

    /** Names of the observation points that see it, {@code host|interface|capture}: at most {@value #MAX_POINTS}. */
    public List<String> points() {
        return points;
    }

    private void addPoint(String point) {
        if (points.size() < MAX_POINTS && !points.contains(point)) {
            points.add(point);
        }
    }

    /** After the contacts and services came back from the changelog. */
    void restorePoints() {
        contacts.values().forEach(contact -> contact.views.forEach(view -> addPoint(view.point)));
        services.values().forEach(service -> service.views.forEach(view -> addPoint(view.point)));
    }

    /** Rules that wait have looked at everything up to here, epoch microseconds. */
    public long examinedUntil() {
        return examinedUntil;
    }

    /** Rules that wait have looked at everything up to this time, epoch microseconds. */
    public void examinedUntil(long micros) {
        examinedUntil = micros;
    }

    /** Contacts that had to make room for others. */
    public long forgottenContacts() {
        return forgottenContacts;
    }

    /** What was found, by rule and scope; those that ended stay for a day. */
    public Map<String, OpenFinding> findings() {
        return findings;
    }
}
