package io.weir.advisor.host;

import io.weir.advisor.host.HostRows.DomainRow;
import io.weir.advisor.host.HostRows.FindingRow;
import io.weir.advisor.host.HostRows.KnownRow;
import io.weir.advisor.host.HostRows.NetworkRow;
import io.weir.advisor.host.HostRows.UsualRow;
import io.weir.advisor.host.HostRows.VolumesRow;
import io.weir.state.TableStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Hosts of a task, with what is remembered of them; what changed goes to the changelog once a commit.
 *
 * <p>At most a stated number of hosts and contacts: beyond, a host makes room. First those of which little is known, a single contact or service, from the
 * one that was quiet longest: a flood from forged addresses pushes out itself, not the hosts that matter.
 */
public final class HostTable extends TableStore {

    /** Name of the store. */
    public static final String NAME = "hosts";

    /** Rows that are written when one of them changed: what is beside a busy contact is written with it. */
    private static final int ROWS_PER_PAGE = 4;

    private final int maxHosts;
    private final int maxContacts;

    /** Hosts of which little is known; the one that was quiet longest is first. */
    private final LinkedHashMap<HostKey, Host> strangers = new LinkedHashMap<>(16, 0.75f, true);

    /** The others. */
    private final LinkedHashMap<HostKey, Host> familiar = new LinkedHashMap<>(16, 0.75f, true);

    private final Host.Gone gone = new Host.Gone();
    private int contacts;
    private long evictedHosts;
    private long forgottenContacts;
    private Consumer<Host> onEvicted = host -> {};

    /**
     * @param maxHosts most hosts
     * @param maxContacts most contacts and services of all hosts together
     */
    public HostTable(int maxHosts, int maxContacts) {
        super(NAME, ROWS_PER_PAGE);
        this.maxHosts = maxHosts;
        this.maxContacts = maxContacts;
    }

    /** Says who is told of a host that has to make room, before it is gone. */
    public void onEvicted(Consumer<Host> listener) {
        onEvicted = listener;
    }

    /** Takes what a host began, and hands over the contact with it. */
    public Contact began(Observation seen) {
        Host host = hostOf(seen.initiator());
        int before = host.contacts().size();
        Contact contact = host.began(seen);
        contacts += host.contacts().size() - before;
        markChanged(contact);
        if (host.changedDomain != null) {
            changed(host, host.changedDomain);
        }
        if (host.volumes().changed != null) {
            changed(host, host.volumes());
        }
        changed(host);
        return contact;
    }

    /** Takes what somebody began with a host, and hands over the service that it asked for. */
    public ServedPort wasAsked(Observation seen) {
        Host host = hostOf(seen.responder());
        int before = host.services().size();
        ServedPort service = host.wasAsked(seen);
        contacts += host.services().size() - before;
        markChanged(service);
        changed(host);
        return service;
    }

    private void changed(Host host, DomainView domain) {
        if (domain.row == null) {
            domain.row = new DomainRow(host, domain);
        }
        markChanged(domain.row);
    }

    private void changed(Host host, EgressVolumes volumes) {
        if (volumes.row == null) {
            volumes.row = new VolumesRow(host);
        }
        markChanged(volumes.row);
        if (volumes.isUsualChanged) {
            volumes.isUsualChanged = false;
            if (volumes.usualRow == null) {
                volumes.usualRow = new UsualRow(host);
            }
            markChanged(volumes.usualRow);
        }
        if (volumes.gone != null) {
            markRemoved(volumes.gone.row);
            volumes.gone = null;
        }
        if (volumes.changed.row == null) {
            volumes.changed.row = new NetworkRow(host, volumes.changed);
        }
        markChanged(volumes.changed.row);
        volumes.changed = null;
    }

    private Host hostOf(HostKey key) {
        Host host = familiar.get(key);
        if (host == null) {
            host = strangers.get(key);
        }
        if (host == null) {
            host = new Host(key);
            strangers.put(key, host);
        }
        return host;
    }

    private void changed(Host host) {
        if (isFamiliar(host) && strangers.remove(host.key()) != null) {
            familiar.put(host.key(), host);
        }
        if (host.needsTrim()) {
            trim(host);
        }
        if (host.isChanged) {
            host.isChanged = false;
            markChanged(host);
        }
        makeRoom(host);
    }

    private static boolean isFamiliar(Host host) {
        return host.isInside || host.contacts().size() + host.services().size() > 1;
    }

    private void trim(Host host) {
        host.trim(gone);
        gone.contacts.forEach(this::markRemoved);
        gone.services.forEach(this::markRemoved);
        gone.domains.forEach(domain -> markRemoved(domain.row));
        gone.findings.forEach(finding -> markRemoved(finding.row));
        contacts -= gone.contacts.size() + gone.services.size();
        forgottenContacts += gone.contacts.size() + gone.services.size();
        gone.clear();
        KnownPeers known = host.known();
        if (known.isChanged) {
            known.isChanged = false;
            if (known.row == null) {
                known.row = new KnownRow(host);
            }
            markChanged(known.row);
        }
    }

