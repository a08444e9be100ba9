package io.weir.topology.netflow;

/** What an exporter's options records say of it, across its domains: sampling, names, when it started. Bounded, see {@link NetflowLimits}. */
public final class ExporterOptions {
    private static final int INTERFACE_NAME = 82;
    private static final int INTERFACE_DESCRIPTION = 83;
    private static final int APPLICATION_DESCRIPTION = 94;
    private static final int APPLICATION_NAME = 96;
    private static final int VRF_NAME = 236;

    private final SamplingOptions sampling;
    private final NameDictionary interfaceNames;
    private final NameDictionary interfaceDescriptions;
    private final NameDictionary vrfNames;
    private final NameDictionary applicationNames;
    private final NameDictionary applicationDescriptions;
    private final int maxDomains;
    private final LongTable<Long> systemInitMillis = new LongTable<>();

    /** Nothing known. */
    ExporterOptions(int maxEntries) {
        sampling = new SamplingOptions(maxEntries);
        interfaceNames = new NameDictionary(maxEntries);
        interfaceDescriptions = new NameDictionary(maxEntries);
        vrfNames = new NameDictionary(maxEntries);
        applicationNames = new NameDictionary(maxEntries);
        applicationDescriptions = new NameDictionary(maxEntries);
        maxDomains = maxEntries;
    }

    /** What is said of sampling. */
    public SamplingOptions sampling() {
        return sampling;
    }

    /** interfaceName 82 by interface index. */
    public NameDictionary interfaceNames() {
        return interfaceNames;
    }

    /** interfaceDescription 83 by interface index. */
    public NameDictionary interfaceDescriptions() {
        return interfaceDescriptions;
    }

    /** VRFname 236 by VRF id. */
    public NameDictionary vrfNames() {
        return vrfNames;
    }

    /** applicationName 96 by {@link RecordField#APPLICATION}. */
    public NameDictionary applicationNames() {
        return applicationNames;
    }

    /** applicationDescription 94 by {@link RecordField#APPLICATION}. */
    public NameDictionary applicationDescriptions() {
        return applicationDescriptions;
    }

    /** When the exporter started, epoch milliseconds, as systemInitTimeMilliseconds 160 of the domain says, or -1. */
    public long systemInitMillis(int domain) {
        Long millis = systemInitMillis.get(domain);
        return millis == null ? DataRecord.ABSENT : millis;
    }

    /** Entries of all tables. */
    int entries() {
        return sampling.entries()
                + interfaceNames.size()
                + interfaceDescriptions.size()
                + vrfNames.size()
                + applicationNames.size()
                + applicationDescriptions.size()
                + systemInitMillis.size();
    }

    /** Takes in an options record. */
    void learn(DataRecord record) {
        sampling.learn(record);
        int domain = record.head().domain;
        if (record.has(RecordField.SYSTEM_INIT)
                && (systemInitMillis.size() < maxDomains || systemInitMillis.get(domain) != null)) {
            systemInitMillis.put(domain, record.get(RecordField.SYSTEM_INIT));
        }
        Template template = record.template();
        for (int i = 0; i < template.fieldCount(); i++) {
            if (template.enterprise(i) == 0 && !template.isV9Scope(i)) {
                learnName(record, i, template.id(i));
            }
        }
    }

    private void learnName(DataRecord record, int field, int id) {
        switch (id) {
            case INTERFACE_NAME -> learn(interfaceNames, interfaceIndex(record), record, field);
            case INTERFACE_DESCRIPTION -> learn(interfaceDescriptions, interfaceIndex(record), record, field);
            case APPLICATION_NAME -> learn(applicationNames, RecordField.APPLICATION, record, field);
            case APPLICATION_DESCRIPTION -> learn(applicationDescriptions, RecordField.APPLICATION, record, field);
            case VRF_NAME -> learn(vrfNames, vrf(record), record, field);
            default -> {
                // Not a name.
            }
        }
    }

    private static RecordField interfaceIndex(DataRecord record) {
        if (record.has(RecordField.INGRESS_INTERFACE)) {
            return RecordField.INGRESS_INTERFACE;
        }
        return record.has(RecordField.EGRESS_INTERFACE)
                ? RecordField.EGRESS_INTERFACE
                : RecordField.INGRESS_PHYSICAL_INTERFACE;
    }

    private static RecordField vrf(DataRecord record) {
        return record.has(RecordField.INGRESS_VRF) ? RecordField.INGRESS_VRF : RecordField.EGRESS_VRF;
    }

    private static void learn(NameDictionary names, RecordField number, DataRecord record, int field) {
        if (record.has(number)) {
            names.learn(record.get(number), record.buffer(), record.fieldPosition(field), record.fieldOctets(field));
        }
    }
}
