package io.weir.topology.datagram;

import io.weir.schemas.ExporterStatus;
import io.weir.topology.netflow.DataRecord;
import io.weir.topology.netflow.Exporter;
import io.weir.topology.netflow.OptionsRecord;
import io.weir.topology.netflow.PendingSet;
import io.weir.topology.netflow.PendingSets;
import io.weir.topology.netflow.Template;
import io.weir.topology.netflow.TemplateKey;
import io.weir.topology.netflow.Templates;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;

/**
 * The exporters of NetFlow and IPFIX: their domains, templates, options, and sets that wait for a template. Templates and sets are bounded by
 * who uses them ({@link Templates}, {@link PendingSets}); of more than {@value #MAX_DOMAINS} domains those that were silent for longest make room, of more than
 * {@value #MAX_OPTIONS} options, or {@value #MAX_OPTIONS_OCTETS} octets of them, those that were repeated longest ago.
 */
final class NetflowTable extends DatagramTable {

    static final int MAX_DOMAINS = 16_384;
    static final int MAX_OPTIONS = 65_536;
    static final long MAX_OPTIONS_OCTETS = 32L << 20;

    /** A longer one is used, but not kept. */
    static final int MAX_OPTIONS_RECORD_OCTETS = 4_096;

    private final Map<DomainRow.Key, DomainRow> domains = new HashMap<>();
    private final Map<TemplateKey, TemplateRow> templates = new HashMap<>();
    private final Map<Long, PendingSetRow> sets = new HashMap<>();

    /** The one that was repeated longest ago first. */
    private final LinkedHashMap<Bytes, OptionsRow> options = new LinkedHashMap<>(16, 0.75f, true);

    private long optionsOctets;

    /** @param partitions of the packets topic */
    NetflowTable(String name, int partitions) {
        super(name, partitions);
    }

    @Override
    int exporterCount() {
        return domains.size();
    }

    @Override
    Collection<DomainRow> exporters() {
        return domains.values();
    }

    @Override
    Function<ExporterRow, ExporterStatus> statuses(long nowMs) {
        Map<DomainRow.Key, ExporterStatuses.Held> held = held();
        return row -> {
            DomainRow domain = (DomainRow) row;
            return ExporterStatuses.of(domain, held.get(domain.key), nowMs);
        };
    }

    private Map<DomainRow.Key, ExporterStatuses.Held> held() {
        Map<DomainRow.Key, ExporterStatuses.Held> held = new HashMap<>();
        for (TemplateRow row : templates.values()) {
            TemplateKey key = row.template.key();
            ExporterStatuses.Held of = held.computeIfAbsent(
                    domainKey(key.session(), key.version(), key.domain()), ignored -> new ExporterStatuses.Held());
            if (row.template.isOptions()) {
                of.optionsTemplates++;
            } else {
                of.templates++;
            }
        }
        for (PendingSetRow row : sets.values()) {
            held.computeIfAbsent(domainKey(row.set), ignored -> new ExporterStatuses.Held()).pendingSets++;
        }
        return held;
    }

    /** The domain that a set came from, or null where it is not known any more. */
    DomainRow domainOf(PendingSet set) {
        return domains.get(domainKey(set));
    }

    private DomainRow.Key domainKey(PendingSet set) {
        return domainKey(set.exporter(), set.head().version, set.head().domain);
    }

    /** Without the port, unless ports of this address are exporters of their own. */
    private DomainRow.Key domainKey(Exporter exporter, int version, int domain) {
        DomainRow.Key withPort = new DomainRow.Key(exporter, version, domain);
        return domains.containsKey(withPort) ? withPort : new DomainRow.Key(exporter.withoutPort(), version, domain);
    }

    int templateCount() {
        return templates.size();
    }

    int pendingSetCount() {
        return sets.size();
    }

    /** A domain's row, a new one if it was not known. */
    DomainRow domain(Exporter exporter, int version, int domain) {
        DomainRow.Key key = new DomainRow.Key(exporter, version, domain);
        DomainRow row = domains.get(key);
        if (row == null) {
            if (domains.size() >= MAX_DOMAINS) {
                forgetDomains();
            }
            row = new DomainRow(key);
            domains.put(key, row);
        }
        return row;
    }

