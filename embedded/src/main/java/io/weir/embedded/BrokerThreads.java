package io.weir.embedded;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import org.apache.kafka.common.utils.Exit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one broker. Kafka ends the process when a broker cannot go on (its disk failed, its metadata log broke);
 * inside somebody else's process that must be an event of the one broker instead. Threads inherit their group, so the
 * group of the thread that asks for the exit tells which broker it is.
 */
final class BrokerThreads extends ThreadGroup {
    private static final Logger log = LoggerFactory.getLogger(BrokerThreads.class);
    private static final Set<BrokerThreads> OPEN = ConcurrentHashMap.newKeySet();

    static {
        // Never undone: a straggling thread of a broker that has failed must not end the process later.
        Exit.setExitProcedure((status, message) -> intercept(status, false));
        Exit.setHaltProcedure((status, message) -> intercept(status, true));
    }

    private final IntConsumer onExit;

    /** @param onExit called, possibly several times and from any thread of the broker, with the exit status it asked for */
    BrokerThreads(String name, IntConsumer onExit) {
        super(name);
        this.onExit = onExit;
        OPEN.add(this);
    }

    /** Runs a step of the broker's life; an exit asked for in it is reported and the step goes on to clean up. */
    Thread startLifecycle(String name, Runnable step) {
        Thread thread = new LifecycleThread(this, step, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    void retire() {
        OPEN.remove(this);
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        if (failure instanceof BrokerStopped) {
            log.debug("Thread {} of {} ended with the broker", thread.getName(), getName());
        } else {
            log.error("Thread {} of {} died", thread.getName(), getName(), failure);
        }
    }

    private static void intercept(int status, boolean halt) {
        BrokerThreads owner = ownerOf(Thread.currentThread());
        if (owner != null) {
            owner.onExit.accept(status);
        } else if (!OPEN.isEmpty()) {
            OPEN.forEach(open -> open.onExit.accept(status));
        } else if (halt) {
            Runtime.getRuntime().halt(status);
        } else {
            System.exit(status);
        }
        if (!(Thread.currentThread() instanceof LifecycleThread)) {
            throw new BrokerStopped();
        }
    }

    private static BrokerThreads ownerOf(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        while (group != null && !(group instanceof BrokerThreads)) {
            group = group.getParent();
        }
        return (BrokerThreads) group;
    }

    private static final class LifecycleThread extends Thread {
        LifecycleThread(BrokerThreads group, Runnable step, String name) {
            super(group, step, name);
        }
    }

    /** Unwinds the thread that asked to end the process; Kafka's code counts on that call not to return. */
    private static final class BrokerStopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokerStopped() {
            super("the embedded broker has stopped");
        }
    }
}
