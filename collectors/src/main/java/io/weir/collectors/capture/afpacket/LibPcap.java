package io.weir.collectors.capture.afpacket;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The functions of libpcap that turn a filter expression into a program: pcap(3PCAP). Loading fails where libpcap is missing. */
final class LibPcap {

    static {
        Native.register(LibPcap.class, "pcap");
    }

    private LibPcap() {}

    static native Pointer pcap_create(String source, Pointer errorText);

    static native int pcap_set_snaplen(Pointer handle, int octets);

    static native int pcap_set_buffer_size(Pointer handle, int octets);

    static native int pcap_activate(Pointer handle);

    static native int pcap_datalink(Pointer handle);

    static native int pcap_set_datalink(Pointer handle, int linkType);

    static native Pointer pcap_open_dead(int linkType, int snapOctets);

    static native int pcap_compile(Pointer handle, Pointer program, String expression, int optimize, int netmask);

    static native String pcap_geterr(Pointer handle);

    static native void pcap_freecode(Pointer program);

    static native void pcap_close(Pointer handle);
}
