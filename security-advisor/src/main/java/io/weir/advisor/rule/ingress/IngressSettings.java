package io.weir.advisor.rule.ingress;

import io.weir.advisor.allow.AllowList;
import java.time.Duration;

/**
 * @param sources which initiators have part in one episode together
 * @param allowList what is permitted
 * @param scope which flows make one episode together
 * @param idle an episode ends after this much event time without traffic
 * @param lateness flows may come this much event time after later ones and still find their episode
 * @param maxOpenEpisodes most open episodes; at the cap the one that is quiet for the longest is closed early
 * @param maxEpisodesOfService most open episodes of one service with which the outside got no answer; initiators beyond have part in one episode together. Of
 *     those who got an answer, {@value #ANSWERED_SHARE} times as many
 * @param silentFlushes an observation point that reports nothing during so many calls of {@link IngressRule#flush} is taken as gone
 */
public record IngressSettings(
        SourcePrefixes sources,
        AllowList allowList,
        EpisodeScope scope,
        Duration idle,
        Duration lateness,
        int maxOpenEpisodes,
        int maxEpisodesOfService,
        int silentFlushes) {

    /** Forged addresses get no answer, and must not hide those who do. */
    static final int ANSWERED_SHARE = 4;

    long idleMicros() {
        return idle.toMillis() * 1000;
    }

    long latenessMicros() {
        return lateness.toMillis() * 1000;
    }
}
