package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.RecentFlows;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Echo requests that carry data. An echo gives back what it got: answers of another length than their requests are no echo, whatever else they are. Without
 * answers only size and amount are left.
 */
public final class IcmpTunnel implements ContactDetection {

    /**
     * @param payload mean octets of data in a request: more than this
     * @param octets octets of both ways within an hour, or
     * @param packetsASecond packets a second of both ways
     * @param packets packets each way from which on it counts whether lengths differ
     * @param difference difference of the mean lengths of requests and replies, as a share
     */
    public record Settings(int payload, long octets, double packetsASecond, int packets, double difference) {

        /** 64 octets, 100 kB, 1 a second, 20 packets, 2 %. */
        public static Settings defaults() {
            return new Settings(64, 100_000, 1, 20, 0.02);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "icmp_tunnel",
            "Echo requests and replies that carry data",
            "ICMP gets out where TCP does not. Ping sends little, of one length, and gets back the same; large pings that measure a path are given back as they are.",
            List.of("T1095", "T1572"),
            Duration.ofMinutes(10),
            true);

    private static final int ECHO = 8;
    private static final int ECHO_V6 = 128;

    /** Headers of IP and ICMP. */
    private static final int HEADERS = 20 + 8;

    private static final int HEADERS_V6 = 40 + 8;
    private static final long HOUR_MICROS = 3_600_000_000L;
    private static final double SECOND_MICROS = 1_000_000;

    private final Settings settings;

    public IcmpTunnel(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return isEcho(contact.key()) && (Services.isEgress(contact) || Services.isInternal(contact));
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        for (Contact contact : changed.contacts()) {
            if (concerns(contact)) {
                FlowRange all = FlowRange.until(contact, untilMicros);
                if (!all.isEmpty()) {
                    // What is of one hour.
                    examine(host, FlowRange.between(contact, all.lastStartMicros() - HOUR_MICROS, untilMicros), found);
                }
            }
        }
    }

    private static boolean isEcho(Contact.Key to) {
        return (to.protocol() == Observation.ICMP && to.port() == ECHO)
                || (to.protocol() == Observation.ICMPV6 && to.port() == ECHO_V6);
    }

    private void examine(Host host, FlowRange range, Consumer<Verdict> found) {
        Contact.Key to = range.contact().key();
        Traffic traffic = range.traffic();
        if (traffic.packetsOut() < settings.packets()) {
            return;
        }
        int headers = to.protocol() == Observation.ICMP ? HEADERS : HEADERS_V6;
        double payload = (double) traffic.octetsOut() / traffic.packetsOut() - headers;
        double seconds = Math.max(1, (range.lastMicros() - range.firstMicros()) / SECOND_MICROS);
        // A flow that goes on for days says nothing about one hour but its mean.
        double anHour = traffic.octets() / Math.max(1, seconds * SECOND_MICROS / HOUR_MICROS);
        double rate = traffic.packets() / seconds;
        boolean isMuch = anHour > settings.octets() || rate > settings.packetsASecond();
        boolean isUnequal = isUnequal(range);
        boolean isUnanswered = traffic.packetsIn() == 0;
        if (payload <= settings.payload() || !isMuch || !(isUnequal || (isUnanswered && anHour > settings.octets()))) {
            return;
        }
        found.accept(range.tell(Verdict.of(to.toString()))
                .severity(isUnequal ? Severity.medium : Severity.low)
                .title(host.key() + " carries data by ping with " + to.peer())
                .description(String.format(
                        Locale.ROOT,
                        "%d requests with %.0f octets of data on average, %d replies%s.",
                        traffic.packetsOut(),
                        payload,
                        traffic.packetsIn(),
                        isUnequal ? " of other lengths than the requests" : ""))
                .measured("meanPayload", Math.rint(payload), settings.payload(), "octets")
                .measured("octets", Math.rint(anHour), (double) settings.octets(), "octets/h")
                .measured("packetsASecond", Math.round(rate * 100) / 100.0, settings.packetsASecond(), "packets/s")
                .initiator(host.key())
                .responder(to.peer())
                .service(to.protocol(), to.port())
                .magnitude(traffic.octets()));
    }

    /** In some flow, the mean lengths of both ways differ. Each for itself: over several, differences may cancel out. */
    private boolean isUnequal(FlowRange range) {
        RecentFlows flows = range.flows();
        for (int i = range.from(); i < range.to(); i++) {
            int out = flows.packetsOut(i);
            int in = flows.packetsIn(i);
            // Counts of packets that are cut off have no mean.
            boolean isCounted = out < RecentFlows.MAX_PACKETS && in < RecentFlows.MAX_PACKETS;
            if (isCounted && out >= settings.packets() && in >= settings.packets()) {
                double asked = (double) flows.octetsOut(i) / out;
                double given = (double) flows.octetsIn(i) / in;
                if (Math.abs(given - asked) > settings.difference() * asked) {
                    return true;
                }
            }
        }
        return false;
    }
}
