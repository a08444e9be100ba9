package io.weir.collectors.capture.ebpf;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.decoding.packet.PacketDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The program in the kernel with its maps: {@code flow-account.bpf.c}, where the layouts are explained. It counts in one of two maps;
 * {@link #swap} sets the other one to work and waits until no packet is being counted in the first any more. Used by one thread.
 */
final class FlowProgram implements AutoCloseable {

    private static final String OBJECT = "flow-account.bpf.o";

    /** Connections in the beginning that are known at once; of more, fewer first packets are handed over. */
    private static final int OPENING = 16_384;

    private static final int FIRST_PACKETS = 4;

    private static final int SETTINGS_PORTS = 16;
    private static final int PORTS = 1 << 16;
    private static final byte PORT_UDP_SOURCE = 1;
    private static final byte PORT_UDP_DESTINATION = 2;
    private static final byte PORT_TCP = 4;

    private static final int KEY_OCTETS = 40;

    /** A spin lock in front of the counts. */
    private static final int COUNTS = 8;

    private static final int ENTRY_OCTETS = COUNTS + FlowCounts.OCTETS;

    /** Entries read with one call; more than share a bucket of the kernel's table. */
    private static final int BATCH = 4096;

    private static final int LOSSES_OCTETS = 16;

    private final String name;
    private final Pointer object;
    private final int incoming;
    private final int outgoing;
    private final int[] flows;
    private final int active;
    private final int barrier;
    private final int barrierInner;
    private final int lost;
    private final int ringDescriptor;
    private final FrameRing ring;

    /** Which map is counted in. */
    private int current;

    private final Memory scratch = new Memory(64);
    private final Memory keys = new Memory((long) BATCH * KEY_OCTETS);
    /** The pages of what is never used are never there. */
    private final Memory entries;

    private final ByteBuffer entryBuffer;

    private FlowProgram(String name, Pointer object, Tuning tuning) throws CaptureOpenException {
        this.name = name;
        this.object = object;
        incoming = LibBpf.bpf_program__fd(found(LibBpf.bpf_object__find_program_by_name(object, "incoming")));
        outgoing = LibBpf.bpf_program__fd(found(LibBpf.bpf_object__find_program_by_name(object, "outgoing")));
        flows = new int[] {descriptor("flows_0"), descriptor("flows_1")};
        active = descriptor("active");
        barrier = descriptor("barrier");
        barrierInner = descriptor("barrier_inner");
        lost = descriptor("lost");
        ringDescriptor = descriptor("ring");
        long octets = (long) (tuning.flows() + BATCH) * ENTRY_OCTETS;
        entries = new Memory(octets);
        entryBuffer = entries.getByteBuffer(0, octets).order(ByteOrder.nativeOrder());
        ring = FrameRing.map(ringDescriptor, tuning.ringOctets());
        if (ring == null) {
            int error = Native.getLastError();
            closeMemory();
            throw Refusals.ofError(name, "the ring cannot be mapped", error);
        }
    }

    /** Loads the program; no packet comes to it before it is attached. */
    static FlowProgram load(String name, Tuning tuning) throws CaptureOpenException {
        if (Native.POINTER_SIZE != 8 || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw Refusals.of(Reason.NOT_SUPPORTED, name, "the program is for little-endian machines of 64 bits");
        }
        try {
            return loadOrRefuse(name, tuning);
        } catch (LinkageError e) {
            throw Refusals.of(
                    Reason.LIBRARY_MISSING,
                    name,
                    LibBpf.LIBRARY + " cannot be loaded; install libbpf 1 (Debian, Ubuntu: libbpf1)",
                    e);
        }
    }

    private static FlowProgram loadOrRefuse(String name, Tuning tuning) throws CaptureOpenException {
        byte[] bytes = objectBytes();
        Pointer object;
        try (Memory memory = new Memory(bytes.length)) {
            memory.write(0, bytes, 0, bytes.length);
            object = LibBpf.bpf_object__open_mem(memory, bytes.length, Pointer.NULL);
            if (object == null) {
                throw Refusals.ofError(name, "libbpf does not open the program", Native.getLastError());
            }
            boolean loaded = false;
            try {
                configure(object, tuning);
                int error = -LibBpf.bpf_object__load(object);
                if (error != 0) {
                    throw loadFailed(name, error);
                }
                FlowProgram program = new FlowProgram(name, object, tuning);
                loaded = true;
                return program;
            } finally {
                if (!loaded) {
                    LibBpf.bpf_object__close(object);
                }
            }
        }
    }

    private static CaptureOpenException loadFailed(String name, int error) {
        if (error == SystemCalls.EPERM || error == SystemCalls.EACCES) {
            return Refusals.ofError(name, "the kernel does not load the program", error);
        }
        return Refusals.of(
                Reason.NOT_SUPPORTED,
                name,
                "the kernel does not load the program (" + SystemCalls.strerror(error)
                        + "); it takes Linux 5.8 or later with BPF");
    }

    static byte[] objectBytes() {
        try (InputStream object = FlowProgram.class.getResourceAsStream(OBJECT)) {
            return object.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void configure(Pointer object, Tuning tuning) {
        setEntries(object, "flows_0", tuning.flows());
        setEntries(object, "flows_1", tuning.flows());
        setEntries(object, "opening", OPENING);
        setEntries(object, "ring", tuning.ringOctets());
        Pointer settings = settings(object);
        settings.setInt(0, tuning.snapOctets());
        settings.setInt(4, tuning.ringOctets() / 2);
        settings.setInt(8, FIRST_PACKETS);
        settings.setInt(12, 1);
        settings.write(SETTINGS_PORTS, ports(), 0, PORTS);
    }

    /** Where the program's global variables are until it is loaded. */
    private static Pointer settings(Pointer object) {
        try (Memory octets = new Memory(Long.BYTES)) {
            Pointer settings =
                    LibBpf.bpf_map__initial_value(found(LibBpf.bpf_object__find_map_by_name(object, ".bss")), octets);
            if (octets.getLong(0) != SETTINGS_PORTS + PORTS) {
                throw notOurs();
            }
            return found(settings);
        }
    }

    private static void setEntries(Pointer object, String map, int entries) {
        LibBpf.bpf_map__set_max_entries(found(LibBpf.bpf_object__find_map_by_name(object, map)), entries);
    }

    /** What of each port matters: the decoder alone knows. */
    static byte[] ports() {
        byte[] ports = new byte[PORTS];
        for (int port = 0; port < PORTS; port++) {
            int kinds = PacketDecoder.looksIntoUdp(port, 0) ? PORT_UDP_SOURCE : 0;
            kinds |= PacketDecoder.looksIntoUdp(0, port) ? PORT_UDP_DESTINATION : 0;
            kinds |= PacketDecoder.looksIntoTcp(port) ? PORT_TCP : 0;
            ports[port] = (byte) kinds;
        }
        return ports;
    }

    private int descriptor(String map) {
        return LibBpf.bpf_map__fd(found(LibBpf.bpf_object__find_map_by_name(object, map)));
    }

    private static Pointer found(Pointer part) {
        if (part == null) {
            throw notOurs();
        }
        return part;
    }

    private static IllegalStateException notOurs() {
        return new IllegalStateException(OBJECT + " is not the one that belongs to this class");
    }

    int incoming() {
        return incoming;
    }

    int outgoing() {
        return outgoing;
    }

    int ringDescriptor() {
        return ringDescriptor;
    }

    FrameRing ring() {
        return ring;
    }

    /**
     * Lets the program count in the other map. When this returns, every packet that it began with has been counted or handed over.
     *
     * @param splits what the kernel splits before it goes out, see {@link Segmentation}
     */
    void swap(int splits) throws IOException {
        current ^= 1;
        update(active, current | splits);
        // Of what is in the kernel's map of maps nothing is used: an update of it waits for programs that run.
        update(barrier, barrierInner);
    }

    /** Says what the kernel splits, before the first packet. */
    void setSplits(int splits) throws IOException {
        update(active, current | splits);
    }

    private void update(int map, int value) throws IOException {
        scratch.setInt(0, 0);
        scratch.setInt(8, value);
        int error = -LibBpf.bpf_map_update_elem(map, scratch, scratch.share(8), 0);
        if (error != 0) {
            throw failure("a map cannot be written", error);
        }
    }

    /** Reads and empties the map that is not counted in; gives the number of entries. */
    int take() throws IOException {
        int map = flows[current ^ 1];
        Pointer batch = scratch;
        Pointer count = scratch.share(56);
        int taken = 0;
        Pointer from = Pointer.NULL;
        while (true) {
            count.setInt(0, BATCH);
            int error = -LibBpf.bpf_map_lookup_and_delete_batch(
                    map, from, batch, keys, entries.share((long) taken * ENTRY_OCTETS), count, Pointer.NULL);
            if (error != 0 && error != SystemCalls.ENOENT) {
                throw failure("a map cannot be read", error);
            }
            taken += count.getInt(0);
            if (error == SystemCalls.ENOENT) {
                return taken;
            }
            from = batch;
        }
    }

    /** What was taken, in the machine's byte order. */
    ByteBuffer entries() {
        return entryBuffer;
    }

    /** Where the counts of an entry are among {@link #entries}. */
    static int countsOf(int entry) {
        return entry * ENTRY_OCTETS + COUNTS;
    }

    /** Packets that the ring had no room for, since ever. */
    long lostPackets() throws IOException {
        readLosses();
        return scratch.getLong(8);
    }

    /** Their layer-2 octets, at the time of {@link #lostPackets}. */
    long lostOctets() {
        return scratch.getLong(16);
    }

    private void readLosses() throws IOException {
        scratch.setInt(0, 0);
        int error = -LibBpf.bpf_map_lookup_elem(lost, scratch, scratch.share(8, LOSSES_OCTETS));
        if (error != 0) {
            throw failure("a map cannot be read", error);
        }
    }

    private IOException failure(String what, int error) {
        return new IOException(name + ": " + what + ": " + SystemCalls.strerror(error));
    }

    @Override
    public void close() {
        ring.close();
        closeMemory();
        LibBpf.bpf_object__close(object);
    }

    private void closeMemory() {
        scratch.close();
        keys.close();
        entries.close();
    }
}
