package io.weir.advisor.host;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many octets a host sent to networks outside of the cluster (/24, /48), by hour of event time, for the latest {@value #HOURS} hours with traffic
 * of each, at most {@value #MAX_NETWORKS} networks; and what it usually sends in that hour of the day. Seen at several observation points: counted at
 * the first one that reported the host.
 */
public final class EgressVolumes {

    /** Hours kept of each network. */
    public static final int HOURS = 25;

    /** Networks kept; beyond, the one that was quiet longest makes room. */
    public static final int MAX_NETWORKS = 256;

    private static final int HOURS_A_DAY = 24;

    /** Weight of the latest day in what is usual: seven days count as much as all before. */
    private static final double LATEST_WEIGHT = 2.0 / (7 + 1);

    /** Octets of one network in one hour. */
    public static final class Hour {

        final long hour;
        long octetsOut;
        long octetsIn;

        Hour(long hour) {
            this.hour = hour;
        }

        /** Hours since the epoch. */
        public long hour() {
            return hour;
        }

        /** Epoch microseconds. */
        public long startMicros() {
            return hour * DomainView.HOUR_MICROS;
        }

        /** Last microsecond. */
        public long endMicros() {
            return startMicros() + DomainView.HOUR_MICROS - 1;
        }

        /** Sent to the network, scaled by the sampling rate. */
        public long octetsOut() {
            return octetsOut;
        }

        /** Received from it, scaled by the sampling rate. */
        public long octetsIn() {
            return octetsIn;
        }
    }

    /** What was sent to one network. */
    public static final class Network {

        private final HostKey key;
        final Map<Long, Hour> hours = new LinkedHashMap<>(2);

        /** Where it is written. */
        HostRows.NetworkRow row;

        Network(HostKey key) {
            this.key = key;
        }

        public HostKey key() {
            return key;
        }

        /** Hours with traffic, by hour since the epoch, in no order. */
        public Map<Long, Hour> hours() {
            return hours;
        }

        private long latest() {
            return hours.keySet().stream().mapToLong(Long::longValue).max().orElse(Long.MIN_VALUE);
        }
    }

    final Map<HostKey, Network> networks = new LinkedHashMap<>(4);

    /** By hour of the day; negative where there was none yet. */
    final double[] usual = new double[HOURS_A_DAY];

    /** As {@link #usual} was before its latest hour, by which that hour itself is to be judged. */
    final double[] usualBefore = new double[HOURS_A_DAY];

    /** The latest hour that went into {@link #usual}. */
    final long[] usualUpTo = new long[HOURS_A_DAY];

    /** The hour that {@link #current} counts. */
    long currentHour = Long.MIN_VALUE;

    long current;
    String point;

    /** The network of the latest observation; null when it has been taken. */
    Network changed;

    /** A network that made room for it, or null. */
    Network gone;

    /** Another hour has begun. */
    boolean isUsualChanged;

    /** Where what changes often is written. */
    HostRows.VolumesRow row;

    /** Where what is usual is written. */
    HostRows.UsualRow usualRow;

    EgressVolumes() {
        Arrays.fill(usual, -1);
        Arrays.fill(usualBefore, -1);
        Arrays.fill(usualUpTo, Long.MIN_VALUE);
    }

    void add(Observation seen) {
        if (point == null) {
            point = seen.point();
        }
        if (!point.equals(seen.point())) {
            return;
        }
        long out = seen.delta().octetsOut() * seen.samplingRate();
        long hour = Math.floorDiv(seen.flow().endMicros(), DomainView.HOUR_MICROS);
        HostKey network = seen.responder().network();
        changed = networks.get(network);
        if (changed == null) {
            changed = new Network(network);
            networks.put(network, changed);
            makeRoom();
        }
        Map<Long, Hour> hours = changed.hours;
        Hour one = hours.computeIfAbsent(hour, Hour::new);
        one.octetsOut += out;
        one.octetsIn += seen.delta().octetsIn() * seen.samplingRate();
        if (hours.size() > HOURS) {
            hours.remove(hours.keySet().stream().min(Long::compare).orElseThrow());
        }
        addToUsual(hour, out);
    }

    private void addToUsual(long hour, long octets) {
        if (hour > currentHour) {
            if (currentHour != Long.MIN_VALUE) {
                int at = (int) Math.floorMod(currentHour, (long) HOURS_A_DAY);
                usualBefore[at] = usual[at];
                usualUpTo[at] = currentHour;
                isUsualChanged = true;
                usual[at] = usual[at] < 0 ? current : usual[at] + LATEST_WEIGHT * (current - usual[at]);
            }
            currentHour = hour;
            current = 0;
        }
        if (hour == currentHour) {
            current += octets;
        }
    }

    private void makeRoom() {
        if (networks.size() > MAX_NETWORKS) {
            // The new one has no hour yet, and stays.
            gone = networks.values().stream()
                    .filter(one -> one != changed)
                    .min(Comparator.comparingLong(Network::latest))
                    .orElseThrow();
            networks.remove(gone.key);
        }
    }

    /** Networks outside, in no order. */
    public Collection<Network> networks() {
        return networks.values();
    }

    /**
     * Octets that the host sent outside in that hour of the day before, as a mean that favours the latest week; -1 when that hour of the day was never
     * seen before. The hour itself, and later ones, do not count.
     *
     * @param hour since the epoch
     */
    public double usualOctets(long hour) {
        int at = (int) Math.floorMod(hour, (long) HOURS_A_DAY);
        return hour <= usualUpTo[at] ? usualBefore[at] : usual[at];
    }
}
