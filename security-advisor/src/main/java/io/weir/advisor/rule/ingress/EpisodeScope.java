package io.weir.advisor.rule.ingress;

/** Which flows make one episode together. */
public enum EpisodeScope {
    /** Flows of all observation points: one connection seen at three places is one finding. */
    CLUSTER,
    /** Flows of each observation point for themselves, for inputs that have nothing to do with each other. */
    OBSERVATION_POINT
}
