package io.weir.advisor.detection;

import io.weir.advisor.host.Host;
import java.util.function.Consumer;

/**
 * A rule. It has no state and no clock: what it says depends on the evidence only, so that the order in which the evidence came does not matter,
 * and a replay says the same.
 */
public interface Detection {

    /** What the rule is. */
    DetectionFacts facts();

    /**
     * Looks at a host and says what it finds, each time anew: the same episode gives a verdict of the same scope, with the numbers of now.
     *
     * @param host what is remembered of it, contacts with several thousand flows at most
     * @param untilMicros what began later is to be left out, epoch microseconds: {@link Long#MAX_VALUE}, or for a rule that {@linkplain
     *     DetectionFacts#isPatient waits} up to when the evidence is complete
     * @param found takes each verdict
     */
    void examine(Host host, long untilMicros, Consumer<Verdict> found);
}
