package io.weir.collectors.capture.afpacket;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.collectors.capture.LiveConfig;

/**
 * A classic BPF program as the kernel takes it: linux/filter.h. It answers how many octets of a packet are kept, 0 to pass it over.
 *
 * <p>An instruction is held in a long as it lies in memory of a big-endian machine: code (16 bits), jumps when true and false (8 each),
 * operand k (32).
 */
final class FilterProgram {

    /** Passes over every packet. */
    static final FilterProgram NOTHING = keep(0);

    private static final int INSTRUCTION_OCTETS = 8;

    private static final int BPF_CLASS = 0x07;
    private static final int BPF_LD = 0x00;
    private static final int BPF_LDX = 0x01;
    private static final int BPF_MODE = 0xe0;
    private static final int BPF_ABS = 0x20;
    private static final int BPF_IND = 0x40;
    private static final int BPF_MSH = 0xa0;
    private static final int BPF_RET_K = 0x06;

    /** Operands below 0 do not mean octets of the packet; from here on they ask what the kernel knows of it. */
    private static final int SKF_AD_OFF = -0x1000;

    private static final int SKF_AD_PROTOCOL = 0;
    private static final int SKF_AD_PKTTYPE = 4;
    private static final int SKF_AD_IFINDEX = 8;
    private static final int SKF_AD_HATYPE = 28;

    private static final int SLL2_OCTETS = 20;
    private static final int SLL2_PROTOCOL = 0;
    private static final int SLL2_INTERFACE = 4;
    private static final int SLL2_HARDWARE_TYPE = 8;
    private static final int SLL2_PACKET_TYPE = 10;

    private static final int LINKTYPE_RAW = 101;
    private static final int DLT_RAW = 12;
    private static final int PCAP_ERRBUF_OCTETS = 256;
    private static final int NETMASK_UNKNOWN = -1;
    private static final int SCRATCH_OCTETS = 64 * 1024;

    private final long[] instructions;

    FilterProgram(long... instructions) {
        this.instructions = instructions.clone();
    }

    /** Keeps this many octets of every packet. */
    static FilterProgram keep(int octets) {
        return new FilterProgram((long) BPF_RET_K << 48 | (octets & 0xffff_ffffL));
    }

    /**
     * The filter of a configuration, or one that only cuts packets to the snap length.
     *
     * @throws CaptureOpenException when libpcap is missing, refuses the expression, or makes a program of it that the kernel cannot run
     */
    static FilterProgram of(LiveConfig config, LinkKind kind) throws CaptureOpenException {
        if (config.filter() == null) {
            return keep(config.snapOctets());
        }
        FilterProgram compiled;
        try {
            compiled = compile(config, kind.linkType() == LINKTYPE_RAW ? DLT_RAW : kind.linkType());
        } catch (LinkageError e) {
            throw new CaptureOpenException(
                    Reason.LIBRARY_MISSING,
                    config.interfaceName(),
                    config.interfaceName()
                            + ": the capture filter needs libpcap, which cannot be loaded; install it with: apt-get install libpcap0.8"
                            + " (Debian, Ubuntu) or dnf install libpcap (Fedora, RHEL), or capture without a filter",
                    e);
        }
        if (kind.layout() != LinkKind.Layout.COOKED) {
            return compiled;
        }
        FilterProgram moved = compiled.withoutCookedHeader();
        if (moved == null) {
            throw notForTheKernel(config, "it asks for more of the link layer than the kernel tells");
        }
        return moved;
    }

    /** One at a time: older versions of libpcap compile with global state. */
    private static synchronized FilterProgram compile(LiveConfig config, int linkType) throws CaptureOpenException {
        Pointer handle = handle(config, linkType);
        try (Memory program = new Memory(2L * Native.POINTER_SIZE)) {
            program.clear();
            if (LibPcap.pcap_compile(handle, program, config.filter(), 1, NETMASK_UNKNOWN) != 0) {
                throw refused(config, LibPcap.pcap_geterr(handle));
            }
            long[] instructions = new long[program.getInt(0)];
            Pointer first = program.getPointer(Native.POINTER_SIZE);
            for (int i = 0; i < instructions.length; i++) {
                long at = (long) i * INSTRUCTION_OCTETS;
                instructions[i] = (first.getShort(at) & 0xffffL) << 48
                        | (first.getByte(at + 2) & 0xffL) << 40
                        | (first.getByte(at + 3) & 0xffL) << 32
                        | (first.getInt(at + 4) & 0xffff_ffffL);
            }
            LibPcap.pcap_freecode(program);
            return new FilterProgram(instructions);
        } finally {
            LibPcap.pcap_close(handle);
        }
    }