    /** A finding about a host is new, in the place of the one with its key, or has changed. */
    public void put(Host host, OpenFinding finding) {
        OpenFinding before = host.put(finding);
        if (host.isRemoved()) {
            return;
        }
        if (before != null && before != finding) {
            markRemoved(before.row);
        }
        if (finding.row == null) {
            finding.row = new FindingRow(host, finding);
        }
        markChanged(finding.row);
    }

    /** Forgets a finding about a host. */
    public void remove(Host host, OpenFinding finding) {
        host.remove(finding);
        markRemoved(finding.row);
    }

    /** The host that has just done something stays: alone it may have more contacts than there is room for, as many as a host may have. */
    private void makeRoom(Host current) {
        while (hosts() > 1 && (hosts() > maxHosts || contacts > maxContacts)) {
            if (!evictEldest(strangers, current)) {
                evictEldest(familiar, current);
            }
        }
    }

    private boolean evictEldest(Map<HostKey, Host> from, Host current) {
        for (Iterator<Host> eldest = from.values().iterator(); eldest.hasNext(); ) {
            Host host = eldest.next();
            if (host != current) {
                evict(host, eldest);
                return true;
            }
        }
        return false;
    }

    private void evict(Host host, Iterator<Host> place) {
        onEvicted.accept(host);
        place.remove();
        remove(host);
        evictedHosts++;
    }

    private void remove(Host host) {
        host.contacts().forEach(this::markRemoved);
        host.services().forEach(this::markRemoved);
        contacts -= host.contacts().size() + host.services().size();
        if (host.known().row != null) {
            markRemoved(host.known().row);
        }
        EgressVolumes volumes = host.volumes();
        if (volumes.row != null) {
            markRemoved(volumes.row);
        }
        if (volumes.usualRow != null) {
            markRemoved(volumes.usualRow);
        }
        volumes.networks().forEach(network -> markRemoved(network.row));
        host.domains().forEach(domain -> markRemoved(domain.row));
        host.findings().values().forEach(finding -> markRemoved(finding.row));
        markRemoved(host);
    }

    /** Hosts. */
    public int hosts() {
        return strangers.size() + familiar.size();
    }

    /** Contacts and services of all hosts. */
    public int contacts() {
        return contacts;
    }

    /** Hosts that had to make room so far. */
    public long evictedHosts() {
        return evictedHosts;
    }

    /** Contacts and services that were too old or too many for their host so far. */
    public long forgottenContacts() {
        return forgottenContacts;
    }

    /** Every host, in no order. */
    public void forEach(Consumer<Host> action) {
        strangers.values().forEach(action);
        familiar.values().forEach(action);
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        try {
            return restored(key, value);
        } catch (RuntimeException e) {
            throw HostRows.damaged(e);
        }
    }

    private Row restored(byte[] key, byte[] value) {
        if (key[0] != HostRows.FORMAT) {
            throw new IllegalArgumentException("format " + key[0]);
        }
        EvidenceInput keyIn = new EvidenceInput(key, 2);
        EvidenceInput in = new EvidenceInput(value, 0);
        Host host = hostOf(keyIn.host());
        switch (key[1]) {
            case HostRows.HOST:
                HostRows.read(in, host);
                return host;
            case HostRows.CONTACT:
                Contact contact = HostRows.readContact(in, host, keyIn);
                host.put(contact);
                return contact;
            case HostRows.SERVICE:
                ServedPort service = HostRows.readService(in, host, keyIn);
                host.put(service);
                return service;
            case HostRows.KNOWN:
                KnownPeers known = host.knownToFill();
                KnownRow.read(in, known);
                known.row = new KnownRow(host);
                return known.row;
            case HostRows.VOLUMES:
                EgressVolumes volumes = host.volumesToFill();
                VolumesRow.read(in, volumes);
                volumes.row = new VolumesRow(host);
                return volumes.row;
            case HostRows.USUAL:
                EgressVolumes usual = host.volumesToFill();
                UsualRow.read(in, usual);
                usual.usualRow = new UsualRow(host);
                return usual.usualRow;
            case HostRows.NETWORK:
                EgressVolumes.Network network = NetworkRow.read(in, keyIn);
                network.row = new NetworkRow(host, network);
                host.volumesToFill().networks.put(network.key(), network);
                return network.row;
            case HostRows.DOMAIN:
                DomainView domain = DomainRow.read(in, keyIn);
                domain.row = new DomainRow(host, domain);
                host.put(domain);
                return domain.row;
            case HostRows.FINDING:
                OpenFinding finding = FindingRow.read(in, keyIn);
                finding.row = new FindingRow(host, finding);
                host.put(finding);
                return finding.row;
            default:
                throw new IllegalArgumentException("kind " + key[1]);
        }
    }

    /** Hosts come back in the order of their latest packets. */
    @Override
    protected void restoreComplete() {
        List<Host> all = new ArrayList<>(strangers.values());
        all.forEach(Host::restored);
        all.sort((a, b) -> Long.compare(a.lastMicros, b.lastMicros));
        strangers.clear();
        contacts = 0;
        for (Host host : all) {
            Map<HostKey, Host> to = isFamiliar(host) ? familiar : strangers;
            to.put(host.key(), host);
            contacts += host.contacts().size() + host.services().size();
        }
    }

    @Override
    protected void clear() {
        strangers.clear();
        familiar.clear();
        contacts = 0;
    }
}
