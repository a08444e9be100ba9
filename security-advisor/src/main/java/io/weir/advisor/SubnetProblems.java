package io.weir.advisor;

import io.weir.schemas.Loss;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Losses of the subnets topic on their way to the losses topic: the thread that keeps the table cannot write, so a task of the flows
 * takes them over. Every instance reads the whole subnets topic at every start, and says again what it could not read: equal
 * sources and offsets are one loss. At the cap further ones are only logged. Thread-safe.
 */
final class SubnetProblems {

    private static final int CAP = 1000;

    private final BlockingQueue<Loss> waiting = new ArrayBlockingQueue<>(CAP);

    void add(Loss loss) {
        waiting.offer(loss);
    }

    /** The next one, or null. */
    Loss poll() {
        return waiting.poll();
    }
}
