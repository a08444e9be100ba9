package io.weir.collectors.capture;

import java.util.Objects;

/**
 * How to capture from a network interface.
 *
 * @param namespace network namespace of the interface: a name as {@code ip netns} shows it, or the path of a namespace file; null for
 *     this process's own
 * @param interfaceName as {@code ip link} shows it, or {@code any}
 * @param snapOctets most octets kept of a frame, 64 to 262144
 * @param promiscuous also take frames that are for other stations
 * @param bufferOctets kernel buffer, 1 MiB to 1 GiB; when it is full the kernel drops and counts
 * @param timeoutMs how long the kernel gathers frames before it hands them over, 1 to 10000
 * @param filter in the syntax of pcap-filter(7), null for none
 * @param returns whether an interface that goes down or away is waited for; else the capture ends with it
 */
public record LiveConfig(
        String namespace,
        String interfaceName,
        int snapOctets,
        boolean promiscuous,
        int bufferOctets,
        int timeoutMs,
        String filter,
        boolean returns) {

    private static final int MIB = 1024 * 1024;

    /** Least {@code bufferOctets}. */
    public static final int MIN_BUFFER_OCTETS = MIB;

    /** Checks the ranges. */
    public LiveConfig {
        Objects.requireNonNull(interfaceName, "interfaceName");
        check("snapOctets", snapOctets, 64, 262_144);
        check("bufferOctets", bufferOctets, MIN_BUFFER_OCTETS, 1024 * MIB);
        check("timeoutMs", timeoutMs, 1, 10_000);
    }

    /** An interface of this process's own namespace that is waited for when it goes away. */
    public LiveConfig(
            String interfaceName, int snapOctets, boolean promiscuous, int bufferOctets, int timeoutMs, String filter) {
        this(null, interfaceName, snapOctets, promiscuous, bufferOctets, timeoutMs, filter, true);
    }

    /** What users know the interface by, and observation points call it: {@code eth0}, {@code blue:eth0}. */
    public String name() {
        return namespace == null ? interfaceName : namespace + ":" + interfaceName;
    }

    /** Headers and the names in DNS, TLS and HTTP; a buffer for bursts; no filter. */
    public static LiveConfig defaults(String interfaceName) {
        return new LiveConfig(interfaceName, 2048, true, 64 * MIB, 100, null);
    }

    /** The same with another kernel buffer. */
    public LiveConfig withBufferOctets(int octets) {
        return new LiveConfig(namespace, interfaceName, snapOctets, promiscuous, octets, timeoutMs, filter, returns);
    }

    private static void check(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " is " + value + ", must be " + min + " to " + max);
        }
    }
}
