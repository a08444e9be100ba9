package io.weir.advisor.subnet;

import io.weir.schemas.SubnetKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which prefix decides about an address at an event time. Thread-safe: one writer, many readers.
 *
 * <p>Four sources, the longest prefix wins among all of them; for the same prefix the later one in this list wins:
 *
 * <ol>
 *   <li>ranges that standards set aside: loopback, link-local and "this network" count as inside, because nothing beyond a router can
 *       use them; multicast and limited broadcast are groups;
 *   <li>configured cluster prefixes, valid always;
 *   <li>configured sets, each valid in its own time;
 *   <li>records of the subnets topic, each valid from its {@code validFrom} on. A record takes the word over from its time on, also
 *       from earlier records that begin later; a tombstone gives it back to the configuration, or to the next shorter prefix.
 * </ol>
 *
 * <p>A compacted topic keeps the last record of each prefix only: after a restart the earlier versions may be gone, and flows older
 * than the last version's {@code validFrom} are then judged without them.
 *
 * <p>Bounds: {@code maxSubnets} prefixes of the topic, beyond which new ones are refused; {@value #MAX_VERSIONS} versions of each
 * prefix, beyond which the oldest is forgotten.
 */
public final class Subnets {

    /** Versions kept for each prefix. */
    public static final int MAX_VERSIONS = 64;

    private static final long ALWAYS = Long.MIN_VALUE;

    private static final List<SubnetMatch> SPECIAL = List.of(
            SubnetMatch.special("0.0.0.0/8", SubClass.THIS_NETWORK, Place.INSIDE),
            SubnetMatch.special("127.0.0.0/8", SubClass.LOOPBACK, Place.INSIDE),
            SubnetMatch.special("169.254.0.0/16", SubClass.LINK_LOCAL, Place.INSIDE),
            SubnetMatch.special("224.0.0.0/4", SubClass.MULTICAST, Place.GROUP),
            SubnetMatch.special("255.255.255.255/32", SubClass.BROADCAST, Place.GROUP),
            SubnetMatch.special("::/128", SubClass.UNSPECIFIED, Place.INSIDE),
            SubnetMatch.special("::1/128", SubClass.LOOPBACK, Place.INSIDE),
            SubnetMatch.special("fe80::/10", SubClass.LINK_LOCAL, Place.INSIDE),
            SubnetMatch.special("ff00::/8", SubClass.MULTICAST, Place.GROUP));

    private final int maxSubnets;
    private final Map<Cidr, SubnetMatch> fixed = new HashMap<>();
    private final Map<Cidr, Versions> configured = new HashMap<>();
    private final Map<Cidr, Versions> versions = new HashMap<>();
    /** Null after a change, until the next look-up builds it: a thousand changes in a row cost one build. */
    private volatile PrefixTable<Range> table;

    /**
     * @param clusterPrefixes configured, valid always
     * @param maxSubnets most prefixes taken from the topic
     */
    public Subnets(List<Cidr> clusterPrefixes, int maxSubnets) {
        this(clusterPrefixes, List.of(), maxSubnets);
    }

    /**
     * @param clusterPrefixes configured, valid always
     * @param sets configured; those of one prefix do not overlap in time
     * @param maxSubnets most prefixes taken from the topic
     */
    public Subnets(List<Cidr> clusterPrefixes, List<ClusterSet> sets, int maxSubnets) {
        this.maxSubnets = maxSubnets;
        for (SubnetMatch special : SPECIAL) {
            fixed.put(special.prefix(), special);
        }
        for (Cidr prefix : clusterPrefixes) {
            fixed.put(prefix, SubnetMatch.of(prefix, SubnetKind.cluster, null));
        }
        List<ClusterSet> ordered = new ArrayList<>(new LinkedHashSet<>(sets));
        ordered.sort(Comparator.comparingLong(ClusterSet::fromMs));
        for (ClusterSet set : ordered) {
            Versions own = configured.computeIfAbsent(set.prefix(), ignored -> new Versions());
            own.list.removeIf(version -> version.fromMs == set.fromMs());
            own.list.add(new Version(set.fromMs(), set.match()));
            if (set.untilMs() != Long.MAX_VALUE) {
                own.list.add(new Version(set.untilMs(), null));
            }
        }
    }

    /** What is wrong with these sets together, one sentence each; empty when nothing is. */
    public static List<String> problemsOf(List<ClusterSet> sets) {
        Map<Cidr, List<ClusterSet>> byPrefix = new LinkedHashMap<>();
        sets.forEach(set -> byPrefix.computeIfAbsent(set.prefix(), ignored -> new ArrayList<>())
                .add(set));
        List<String> problems = new ArrayList<>();
        byPrefix.values().forEach(ofOne -> {
            ofOne.sort(Comparator.comparingLong(ClusterSet::fromMs));
            for (int i = 0; i + 1 < ofOne.size(); i++) {
                if (ofOne.get(i).overlaps(ofOne.get(i + 1)) && !ofOne.get(i).equals(ofOne.get(i + 1))) {
                    problems.add("cluster sets " + ofOne.get(i) + " and " + ofOne.get(i + 1)
                            + " say two things of one prefix at the same time: let one end when the other begins");
                }
            }
        });
        return problems;
    }

    /**
     * Says what a prefix is from a time on.
     *
     * @param validFromMs event time, epoch milliseconds; 0 or less = always
     * @throws IllegalArgumentException when the cap is reached, naming it
     */
    public synchronized void put(Cidr prefix, SubnetKind kind, String name, long validFromMs) {
        Versions own = versions.get(prefix);
        if (own == null) {
            if (versions.size() >= maxSubnets) {
                throw new IllegalArgumentException("the table is full with " + maxSubnets
                        + " prefixes: raise the cap of subnets, or take away what is not needed");
            }
            own = new Versions();
            versions.put(prefix, own);
        }
        own.add(validFromMs <= 0 ? ALWAYS : validFromMs, SubnetMatch.of(prefix, kind, name));
        table = null;
    }

    /**
     * Takes back what the topic said about a prefix, from a time on.
     *
     * @param atMs event time, epoch milliseconds
     */
    public synchronized void end(Cidr prefix, long atMs) {
        Versions own = versions.get(prefix);
        if (own == null) {
            return;
        }
        own.add(atMs, null);
        if (own.isEmpty()) {
            versions.remove(prefix);
        }
        table = null;
    }

    /**
     * The prefix that decides.
     *
     * @param eventTimeMs epoch milliseconds
     * @return {@link SubnetMatch#NONE} when none holds the address
     */
    public SubnetMatch lookup(AddressBits address, long eventTimeMs) {
        PrefixTable<Range> current = table;
        if (current == null) {
            current = rebuild();
        }
        Range range = current.lookup(address.high(), address.low(), address.isV6());
        while (range != null) {
            SubnetMatch match = range.at(eventTimeMs);
            if (match != null) {
                return match;
            }
            range = range.shorter;
        }
        return SubnetMatch.NONE;
    }

    private synchronized PrefixTable<Range> rebuild() {
        PrefixTable<Range> current = table;
        if (current != null) {
            return current;
        }
        Map<Cidr, Range> ranges = new HashMap<>();
        Set<Cidr> prefixes = new HashSet<>(fixed.keySet());
        prefixes.addAll(configured.keySet());
        prefixes.addAll(versions.keySet());
        for (Cidr prefix : prefixes) {
            ranges.put(
                    prefix,
                    new Range(
                            fixed.get(prefix),
                            configured.getOrDefault(prefix, Versions.NONE),
                            versions.getOrDefault(prefix, Versions.NONE)));
        }
        linkShorter(ranges);
        current = PrefixTable.of(ranges);
        table = current;
        return current;
    }

    private static void linkShorter(Map<Cidr, Range> ranges) {
        TreeSet<Integer> lengths = new TreeSet<>();
        ranges.keySet().forEach(prefix -> lengths.add(prefix.length()));
        ranges.forEach((prefix, range) -> {
            for (int length : lengths.headSet(prefix.length(), false).descendingSet()) {
                Range shorter = ranges.get(Cidr.masked(prefix.high(), prefix.low(), length, prefix.v6()));
                if (shorter != null) {
                    range.shorter = shorter;
                    break;
                }
            }
        });
    }

    /** What holds for one prefix at which time. Immutable once the table is built. */
    private static final class Range {
        private final SubnetMatch always;
        private final Timeline configured;
        private final Timeline learnt;
        private Range shorter;

        Range(SubnetMatch always, Versions configured, Versions learnt) {
            this.always = always;
            this.configured = new Timeline(configured);
            this.learnt = new Timeline(learnt);
        }

        SubnetMatch at(long eventTimeMs) {
            SubnetMatch match = learnt.at(eventTimeMs);
            match = match == null ? configured.at(eventTimeMs) : match;
            return match == null ? always : match;
        }
    }

    /** Which word holds when. */
    private static final class Timeline {
        private final long[] from;
        private final SubnetMatch[] what;

        Timeline(Versions versions) {
            this.from = versions.list.stream().mapToLong(Version::fromMs).toArray();
            this.what = versions.list.stream().map(Version::what).toArray(SubnetMatch[]::new);
        }

        /** Null where nothing is said at that time. */
        SubnetMatch at(long eventTimeMs) {
            for (int i = from.length - 1; i >= 0; i--) {
                if (from[i] <= eventTimeMs) {
                    return what[i];
                }
            }
            return null;
        }
    }

    private record Version(long fromMs, SubnetMatch what) {}

    /** Ascending by time. */
    private static final class Versions {
        private static final Versions NONE = new Versions();

        private final List<Version> list = new ArrayList<>(1);

        void add(long fromMs, SubnetMatch what) {
            list.removeIf(version -> version.fromMs >= fromMs);
            if (what != null || !list.isEmpty()) {
                list.add(new Version(fromMs, what));
            }
            if (list.size() > MAX_VERSIONS) {
                list.remove(0);
            }
        }

        boolean isEmpty() {
            return list.isEmpty();
        }
    }
}
