package io.weir.advisor.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** Of a host that sends nothing outside; nothing is to be added. */
    static final EgressVolumes NONE = new EgressVolumes();

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
        final List<Hour> hours = new ArrayList<>(1);
        private final List<Hour> hoursView = Collections.unmodifiableList(hours);

        /** Where it is written. */
        HostRows.NetworkRow row;

        Network(HostKey key) {
            this.key = key;
        }

        public HostKey key() {
            return key;
        }

        /** Hours with traffic, in no order. */
        public List<Hour> hours() {
            return hoursView;
        }

        /** An hour since the epoch, or null when it had no traffic. */
        public Hour hour(long number) {
            for (int i = hours.size() - 1; i >= 0; i--) {
                if (hours.get(i).hour == number) {
                    return hours.get(i);
                }
            }
            return null;
        }

        private Hour add(long number) {
            Hour added = new Hour(number);
            hours.add(added);
            if (hours.size() > HOURS) {
                hours.remove(Collections.min(hours, Comparator.comparingLong(Hour::hour)));
            }
            return added;
        }

        private long latest() {
            return hours.stream().mapToLong(Hour::hour).max().orElse(Long.MIN_VALUE);
        }
    }

    final Map<HostKey, Network> networks = new LinkedHashMap<>(4);

    /** Null until an hour is over. */
    UsualVolumes usual;

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
        Hour one = changed.hour(hour);
        if (one == null) {
            one = changed.add(hour);
        }
        one.octetsOut += out;
        one.octetsIn += seen.delta().octetsIn() * seen.samplingRate();
        addToUsual(hour, out);
    }

    private void addToUsual(long hour, long octets) {
        if (hour > currentHour) {
            if (currentHour != Long.MIN_VALUE) {
                if (usual == null) {
                    usual = new UsualVolumes();
                }
                usual.add(currentHour, current);
                isUsualChanged = true;
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
        return usual == null ? -1 : usual.octets(hour);
    }
}
