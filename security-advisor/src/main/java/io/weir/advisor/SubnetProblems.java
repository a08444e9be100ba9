package io.weir.advisor;

import io.weir.schemas.Loss;
import io.weir.schemas.rejected.RejectedRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Records of the subnets topic that cannot be read, on their way to the losses topic and the topic of rejected records: the thread that
 * keeps the table cannot write, so a task of the flows takes them over. Every instance reads the whole subnets topic at every start, and
 * says again what it could not read: equal sources and offsets are one loss. Thread-safe.
 */
final class SubnetProblems {

    private static final int MAX_RECORDS = 1000;
    private static final long MAX_OCTETS = 16L << 20;

    private final Deque<Problem> waiting = new ArrayDeque<>();
    private long octets;

    /** One record, and the loss that says so. */
    record Problem(Loss loss, ProducerRecord<byte[], byte[]> record) {}

    /** @return false when too much waits: what does not fit is told at the next start, when the topic is read again */
    synchronized boolean add(Problem problem) {
        long more = RejectedRecord.octets(problem.record());
        if (waiting.size() >= MAX_RECORDS || octets + more > MAX_OCTETS) {
            return false;
        }
        octets += more;
        waiting.add(problem);
        return true;
    }

    /** The next one, or null. */
    synchronized Problem poll() {
        Problem problem = waiting.poll();
        if (problem != null) {
            octets -= RejectedRecord.octets(problem.record());
        }
        return problem;
    }
}