    private void forgetDomains() {
        for (DomainRow row : mostSilent(domains.values(), Comparator.comparingLong(row -> row.lastNanos))) {
            domains.remove(row.key);
            forget(row);
        }
    }

    void keep(Template template) {
        TemplateRow row = templates.computeIfAbsent(template.key(), key -> new TemplateRow(template));
        row.template = template;
        markChanged(row);
    }

    void forget(Template template) {
        TemplateRow row = templates.remove(template.key());
        if (row != null) {
            markRemoved(row);
        }
    }

    void keep(PendingSet set) {
        PendingSetRow row = new PendingSetRow(set);
        sets.put(set.number(), row);
        markChanged(row);
    }

    /** Does nothing where it is not kept. */
    void forget(PendingSet set) {
        PendingSetRow row = sets.remove(set.number());
        if (row != null) {
            markRemoved(row);
        }
    }

    /** Keeps an options record in place of the last one of the same scope. */
    void keepOptions(DataRecord record) {
        if (record.octets() > MAX_OPTIONS_RECORD_OCTETS) {
            return;
        }
        Bytes scope = Bytes.wrap(OptionsRecord.scopeOf(record));
        OptionsRow row = options.get(scope);
        if (row != null && row.options.says(record)) {
            return;
        }
        OptionsRecord said = OptionsRecord.of(record);
        if (row == null) {
            row = new OptionsRow(scope, said);
            options.put(scope, row);
        } else {
            optionsOctets -= row.options.heapOctets();
            row.options = said;
        }
        optionsOctets += said.heapOctets();
        markChanged(row);
        while (options.size() > MAX_OPTIONS || optionsOctets > MAX_OPTIONS_OCTETS) {
            forgetOptions();
        }
    }

    private void forgetOptions() {
        Iterator<OptionsRow> all = options.values().iterator();
        OptionsRow eldest = all.next();
        all.remove();
        optionsOctets -= eldest.options.heapOctets();
        markRemoved(eldest);
    }

    /** Hands over what was restored. */
    void restoreTo(Templates known, PendingSets pending) {
        Map<Exporter, Long> heard = new HashMap<>();
        for (DomainRow row : domains.values()) {
            heard.merge(row.key.exporter().withoutPort(), row.lastNanos, Math::max);
        }
        for (TemplateRow row : templates.values()) {
            Exporter address = row.template.key().session().withoutPort();
            known.restore(row.template, heard.getOrDefault(address, Long.MIN_VALUE));
        }
        sets.values().stream()
                .sorted(Comparator.comparingLong(row -> row.set.number()))
                .forEach(row -> pending.restore(row.set));
    }

    /** What exporters have said, the oldest first. */
    List<OptionsRecord> optionsRecords() {
        return options.values().stream()
                .map(row -> row.options)
                .sorted(Comparator.comparingLong(OptionsRecord::receiveNanos))
                .toList();
    }

    @Override
    Row restoreExporterRow(byte[] key, byte[] value) {
        switch (key[0]) {
            case NetflowCodec.KIND_DOMAIN -> {
                DomainRow row = NetflowCodec.domain(key, value);
                domains.put(row.key, row);
                return row;
            }
            case NetflowCodec.KIND_TEMPLATE -> {
                TemplateRow row = NetflowCodec.template(value);
                templates.put(row.template.key(), row);
                return row;
            }
            case NetflowCodec.KIND_PENDING_SET -> {
                PendingSetRow row = NetflowCodec.pendingSet(value);
                sets.put(row.set.number(), row);
                return row;
            }
            default -> {
                OptionsRow row = NetflowCodec.options(key, value);
                options.put(row.scope, row);
                optionsOctets += row.options.heapOctets();
                return row;
            }
        }
    }

    @Override
    void clearExporters() {
        domains.clear();
        templates.clear();
        sets.clear();
        options.clear();
        optionsOctets = 0;
    }
}
