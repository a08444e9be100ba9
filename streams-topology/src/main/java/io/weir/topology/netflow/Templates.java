package io.weir.topology.netflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The templates of all exporters. Bounded: see {@link NetflowLimits} for the caps and what goes at each; all that goes is told and counted.
 * An exporter's templates live until the exporter takes them back, redefines them, or falls silent; never all at once.
 *
 * <p>Templates are known without the exporter's UDP port, as that changes with a restart or on the way. When two ports of an address take
 * turns in giving one number different fields, they are two exporters: from then on the templates of that address are known with the port.
 *
 * <p>For one thread. Looks at no clock.
 */
public final class Templates {
    private final NetflowLimits limits;
    /** The exporter heard of longest ago first. */
    private final LinkedHashMap<Exporter, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    private Exporter lastExporter;
    private Session lastSession;
    private int size;
    private long octets;
    private long evicted;
    private long portConflicts;

    /** No templates. */
    public Templates(NetflowLimits limits) {
        this.limits = limits;
    }

    /** What is known of one exporter. */
    private static final class Session {
        final Exporter exporter;
        final LongTable<Template> templates = new LongTable<>();
        long lastSeen;
        /** Of an address: its ports are exporters of their own. */
        boolean split;

        Session(Exporter exporter) {
            this.exporter = exporter;
        }
    }

    /**
     * A template by its number, or null.
     *
     * @param domain unsigned
     * @param now epoch nanoseconds: the template is in use at that time
     */
    public Template find(Exporter exporter, int version, int domain, int id, long now) {
        Session session = session(exporter);
        if (session == null) {
            return null;
        }
        session.lastSeen = Math.max(session.lastSeen, now);
        Template template = session.templates.get(TemplateKey.packed(version, domain, id));
        if (template != null) {
            template.use(now);
        }
        return template;
    }

    /**
     * Takes in a definition. One that says what is known already changes nothing.
     *
     * @param key with the exporter's port
     * @param fields how many of the arrays' elements count
     * @return the template that holds from now on
     */
    Template define(
            TemplateKey key,
            boolean options,
            int scopeFields,
            int[] enterprises,
            int[] ids,
            int[] lengths,
            int fields,
            long now,
            TemplateListener listener) {
        Exporter exporter = key.session();
        Session session = sessionOf(exporter, now, listener);
        Template before = session.templates.get(key.packed());
        if (before != null && isSame(before, options, scopeFields, enterprises, ids, lengths, fields)) {
            before.use(now);
            return before;
        }
        Template template = new Template(
                new TemplateKey(session.exporter, key.version(), key.domain(), key.id()),
                options,
                scopeFields,
                Arrays.copyOf(enterprises, fields),
                Arrays.copyOf(ids, fields),
                Arrays.copyOf(lengths, fields),
                before == null ? 0 : before.revision() + 1,
                exporter.port(),
                now);
        if (before != null && takesTurns(before, template)) {
            split(session, now, listener);
            return define(key, options, scopeFields, enterprises, ids, lengths, fields, now, listener);
        }
        put(session, template);
        if (before != null) {
            template.succeed(before);
        }
        listener.onTemplate(template, before == null ? TemplateChange.LEARNED : TemplateChange.REDEFINED);
        keepWithinLimits(session, template, listener);
        return template;
    }

    /** Whether the ports of this exporter's address are exporters of their own. */
    public boolean isSplit(Exporter exporter) {
        if (portConflicts == 0) {
            return false;
        }
        Session address = sessions.get(exporter.withoutPort());
        return address != null && address.split;
    }

    /**
     * Takes in what a store kept, without telling anyone. What exceeds a cap makes others go, silently: the caps are those that it was
     * stored under.
     *
     * @param heardNanos when its exporter was heard of last, epoch nanoseconds
     */
    public void restore(Template template, long heardNanos) {
        TemplateListener nobody = (gone, change) -> {};
        Exporter exporter = template.key().session();
        long seen = Math.max(heardNanos, template.definedNanos());
        if (exporter.port() != Exporter.ANY_PORT) {
            Session address = sessionAt(exporter.withoutPort(), seen, nobody);
            portConflicts += address.split ? 0 : 1;
            address.split = true;
        }
        Session session = sessionAt(exporter, seen, nobody);
        put(session, template);
        keepWithinLimits(session, template, nobody);
    }

    /** An exporter takes back a template; whether there was one. */
    boolean withdraw(Exporter exporter, int version, int domain, int id, TemplateListener listener) {
        Session session = session(exporter);
        Template template = session == null ? null : session.templates.get(TemplateKey.packed(version, domain, id));
        if (template == null) {
            return false;
        }
        remove(session, template, TemplateChange.WITHDRAWN, listener);
        return true;
    }

    /** An exporter takes back all templates of a kind in a domain. */
    void withdrawAll(Exporter exporter, int version, int domain, boolean options, TemplateListener listener) {
        Session session = session(exporter);
        if (session == null) {
            return;
        }
        for (Template template : session.templates.values()) {
            TemplateKey key = template.key();
            if (key.version() == version && key.domain() == domain && template.isOptions() == options) {
                remove(session, template, TemplateChange.WITHDRAWN, listener);
            }
        }
    }

    /** Lets the templates of exporters go that were silent for too long; to be called now and then. */
    public void expire(long now, TemplateListener listener) {
        for (Iterator<Map.Entry<Exporter, Session>> all = sessions.entrySet().iterator(); all.hasNext(); ) {
            Session session = all.next().getValue();
            if (isExpired(session, now) && !(session.split && hasLivePort(session, now))) {
                all.remove();
                forget(session, TemplateChange.EXPIRED, listener);
            }
        }
    }

