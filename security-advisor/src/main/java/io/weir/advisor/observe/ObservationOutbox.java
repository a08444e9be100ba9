package io.weir.advisor.observe;

import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.state.TableStore;
import java.util.Arrays;

/**
 * Holds observations back until a commit, so that those for one partition travel in few records. A table without rows: what it holds has either been
 * forwarded before a commit or is read again after a crash.
 *
 * <p>Hosts are spread over {@value #SLOTS} slots, and these over the partitions. What waits is bounded: beyond {@value #MAX_OCTETS} octets it goes at once.
 */
public final class ObservationOutbox extends TableStore {

    /** Name of the store. */
    public static final String NAME = "observations";

    /** More than a topic has partitions, mostly; more than these would leave the others empty. */
    public static final int SLOTS = 64;

    /** Of what waits, about. */
    static final int MAX_OCTETS = 1 << 22;

    /** Takes a batch for a slot. */
    @FunctionalInterface
    public interface Sender {

        void send(int slot, byte[] batch);
    }

    private final ObservationBatch[] slots = new ObservationBatch[SLOTS];
    private Sender sender;
    private int waiting;

    public ObservationOutbox() {
        super(NAME, 1);
    }

    /** Says who takes the batches; to be called before anything is added. */
    public void sendTo(Sender to) {
        sender = to;
    }

    /** Where what is remembered of a host lives. */
    static int slotOf(HostKey host) {
        return (int) (host.hash64() >>> 32) & (SLOTS - 1);
    }

    /** Takes an observation, for its initiator and its responder. */
    public void add(Observation seen) {
        int began = slotOf(seen.initiator());
        int asked = slotOf(seen.responder());
        if (began == asked) {
            slot(began).add(seen, true, true);
            waiting++;
        } else {
            slot(began).add(seen, true, false);
            slot(asked).add(seen, false, true);
            waiting += 2;
        }
        bound();
    }

    /** Takes the event time of an observation point in a partition of the flows topic, for all slots. */
    public void addEventTime(String point, int partition, long eventTimeMs) {
        for (int i = 0; i < SLOTS; i++) {
            slot(i).addEventTime(point, partition, eventTimeMs);
        }
        waiting += SLOTS;
        bound();
    }

    private ObservationBatch slot(int number) {
        if (slots[number] == null) {
            slots[number] = new ObservationBatch();
        }
        return slots[number];
    }

    private void bound() {
        if (waiting * ObservationBatch.TYPICAL_OCTETS > MAX_OCTETS) {
            sendAll();
        }
    }

    private void sendAll() {
        for (int i = 0; i < SLOTS; i++) {
            if (slots[i] != null && !slots[i].isEmpty()) {
                // Emptied only once it has gone: what is not taken is sent again.
                sender.send(i, slots[i].octets());
                slots[i].clear();
            }
        }
        waiting = 0;
    }

    @Override
    protected void beforeCommit() {
        sendAll();
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        throw new IllegalStateException("this table has no rows");
    }

    @Override
    protected void restoreComplete() {}

    @Override
    protected void clear() {
        Arrays.fill(slots, null);
        waiting = 0;
    }
}
