package io.weir.collectors.capture.ebpf;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.weir.collectors.capture.CaptureOpenException;

/**
 * The filters of one interface that run the program: tc-bpf(8), in the clsact qdisc. They have a handle of their own at the first
 * priority, as a filter that comes before may end the search. What is not ours stays: the qdisc too, unless it was made here and nobody
 * else has put filters into it. To be used within the namespace of the interface.
 */
final class TrafficControl {

    /** {@code 0x77656972}, "weir": filters that a killed process left are known by it, and replaced. */
    static final int HANDLE = 0x77656972;

    static final int PRIORITY = 1;
    static final int NONE = -1;

    private static final int INGRESS = 1;
    private static final int EGRESS = 2;
    private static final int REPLACE = 1;

    /** Of struct bpf_tc_hook: its size (8), interface, attach points, parent. */
    private static final int HOOK_OCTETS = 24;

    /** Of struct bpf_tc_opts: its size (8), program, flags, number of the program, handle, priority; padded. */
    private static final int OPTIONS_OCTETS = 32;

    /** Parents of the filters of clsact: linux/pkt_sched.h. */
    private static final int[] PARENTS = {0xffff_fff2, 0xffff_fff3};

    private final int interfaceIndex;
    private boolean qdiscMade;
    private int attached;

    private TrafficControl(int interfaceIndex) {
        this.interfaceIndex = interfaceIndex;
    }

    /**
     * Puts programs at an interface.
     *
     * @param incoming descriptor of the one for what comes in
     * @param outgoing descriptor of the one for what goes out, {@link #NONE} for none
     */
    static TrafficControl attach(String name, int interfaceIndex, int incoming, int outgoing)
            throws CaptureOpenException {
        TrafficControl control = new TrafficControl(interfaceIndex);
        try (Memory hook = control.hook(INGRESS | EGRESS)) {
            int error = -LibBpf.bpf_tc_hook_create(hook);
            if (error != 0 && error != SystemCalls.EEXIST) {
                throw Refusals.ofError(name, "no clsact qdisc can be made", error);
            }
            control.qdiscMade = error == 0;
        }
        try {
            control.attach(name, INGRESS, incoming);
            if (outgoing != NONE) {
                control.attach(name, EGRESS, outgoing);
            }
            return control;
        } catch (CaptureOpenException e) {
            control.detach();
            throw e;
        }
    }

    private void attach(String name, int point, int program) throws CaptureOpenException {
        try (Memory hook = hook(point);
                Memory options = options(program, REPLACE)) {
            int error = -LibBpf.bpf_tc_attach(hook, options);
            if (error != 0) {
                throw Refusals.ofError(
                        name, "no filter with priority " + PRIORITY + " can be added (tc filter show)", error);
            }
            attached |= point;
        }
    }

    /** Takes away what {@link #attach} has made; no more than nothing when the interface is gone. */
    void detach() {
        for (int point : new int[] {INGRESS, EGRESS}) {
            if ((attached & point) != 0) {
                try (Memory hook = hook(point);
                        Memory options = options(0, 0)) {
                    LibBpf.bpf_tc_detach(hook, options);
                }
            }
        }
        attached = 0;
        if (qdiscMade && !hasFilters()) {
            try (Memory hook = hook(INGRESS | EGRESS)) {
                LibBpf.bpf_tc_hook_destroy(hook);
            }
        }
        qdiscMade = false;
    }

    private Memory hook(int points) {
        Memory hook = new Memory(HOOK_OCTETS);
        hook.clear();
        hook.setLong(0, HOOK_OCTETS);
        hook.setInt(8, interfaceIndex);
        hook.setInt(12, points);
        return hook;
    }

    private static Memory options(int program, int flags) {
        Memory options = new Memory(OPTIONS_OCTETS);
        options.clear();
        options.setLong(0, OPTIONS_OCTETS);
        options.setInt(8, program);
        options.setInt(12, flags);
        options.setInt(20, HANDLE);
        options.setInt(24, PRIORITY);
        return options;
    }

    /** Whether the qdisc has filters; also when the kernel does not tell. */
    private boolean hasFilters() {
        int fd = SystemCalls.socket(
                SystemCalls.AF_NETLINK, SystemCalls.SOCK_RAW | SystemCalls.SOCK_CLOEXEC, SystemCalls.NETLINK_ROUTE);
        if (fd < 0) {
            return true;
        }
        try (Memory buffer = new Memory(Netlink.ANSWER_OCTETS)) {
            for (int parent : PARENTS) {
                if (!Netlink.isEmpty(fd, buffer, interfaceIndex, parent)) {
                    return true;
                }
            }
            return false;
        } finally {
            SystemCalls.close(fd);
        }
    }

    /** A list of filters: rtnetlink(7). */
    private static final class Netlink {
        static final int ANSWER_OCTETS = 32 * 1024;
        private static final int REQUEST_OCTETS = 36;
        private static final short RTM_GETTFILTER = 46;
        private static final short REQUEST_AND_DUMP = 0x301;
        private static final int DONE = 3;

        /** Length 0, type 4, flags 6, sequence 8, port 12; then family 16, interface 20, handle 24, parent 28, info 32. */
        static boolean isEmpty(int fd, Pointer buffer, int interfaceIndex, int parent) {
            buffer.clear(REQUEST_OCTETS);
            buffer.setInt(0, REQUEST_OCTETS);
            buffer.setShort(4, RTM_GETTFILTER);
            buffer.setShort(6, REQUEST_AND_DUMP);
            buffer.setInt(20, interfaceIndex);
            buffer.setInt(28, parent);
            if (SystemCalls.send(fd, buffer, REQUEST_OCTETS, 0) != REQUEST_OCTETS) {
                return false;
            }
            // The first message says it: the end of the list, a filter, or an error.
            return SystemCalls.recv(fd, buffer, ANSWER_OCTETS, 0) >= 16 && buffer.getShort(4) == DONE;
        }
    }
}