    private boolean isExpired(Session session, long now) {
        return now - session.lastSeen > limits.templateLifetimeNanos();
    }

    /** Whether a port of a split address is in use: the address says that its ports are told apart. */
    private boolean hasLivePort(Session address, long now) {
        for (Session session : sessions.values()) {
            Exporter exporter = session.exporter;
            if (exporter.port() != Exporter.ANY_PORT
                    && exporter.withoutPort().equals(address.exporter)
                    && !isExpired(session, now)) {
                return true;
            }
        }
        return false;
    }

    /** Every template, in no order. */
    public List<Template> all() {
        List<Template> all = new ArrayList<>(size);
        for (Session session : sessions.values()) {
            all.addAll(session.templates.values());
        }
        return all;
    }

    /** How many templates there are. */
    public int size() {
        return size;
    }

    /** Exporters that templates are known of; an address whose ports are told apart counts once more. */
    public int exporters() {
        return sessions.size();
    }

    /** Memory of all templates, an estimate. */
    public long heapOctets() {
        return octets;
    }

    /** Templates that had to go for others. */
    public long evicted() {
        return evicted;
    }

    /** Addresses whose ports turned out to be exporters of their own. */
    public long portConflicts() {
        return portConflicts;
    }

    private static boolean isSame(
            Template before,
            boolean options,
            int scopeFields,
            int[] enterprises,
            int[] ids,
            int[] lengths,
            int fields) {
        if (before.fieldCount() != fields || before.isOptions() != options || before.scopeFields() != scopeFields) {
            return false;
        }
        for (int i = 0; i < fields; i++) {
            if (before.id(i) != ids[i] || before.length(i) != lengths[i] || before.enterprise(i) != enterprises[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a port gives back a number the meaning that it had given it before another port did. */
    private static boolean takesTurns(Template before, Template template) {
        Template earlier = before.predecessor();
        return earlier != null
                && before.port() != template.port()
                && earlier.port() == template.port()
                && earlier.sameFields(template);
    }

    /** Gives each port of an address its own templates. */
    private void split(Session address, long now, TemplateListener listener) {
        portConflicts++;
        address.split = true;
        lastExporter = null;
        for (Template template : address.templates.values()) {
            remove(address, template, TemplateChange.EVICTED, listener);
            Exporter port = new Exporter(
                    address.exporter.addressHigh(),
                    address.exporter.addressLow(),
                    address.exporter.ipVersion(),
                    template.port());
            Session session = sessionAt(port, now, listener);
            Template moved = template.movedTo(port);
            put(session, moved);
            listener.onTemplate(moved, TemplateChange.LEARNED);
        }
    }

    private Session session(Exporter exporter) {
        if (exporter.equals(lastExporter)) {
            return lastSession;
        }
        Session session = sessions.get(exporter.withoutPort());
        if (session != null && session.split) {
            session = sessions.get(exporter);
        }
        lastExporter = session == null ? null : exporter;
        lastSession = session;
        return session;
    }

    /** The session that an exporter's definitions go to. */
    private Session sessionOf(Exporter exporter, long now, TemplateListener listener) {
        Session session = session(exporter);
        if (session != null) {
            session.lastSeen = Math.max(session.lastSeen, now);
            return session;
        }
        Session address = sessions.get(exporter.withoutPort());
        return sessionAt(address != null && address.split ? exporter : exporter.withoutPort(), now, listener);
    }

    private Session sessionAt(Exporter exporter, long now, TemplateListener listener) {
        // What is remembered is the youngest, which may be another one from here on.
        lastExporter = null;
        Session session = sessions.get(exporter);
        if (session == null) {
            session = new Session(exporter);
            sessions.put(exporter, session);
            if (sessions.size() > limits.maxExporters()) {
                evictEldest(listener);
            }
        }
        session.lastSeen = Math.max(session.lastSeen, now);
        return session;
    }

    private void put(Session session, Template template) {
        Template before = session.templates.get(template.key().packed());
        session.templates.put(template.key().packed(), template);
        octets += template.heapOctets() - (before == null ? 0 : before.heapOctets());
        size += before == null ? 1 : 0;
    }

    private void keepWithinLimits(Session session, Template keep, TemplateListener listener) {
        while (session.templates.size() > limits.maxTemplatesPerExporter()) {
            evictOldest(session, keep, listener);
        }
        while (octets > limits.maxTemplateOctets() && sessions.size() > 1) {
            evictEldest(listener);
        }
        while (octets > limits.maxTemplateOctets() && session.templates.size() > 1) {
            evictOldest(session, keep, listener);
        }
    }

    private void evictOldest(Session session, Template keep, TemplateListener listener) {
        Template oldest = null;
        for (Template template : session.templates.values()) {
            if (!template.equals(keep) && (oldest == null || template.lastUse() < oldest.lastUse())) {
                oldest = template;
            }
        }
        if (oldest != null) {
            evicted++;
            remove(session, oldest, TemplateChange.EVICTED, listener);
        }
    }

    /** The exporter heard of longest ago goes; the one at work is the youngest. */
    private void evictEldest(TemplateListener listener) {
        Iterator<Session> all = sessions.values().iterator();
        Session eldest = all.next();
        all.remove();
        evicted += eldest.templates.size();
        forget(eldest, TemplateChange.EVICTED, listener);
    }

    private void forget(Session session, TemplateChange change, TemplateListener listener) {
        lastExporter = null;
        for (Template template : session.templates.values()) {
            remove(session, template, change, listener);
        }
    }

    private void remove(Session session, Template template, TemplateChange change, TemplateListener listener) {
        session.templates.remove(template.key().packed());
        size--;
        octets -= template.heapOctets();
        listener.onTemplate(template, change);
    }
}
