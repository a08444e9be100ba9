package io.weir.advisor.detection;

import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.ApplicationGlance;
import io.weir.advisor.host.Observation.DnsGlance;
import io.weir.advisor.host.Observation.FlowSpan;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.Outcome;
import io.weir.advisor.subnet.AddressBits;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import java.time.Duration;

/** One flow of a test's timeline, with valid defaults: an answered one of a few packets that begins at its time and takes a tenth of a second. */
record Act(
        String from,
        String to,
        int protocol,
        int port,
        FlowClass flowClass,
        Confidence confidence,
        Outcome outcome,
        long startMicros,
        long micros,
        Traffic traffic,
        ApplicationGlance application) {

    /** 2023-11-14, at the beginning of an hour. */
    static final long T0 = 1_700_000_000_000_000L - 1_700_000_000_000_000L % 3_600_000_000L;

    static Act of(String from, String to, int protocol, int port, FlowClass flowClass) {
        return new Act(
                from,
                to,
                protocol,
                port,
                flowClass,
                Confidence.high,
                Outcome.ANSWERED,
                T0,
                100_000,
                new Traffic(6, 600, 5, 1500),
                null);
    }

    static Act egress(String from, String to, int port) {
        return of(from, to, Observation.TCP, port, FlowClass.egress);
    }

    static Act internal(String from, String to, int port) {
        return of(from, to, Observation.TCP, port, FlowClass.internal);
    }

    static Act ingress(String from, String to, int port) {
        return of(from, to, Observation.TCP, port, FlowClass.ingress);
    }

    Act udp() {
        return protocol(Observation.UDP, port);
    }

    Act protocol(int ianaProtocol, int ofPort) {
        return new Act(
                from,
                to,
                ianaProtocol,
                ofPort,
                flowClass,
                confidence,
                outcome,
                startMicros,
                micros,
                traffic,
                application);
    }

    Act at(double seconds) {
        return new Act(
                from,
                to,
                protocol,
                port,
                flowClass,
                confidence,
                outcome,
                T0 + Math.round(seconds * 1e6),
                micros,
                traffic,
                application);
    }

    Act after(Duration duration) {
        return at(duration.toMillis() / 1e3);
    }

    Act lasting(Duration duration) {
        return new Act(
                from,
                to,
                protocol,
                port,
                flowClass,
                confidence,
                outcome,
                startMicros,
                duration.toMillis() * 1000,
                traffic,
                application);
    }

    Act traffic(long packetsOut, long octetsOut, long packetsIn, long octetsIn) {
        Traffic now = new Traffic(packetsOut, octetsOut, packetsIn, octetsIn);
        return new Act(from, to, protocol, port, flowClass, confidence, outcome, startMicros, micros, now, application);
    }

    Act outcome(Outcome is) {
        return new Act(from, to, protocol, port, flowClass, confidence, is, startMicros, micros, traffic, application);
    }

    Act unanswered() {
        return outcome(Outcome.UNANSWERED).traffic(1, 60, 0, 0);
    }

    Act confidence(Confidence is) {
        return new Act(from, to, protocol, port, flowClass, is, outcome, startMicros, micros, traffic, application);
    }

    Act showing(String name) {
        ApplicationGlance shown = new ApplicationGlance(name, true, null, null);
        return new Act(from, to, protocol, port, flowClass, confidence, outcome, startMicros, micros, traffic, shown);
    }

    Act asking(String name, int type, int code, long queries) {
        DnsGlance dns = new DnsGlance(name, type, code, queries, queries, code == 0 ? 0 : queries);
        ApplicationGlance shown = new ApplicationGlance("dns", true, null, dns);
        return new Act(from, to, protocol, port, flowClass, confidence, outcome, startMicros, micros, traffic, shown);
    }

    Observation seen() {
        long id = HostKey.mix(startMicros * 31 + to.hashCode() * 7L + port + protocol * 1_000_003L + from.hashCode());
        return new Observation(
                key(from),
                key(to),
                protocol,
                40_000,
                port,
                flowClass,
                confidence,
                outcome,
                1,
                "node1|eth0|pcap",
                new FlowSpan(id, HostKey.mix(id), startMicros, startMicros + micros, true),
                traffic,
                application);
    }

    static HostKey key(String address) {
        int slash = address.indexOf('/');
        AddressBits bits = new AddressBits();
        if (!bits.parse(slash < 0 ? address : address.substring(0, slash))) {
            throw new IllegalArgumentException(address);
        }
        return slash < 0
                ? HostKey.of(bits.high(), bits.low(), bits.isV6())
                : new HostKey(bits.high(), bits.low(), bits.isV6(), Integer.parseInt(address.substring(slash + 1)));
    }
}
