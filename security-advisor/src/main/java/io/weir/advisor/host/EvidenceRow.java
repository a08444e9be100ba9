package io.weir.advisor.host;

import io.weir.state.RowOutput;
import io.weir.state.TableStore;

/**
 * A row of the table of hosts. Its key is its format, its kind and the host, and what tells it from others of the kind. Hosts, contacts and services are rows
 * themselves, as there are very many of them; of what is rarer, {@link HostRows} has the rows.
 */
abstract class EvidenceRow extends TableStore.Row {

    /** Keys are written one after the other, each as many octets as it takes. */
    private static final ThreadLocal<RowOutput> KEYS = ThreadLocal.withInitial(RowOutput::new);

    /** The host that it belongs to. */
    abstract Host owner();

    /** One of {@link HostRows}. */
    abstract byte kind();

    /** Writes what tells the row from others of its kind and host. */
    void writeKey(EvidenceOutput out) {}

    abstract void write(EvidenceOutput out);

    @Override
    protected final byte[] changelogKey() {
        RowOutput octets = KEYS.get();
        octets.clear();
        octets.room(2).put(HostRows.FORMAT).put(kind());
        EvidenceOutput out = new EvidenceOutput(octets);
        out.host(owner().key());
        writeKey(out);
        return octets.toArray();
    }

    @Override
    protected final void writeValue(RowOutput out) {
        write(new EvidenceOutput(out));
    }
}
