package io.weir.advisor.host;

import io.weir.schemas.FlowClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is remembered of a host: whom it asked ({@link #contacts}), who asked it ({@link #services}), which names it looked up, and what was found.
 * What is older than a day before its latest packet is forgotten.
 */
public final class Host extends EvidenceRow {

    /** Most contacts of a host; beyond, the one that has been quiet the longest makes room, and {@link #forgottenContacts} counts it. */
    public static final int MAX_CONTACTS = 1024;

    /** Most services of a host that others asked for. */
    public static final int MAX_SERVICES = 256;

    /** Most pairs of domain and hour. */
    public static final int MAX_DOMAINS = 256;

    /** How long evidence is kept, microseconds of event time. */
    public static final long KEPT_MICROS = 24 * DomainView.HOUR_MICROS;

    /** Time between two looks for what is too old. */
    private static final long TRIM_MICROS = DomainView.HOUR_MICROS / 2;

    /** Observation points of which the event time counts. */
    private static final int MAX_POINTS = 8;

    /** A port, or that there is none. */
    private static final int PORT_BITS = Character.SIZE + 1;

    /** With fewer contacts, all are looked at for those with one service. */
    private static final int INDEXED_CONTACTS = 16;

    private final HostKey key;
    private final List<String> points = new ArrayList<>(1);

    // Most hosts are strangers of which one thing is known: what there is none of takes no memory.

    private Map<Contact.Key, Contact> contacts = Map.of();

    /** The same by protocol and port, once there are many: rules about one service look at no others. Null before. */
    private Map<Integer, List<Contact>> contactsOfService;

    private Map<ServedPort.Key, ServedPort> services = Map.of();
    private Map<String, DomainView> domains = Map.of();

    /** By rule and scope. */
    private Map<String, OpenFinding> findings = Map.of();

    private KnownPeers known = KnownPeers.NONE;
    private EgressVolumes volumes = EgressVolumes.NONE;
    boolean isInside;
    long firstMicros = Long.MAX_VALUE;
    long lastMicros = Long.MIN_VALUE;
    long forgottenContacts;
    long forgottenServices;
    private int failedContacts;
    private int contactsWithFailure;

    /** When it last forgot what is too old; not kept over a restart. */
    private long trimmedMicros = Long.MIN_VALUE / 2;

    /** Rules that wait have looked at everything up to here, epoch microseconds; not kept over a restart. */
    private long examinedUntil = Long.MIN_VALUE / 2;

    /** What {@link #write} writes has changed. */
    boolean isChanged = true;

    /** The domain that names were looked up in by the latest observation; null when there were none. */
    DomainView changedDomain;

    public Host(HostKey key) {
        this.key = key;
    }

    /** Takes what the host began. */
    public Contact began(Observation seen) {
        touch(seen, seen.flowClass() == FlowClass.egress || seen.flowClass() == FlowClass.internal);
        Contact.Key to = new Contact.Key(seen.responder(), seen.protocol(), seen.port());
        Contact contact = contacts.get(to);
        if (contact == null) {
            contact = new Contact(this, to);
            put(contact);
        }
        count(contact, -1);
        contact.add(seen);
        count(contact, 1);
        if (isInside && contact.outcome() == Outcome.ANSWERED) {
            knownToFill().add(contact);
        }
        if (seen.flowClass() == FlowClass.egress) {
            volumesToFill().add(seen);
        }
        changedDomain = null;
        if (seen.application() != null
                && seen.application().dns() != null
                && seen.application().dns().name() != null) {
            addName(seen);
        }
        return contact;
    }

    void put(Contact contact) {
        if (contacts.isEmpty()) {
            contacts = new HashMap<>(4);
        }
        contacts.put(contact.key(), contact);
        if (contactsOfService != null) {
            index(contact);
        } else if (contacts.size() > INDEXED_CONTACTS) {
            contactsOfService = new HashMap<>();
            contacts.values().forEach(this::index);
        }
    }

    private void count(Contact contact, int more) {
        failedContacts += contact.failed() ? more : 0;
        contactsWithFailure += contact.hadFailure() ? more : 0;
    }

    private void index(Contact contact) {
        contactsOfService
                .computeIfAbsent(
                        serviceOf(contact.key().protocol(), contact.key().port()), any -> new ArrayList<>(1))
                .add(contact);
    }

    void put(ServedPort service) {
        if (services.isEmpty()) {
            services = new HashMap<>(4);
        }
        services.put(service.key(), service);
    }

    void put(DomainView domain) {
        if (domains.isEmpty()) {
            domains = new LinkedHashMap<>(4);
        }
        domains.put(nameOf(domain.domain(), domain.hour()), domain);
    }

    private static String nameOf(String domain, long hour) {
        return domain + "|" + hour;
    }

    /** Hands over the one in whose place it comes, or null. */
    OpenFinding put(OpenFinding finding) {
        if (findings.isEmpty()) {
            findings = new LinkedHashMap<>(2);
        }
        return findings.put(finding.key(), finding);
    }

    void remove(OpenFinding finding) {
        findings.remove(finding.key());
    }

    KnownPeers knownToFill() {
        if (known == KnownPeers.NONE) {
            known = new KnownPeers();
        }
        return known;
    }

    EgressVolumes volumesToFill() {
        if (volumes == EgressVolumes.NONE) {
            volumes = new EgressVolumes();
        }
        return volumes;
    }

    @Override
    Host owner() {
        return this;
    }

    @Override
    byte kind() {
        return HostRows.HOST;
    }

    @Override
    void write(EvidenceOutput out) {
        HostRows.write(this, out);
    }

    private static int serviceOf(int protocol, int port) {
        return (protocol << PORT_BITS) | (port & ((1 << PORT_BITS) - 1));
    }

    /** Takes what somebody began with the host. */
    public ServedPort wasAsked(Observation seen) {
        touch(seen, seen.flowClass() == FlowClass.ingress || seen.flowClass() == FlowClass.internal);
        ServedPort.Key port = new ServedPort.Key(seen.protocol(), seen.port());
        ServedPort service = services.get(port);
        if (service == null) {
            service = new ServedPort(this, port);
            put(service);
        }
        service.add(seen);
        return service;
    }

    private void touch(Observation seen, boolean inside) {
        addPoint(seen.point());
        if ((inside && !isInside) || seen.flow().startMicros() < firstMicros) {
            isInside |= inside;
            firstMicros = Math.min(firstMicros, seen.flow().startMicros());
            isChanged = true;
        }
        lastMicros = Math.max(lastMicros, seen.flow().endMicros());
    }

    private void addName(Observation seen) {
        String name = DomainNames.normal(seen.application().dns().name());
        String domain = DomainNames.registeredDomain(name);
        long hour = Math.floorDiv(seen.flow().startMicros(), DomainView.HOUR_MICROS);
        changedDomain = domains.get(nameOf(domain, hour));
        if (changedDomain == null) {
            changedDomain = new DomainView(domain, hour);
            put(changedDomain);
        }
        changedDomain.add(seen, name);
    }

    /** True when there is something to forget, or may be: looking through all contacts at each flush would cost more than all rules. */
    boolean needsTrim() {
        return contacts.size() > MAX_CONTACTS
                || services.size() > MAX_SERVICES
                || domains.size() > MAX_DOMAINS
                || lastMicros - trimmedMicros > TRIM_MICROS;
    }

    /** Forgets what is too old or too much; hands over what it forgot. */
    void trim(Gone gone) {
        List<Contact> goneContacts = gone.contacts;
        List<ServedPort> goneServices = gone.services;
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
            isChanged = true;
        }
        goneContacts.forEach(contact -> {
            known.keep(contact);
            contacts.remove(contact.key());
            count(contact, -1);
        });
        if (!goneContacts.isEmpty() && contactsOfService != null) {
            contactsOfService.values().removeIf(some -> {
                some.removeIf(contact -> contacts.get(contact.key()) != contact);
                return some.isEmpty();
            });
        }
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
            isChanged = true;
        }
        goneServices.forEach(service -> services.remove(service.key()));
        for (DomainView domain : domains.values()) {
            if (domain.lastMicros < oldest) {
                gone.domains.add(domain);
            }
        }
        if (domains.size() - gone.domains.size() > MAX_DOMAINS) {
            gone.domains.clear();
            List<DomainView> byAge = new ArrayList<>(domains.values());
            byAge.sort(Comparator.<DomainView>comparingLong(domain -> domain.lastMicros)
                    .thenComparing(DomainView::domain));
            gone.domains.addAll(byAge.subList(0, byAge.size() - MAX_DOMAINS * 3 / 4));
        }
        gone.domains.forEach(domain -> domains.remove(nameOf(domain.domain(), domain.hour())));
        for (OpenFinding finding : findings.values()) {
            if (finding.isClosed() && finding.lastMicros() < oldest) {
                gone.findings.add(finding);
            }
        }
        gone.findings.forEach(this::remove);
    }

    /** What a host forgets. */
    static final class Gone {

        final List<Contact> contacts = new ArrayList<>();
        final List<ServedPort> services = new ArrayList<>();
        final List<DomainView> domains = new ArrayList<>();
        final List<OpenFinding> findings = new ArrayList<>();

        void clear() {
            contacts.clear();
            services.clear();
            domains.clear();
            findings.clear();
        }
    }

    public HostKey key() {
        return key;
    }

    /** Whom it asked. */
    public Collection<Contact> contacts() {
        return contacts.values();
    }

    /** How many of {@link #contacts} {@linkplain Contact#failed failed}: rules that need many of them look no further at a host with fewer. */
    public int failedContacts() {
        return failedContacts;
    }

    /** How many of {@link #contacts} {@linkplain Contact#hadFailure had a failure}. */
    public int contactsWithFailure() {
        return contactsWithFailure;
    }

    /** Those of {@link #contacts} with one service, of whatever host. */
    public List<Contact> contacts(int protocol, int port) {
        if (contactsOfService != null) {
            return contactsOfService.getOrDefault(serviceOf(protocol, port), List.of());
        }
        List<Contact> some = List.of();
        for (Contact contact : contacts.values()) {
            if (contact.key().port() == port && contact.key().protocol() == protocol) {
                if (some.isEmpty()) {
                    some = new ArrayList<>(2);
                }
                some.add(contact);
            }
        }
        return some;
    }

    /** True when the host answers for that service itself. */
    public boolean serves(int protocol, int port) {
        ServedPort service = services.get(new ServedPort.Key(protocol, port));
        return service != null && service.isAnswered();
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

    private <V extends View<V>> void addPoints(V first) {
        for (V view = first; view != null; view = view.next) {
            addPoint(view.point);
        }
    }

    /** After the contacts and services came back from the changelog: what they say is not written once more. */
    void restored() {
        isChanged = false;
        for (Contact contact : contacts.values()) {
            addPoints(contact.first);
            count(contact, 1);
            lastMicros = Math.max(lastMicros, contact.lastMicros());
            if (isInside && contact.outcome() == Outcome.ANSWERED) {
                knownToFill().add(contact);
            }
        }
        for (ServedPort service : services.values()) {
            addPoints(service.first);
            lastMicros = Math.max(lastMicros, service.lastMicros());
        }
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
        return findings.isEmpty() ? Map.of() : Collections.unmodifiableMap(findings);
    }
}
