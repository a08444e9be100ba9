package io.weir.advisor;

import io.weir.advisor.rule.ingress.EpisodeScope;
import io.weir.advisor.rule.ingress.IngressSettings;
import io.weir.advisor.subnet.Cidr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * @param clusterPrefixes what lies inside, beside the subnets topic; as {@link Cidr#parse} reads it
 * @param episodeScope which flows make one finding together
 * @param episodeIdle an episode of ingress ends after this much event time without traffic
 * @param lateness flows may come this much event time after later ones and still find their episode
 * @param flushInterval wall-clock time between two looks for findings to tell; bounds the delay of a finding
 * @param maxOpenEpisodes most open episodes in a task; at the cap the quietest is closed early
 * @param maxSubnets most prefixes taken from the subnets topic
 * @param detections what the detections may remember, and which are off
 */
public record AdvisorConfig(
        List<String> clusterPrefixes,
        EpisodeScope episodeScope,
        Duration episodeIdle,
        Duration lateness,
        Duration flushInterval,
        int maxOpenEpisodes,
        int maxSubnets,
        DetectionConfig detections) {

    /** @throws IllegalArgumentException that lists everything that is wrong, one mistake a line */
    public AdvisorConfig {
        clusterPrefixes = List.copyOf(clusterPrefixes);
        List<String> problems = new ArrayList<>();
        for (String prefix : clusterPrefixes) {
            try {
                Cidr.parse(prefix);
            } catch (IllegalArgumentException e) {
                problems.add("cluster prefix " + e.getMessage());
            }
        }
        atLeast(problems, "episode idle time", episodeIdle, Duration.ofSeconds(1));
        atLeast(problems, "lateness", lateness, Duration.ZERO);
        atLeast(problems, "flush interval", flushInterval, Duration.ofMillis(10));
        atLeast(problems, "cap of open episodes", maxOpenEpisodes);
        atLeast(problems, "cap of subnets", maxSubnets);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** No cluster prefix, five minutes idle, one minute late, told within a fifth of a second, 100,000 episodes, 100,000 subnets. */
    public static AdvisorConfig defaults() {
        return new AdvisorConfig(
                List.of(),
                EpisodeScope.CLUSTER,
                Duration.ofMinutes(5),
                Duration.ofMinutes(1),
                Duration.ofMillis(200),
                100_000,
                100_000,
                DetectionConfig.defaults());
    }

    /** The same with other cluster prefixes. */
    public AdvisorConfig withClusterPrefixes(List<String> prefixes) {
        return new AdvisorConfig(
                prefixes, episodeScope, episodeIdle, lateness, flushInterval, maxOpenEpisodes, maxSubnets, detections);
    }

    /** The same with another scope. */
    public AdvisorConfig withEpisodeScope(EpisodeScope scope) {
        return new AdvisorConfig(
                clusterPrefixes, scope, episodeIdle, lateness, flushInterval, maxOpenEpisodes, maxSubnets, detections);
    }

    /** The same with another time between two looks for findings to tell. */
    public AdvisorConfig withFlushInterval(Duration interval) {
        return new AdvisorConfig(
                clusterPrefixes,
                episodeScope,
                episodeIdle,
                lateness,
                interval,
                maxOpenEpisodes,
                maxSubnets,
                detections);
    }

    List<Cidr> clusterCidrs() {
        return clusterPrefixes.stream().map(Cidr::parse).toList();
    }

    /** An observation point that reports nothing for as long as an episode lives at most is taken as gone. */
    IngressSettings ingressSettings() {
        long silentFlushes = episodeIdle.plus(lateness).toMillis() / flushInterval.toMillis() + 1;
        return new IngressSettings(
                episodeScope, episodeIdle, lateness, maxOpenEpisodes, (int) Math.min(silentFlushes, Integer.MAX_VALUE));
    }

    private static void atLeast(List<String> problems, String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            problems.add(name + " is " + value.toMillis() + " ms: it must be at least " + least.toMillis() + " ms");
        }
    }

    private static void atLeast(List<String> problems, String name, int value) {
        if (value < 1) {
            problems.add(name + " is " + value + ": it must be at least 1");
        }
    }
}
