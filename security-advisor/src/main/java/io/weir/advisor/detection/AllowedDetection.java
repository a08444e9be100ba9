package io.weir.advisor.detection;

import io.weir.advisor.allow.AllowEntry;
import io.weir.advisor.allow.AllowList;
import io.weir.advisor.allow.AllowQuery;
import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostKey;
import io.weir.advisor.subnet.AddressBits;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.SubnetMatch;
import io.weir.advisor.subnet.Subnets;
import java.util.List;
import java.util.function.Consumer;

/**
 * A rule whose verdicts are held against the allow-list before anybody hears of them. What is permitted is found and counted as before, and is informational.
 *
 * <p>A verdict counts at the time of its latest packet: once that lies behind the end of the entry, it is no longer permitted, with all of its evidence.
 */
public final class AllowedDetection implements Detection {

    private final Detection detection;
    private final AllowList allowList;
    private final Subnets subnets;

    private AllowedDetection(Detection detection, AllowList allowList, Subnets subnets) {
        this.detection = detection;
        this.allowList = allowList;
        this.subnets = subnets;
    }

    /**
     * The rules, with what is permitted told as such.
     *
     * @param subnets names the sets that hold responders
     */
    public static List<Detection> of(List<Detection> detections, AllowList allowList, Subnets subnets) {
        return allowList.isEmpty()
                ? detections
                : detections.stream()
                        .<Detection>map(one -> new AllowedDetection(one, allowList, subnets))
                        .toList();
    }

    @Override
    public DetectionFacts facts() {
        return detection.facts();
    }

    @Override
    public void examine(Host host, Changes changes, long untilMicros, Consumer<Verdict> found) {
        detection.examine(host, changes, untilMicros, verdict -> {
            AllowEntry entry = allowList.find(queryOf(verdict));
            found.accept(entry == null ? verdict : verdict.allowedBy(entry));
        });
    }

    private AllowQuery queryOf(Verdict verdict) {
        long eventTimeMs = Math.floorDiv(verdict.lastMicros, 1000);
        return new AllowQuery(
                detection.facts().id(),
                rangeOf(verdict.initiator),
                rangeOf(verdict.responder),
                setOf(verdict.responder, eventTimeMs),
                verdict.protocol,
                verdict.port,
                eventTimeMs);
    }

    private static Cidr rangeOf(HostKey host) {
        return host == null ? null : Cidr.masked(host.high(), host.low(), host.prefixLength(), host.v6());
    }

    /** A network may be in several sets, so that it is in none. */
    private SubnetMatch setOf(HostKey host, long eventTimeMs) {
        AddressBits address = new AddressBits();
        return host != null && host.isAddress() && address.parse(host.toString())
                ? subnets.lookup(address, eventTimeMs)
                : null;
    }
}
