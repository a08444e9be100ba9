package io.weir.advisor;

import io.weir.advisor.allow.AllowList;
import io.weir.advisor.detection.Detections;
import io.weir.advisor.risk.RiskSettings;
import io.weir.advisor.rule.ingress.EpisodeScope;
import io.weir.advisor.rule.ingress.IngressRule;
import io.weir.advisor.rule.ingress.IngressSettings;
import io.weir.advisor.rule.ingress.SourcePrefixes;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.ClusterSet;
import io.weir.advisor.subnet.Subnets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * @param clusterPrefixes what lies inside, beside the subnets topic; as {@link Cidr#parse} reads it
 * @param clusterSets prefixes with kind, name and the time in which they hold
 * @param allowList what is permitted, of ingress and of detections
 * @param sourcePrefixes which initiators have part in one finding together
 * @param episodeScope which flows make one finding together
 * @param episodeIdle an episode of ingress ends after this much event time without traffic
 * @param lateness flows may come this much event time after later ones and still find their episode
 * @param flushInterval wall-clock time between two looks for findings to tell; bounds the delay of a finding
 * @param maxOpenEpisodes most open episodes in a task; at the cap the quietest is closed early
 * @param maxSubnets most prefixes taken from the subnets topic
 * @param detections what the detections may remember, and which are off
 * @param risks how long and of how many entities risks are kept
 */
public record AdvisorConfig(
        List<String> clusterPrefixes,
        List<ClusterSet> clusterSets,
        AllowList allowList,
        SourcePrefixes sourcePrefixes,
        EpisodeScope episodeScope,
        Duration episodeIdle,
        Duration lateness,
        Duration flushInterval,
        int maxOpenEpisodes,
        int maxSubnets,
        DetectionConfig detections,
        RiskSettings risks) {

    /** More initiators than an analyst reads of; a flood from forged addresses brings as many as there are packets. */
    private static final int MAX_EPISODES_OF_SERVICE = 64;

    /** Most configured sets, for the time that it takes to build their table. */
    private static final int MAX_CLUSTER_SETS = 100_000;

    /** @throws IllegalArgumentException that lists everything that is wrong, one mistake a line */
    public AdvisorConfig {
        clusterPrefixes = List.copyOf(clusterPrefixes);
        clusterSets = List.copyOf(clusterSets);
        List<String> problems = new ArrayList<>(Subnets.problemsOf(clusterSets));
        if (clusterSets.size() > MAX_CLUSTER_SETS) {
            problems.add("there are " + clusterSets.size() + " cluster sets: there may be " + MAX_CLUSTER_SETS);
        }
        for (String prefix : clusterPrefixes) {
            try {
                Cidr.parse(prefix);
            } catch (IllegalArgumentException e) {
                problems.add("cluster prefix " + e.getMessage());
            }
        }
        within(problems, "source prefix of IPv4", sourcePrefixes.v4Length(), 32);
        within(problems, "source prefix of IPv6", sourcePrefixes.v6Length(), 128);
        atLeast(problems, "episode idle time", episodeIdle, Duration.ofSeconds(1));
        atLeast(problems, "lateness", lateness, Duration.ZERO);
        atLeast(problems, "flush interval", flushInterval, Duration.ofMillis(10));
        atLeast(problems, "cap of open episodes", maxOpenEpisodes);
        atLeast(problems, "cap of subnets", maxSubnets);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** No cluster prefix, no permission, initiators by network, five minutes idle, one minute late, told within a fifth of a second, 100,000 episodes, 100,000 subnets; risks as {@link RiskSettings#defaults}. */
    public static AdvisorConfig defaults() {
        return new AdvisorConfig(
                List.of(),
                List.of(),
                AllowList.NONE,
                SourcePrefixes.NETWORKS,
                EpisodeScope.CLUSTER,
                Duration.ofMinutes(5),
                Duration.ofMinutes(1),
                Duration.ofMillis(200),
                100_000,
                100_000,
                DetectionConfig.defaults(),
                RiskSettings.defaults());
    }

    /** The same with other cluster prefixes. */
    public AdvisorConfig withClusterPrefixes(List<String> prefixes) {
        return new AdvisorConfig(
                prefixes,
                clusterSets,
                allowList,
                sourcePrefixes,
                episodeScope,
                episodeIdle,
                lateness,
                flushInterval,
                maxOpenEpisodes,
                maxSubnets,
                detections,
                risks);
    }

    /** The same with other sets. */
    public AdvisorConfig withClusterSets(List<ClusterSet> sets) {
        return new AdvisorConfig(
                clusterPrefixes,
                sets,
                allowList,
                sourcePrefixes,
                episodeScope,
                episodeIdle,
                lateness,
                flushInterval,
                maxOpenEpisodes,
                maxSubnets,
                detections,
                risks);
    }

    /** The same with another allow-list. */
    public AdvisorConfig withAllowList(AllowList list) {
        return new AdvisorConfig(
                clusterPrefixes,
                clusterSets,
                list,
                sourcePrefixes,
                episodeScope,
                episodeIdle,
                lateness,
                flushInterval,
                maxOpenEpisodes,
                maxSubnets,
                detections,
                risks);
    }

    /** The same with initiators grouped otherwise. */
    public AdvisorConfig withSourcePrefixes(SourcePrefixes sources) {
        return new AdvisorConfig(
                clusterPrefixes,
                clusterSets,
                allowList,
                sources,
                episodeScope,
                episodeIdle,
                lateness,
                flushInterval,
                maxOpenEpisodes,
                maxSubnets,
                detections,
                risks);
    }

    /** The same with another scope. */
    public AdvisorConfig withEpisodeScope(EpisodeScope scope) {
        return new AdvisorConfig(
                clusterPrefixes,
                clusterSets,
                allowList,
                sourcePrefixes,
                scope,
                episodeIdle,
                lateness,
                flushInterval,
                maxOpenEpisodes,
                maxSubnets,
                detections,
                risks);
    }

    /** The same with another time between two looks for findings to tell. */
    public AdvisorConfig withFlushInterval(Duration interval) {
        return new AdvisorConfig(
                clusterPrefixes,
                clusterSets,
                allowList,
                sourcePrefixes,
                episodeScope,
                episodeIdle,
                lateness,
                interval,
                maxOpenEpisodes,
                maxSubnets,
                detections,
                risks);
    }

    /** The same with other detections. */
    public AdvisorConfig withDetections(DetectionConfig others) {
        return new AdvisorConfig(
                clusterPrefixes,
                clusterSets,
                allowList,
                sourcePrefixes,
                episodeScope,
                episodeIdle,
                lateness,
                flushInterval,
                maxOpenEpisodes,
                maxSubnets,
                others,
                risks);
    }

    /** The same with other risks. */
    public AdvisorConfig withRisks(RiskSettings others) {
        return new AdvisorConfig(
                clusterPrefixes,
                clusterSets,
                allowList,
                sourcePrefixes,
                episodeScope,
                episodeIdle,
                lateness,
                flushInterval,
                maxOpenEpisodes,
                maxSubnets,
                detections,
                others);
    }

    /** Ids of all rules, those that are switched off among them. */
    public static Set<String> rules() {
        Set<String> ids = new TreeSet<>(Detections.ids());
        ids.add(IngressRule.ID);
        return ids;
    }

    List<Cidr> clusterCidrs() {
        return clusterPrefixes.stream().map(Cidr::parse).toList();
    }

    /** An observation point that reports nothing for as long as an episode lives at most is taken as gone. */
    IngressSettings ingressSettings() {
        long silentFlushes = episodeIdle.plus(lateness).toMillis() / flushInterval.toMillis() + 1;
        return new IngressSettings(
                sourcePrefixes,
                allowList,
                episodeScope,
                episodeIdle,
                lateness,
                maxOpenEpisodes,
                MAX_EPISODES_OF_SERVICE,
                (int) Math.min(silentFlushes, Integer.MAX_VALUE));
    }

    private static void atLeast(List<String> problems, String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            problems.add(name + " is " + value.toMillis() + " ms: it must be at least " + least.toMillis() + " ms");
        }
    }

    private static void within(List<String> problems, String name, int bits, int most) {
        if (bits < 0 || bits > most) {
            problems.add(name + " has " + bits + " bits: it must have 0 to " + most);
        }
    }

    private static void atLeast(List<String> problems, String name, int value) {
        if (value < 1) {
            problems.add(name + " is " + value + ": it must be at least 1");
        }
    }
}
