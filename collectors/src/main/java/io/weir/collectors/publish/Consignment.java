package io.weir.collectors.publish;

import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;

/** What one record carries, for when its fate is known. Called by the thread that sends or by Kafka's. */
public interface Consignment {

    /** Packets of the wire that its summaries stand for; 0 when it has none. */
    long packets();

    /** Kafka has acknowledged it. Called without any lock: several may be at once. */
    void taken();

    /**
     * Kafka did not take it. Called with the sender's lock held.
     *
     * @param why one sentence for people
     * @return what is lost with it; null when that is nothing
     */
    Loss lost(LossReason reason, String why);

    /** Where it came from and how much it is, for the log: {@code 12 packets of eth0}. */
    String describe();
}