    /**
     * What libpcap compiles for. Only of an interface that it has opened itself does it know that the kernel takes VLAN tags out of
     * frames, and looks for them where the kernel puts them; without, {@code vlan} would match nothing.
     */
    private static Pointer handle(LiveConfig config, int linkType) throws CaptureOpenException {
        try (Memory errorText = new Memory(PCAP_ERRBUF_OCTETS)) {
            Pointer live = LibPcap.pcap_create(config.interfaceName(), errorText);
            if (live != null) {
                LibPcap.pcap_set_snaplen(live, config.snapOctets());
                LibPcap.pcap_set_buffer_size(live, SCRATCH_OCTETS);
                if (LibPcap.pcap_activate(live) >= 0
                        && (LibPcap.pcap_datalink(live) == linkType
                                || LibPcap.pcap_set_datalink(live, linkType) == 0)) {
                    return live;
                }
                LibPcap.pcap_close(live);
            }
        }
        Pointer dead = LibPcap.pcap_open_dead(linkType, config.snapOctets());
        if (dead == null) {
            throw refused(config, "libpcap has no memory to compile it");
        }
        return dead;
    }

    /** libpcap itself would run such a filter in this process. */
    static CaptureOpenException notForTheKernel(LiveConfig config, String why) {
        return PacketSocket.notSupported(
                config, "the kernel cannot run the capture filter \"" + config.filter() + "\": " + why, null);
    }

    private static CaptureOpenException refused(LiveConfig config, String why) {
        return new CaptureOpenException(
                Reason.BAD_FILTER,
                config.interfaceName(),
                config.interfaceName() + ": the capture filter \"" + config.filter() + "\" is refused: " + why
                        + "; its syntax is that of pcap-filter(7), for example: tcp port 443 or vlan 100");
    }

    /**
     * The same program for packets that lack the cooked header for which it was compiled (LINKTYPE_LINUX_SLL2): what it reads behind
     * that header moves, what it reads in it becomes a question to the kernel. Null when the kernel has no answer.
     */
    FilterProgram withoutCookedHeader() {
        long[] moved = instructions.clone();
        for (int i = 0; i < moved.length; i++) {
            int code = (int) (moved[i] >>> 48);
            int operand = (int) moved[i];
            if (!readsPacket(code) || operand < 0) {
                continue;
            }
            int there;
            if (operand >= SLL2_OCTETS) {
                there = operand - SLL2_OCTETS;
            } else if ((code & BPF_MODE) != BPF_ABS) {
                return null;
            } else {
                int known = knownToKernel(operand);
                if (known < 0) {
                    return null;
                }
                there = SKF_AD_OFF + known;
            }
            moved[i] = (moved[i] & 0xffff_ffff_0000_0000L) | (there & 0xffff_ffffL);
        }
        return new FilterProgram(moved);
    }

    private static boolean readsPacket(int code) {
        int kind = code & BPF_CLASS;
        int mode = code & BPF_MODE;
        return (kind == BPF_LD || kind == BPF_LDX) && (mode == BPF_ABS || mode == BPF_IND || mode == BPF_MSH);
    }

    private static int knownToKernel(int headerOffset) {
        return switch (headerOffset) {
            case SLL2_PROTOCOL -> SKF_AD_PROTOCOL;
            case SLL2_INTERFACE -> SKF_AD_IFINDEX;
            case SLL2_HARDWARE_TYPE -> SKF_AD_HATYPE;
            case SLL2_PACKET_TYPE -> SKF_AD_PKTTYPE;
            default -> -1;
        };
    }

    long[] instructions() {
        return instructions.clone();
    }

    /** Puts this program before a socket, instead of the one that was there. Returns false when the kernel refuses. */
    boolean attach(int fd) {
        try (Memory code = new Memory((long) instructions.length * INSTRUCTION_OCTETS);
                Memory head = new Memory(2L * Native.POINTER_SIZE)) {
            for (int i = 0; i < instructions.length; i++) {
                long at = (long) i * INSTRUCTION_OCTETS;
                code.setShort(at, (short) (instructions[i] >>> 48));
                code.setByte(at + 2, (byte) (instructions[i] >>> 40));
                code.setByte(at + 3, (byte) (instructions[i] >>> 32));
                code.setInt(at + 4, (int) instructions[i]);
            }
            head.clear();
            head.setShort(0, (short) instructions.length);
            head.setPointer(Native.POINTER_SIZE, code);
            return LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_ATTACH_FILTER, head, (int) head.size()) == 0;
        }
    }
}
