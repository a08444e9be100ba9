package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.ServedPort;
import java.util.function.Consumer;

/**
 * A rule. It has no state and no clock: what it says depends on the evidence only, so that the order in which the evidence came does not matter,
 * and a replay says the same.
 */
public interface Detection {

    /** What the rule is. */
    DetectionFacts facts();

    /**
     * True when what came for a contact may change what the rule says of the host that began it. Asked for each contact that changed, so it has to be cheap; where
     * nothing concerns a rule, it does not look.
     */
    default boolean concerns(Contact contact) {
        return true;
    }

    /** True when what came for a service may change what the rule says of the host that serves it. */
    default boolean concerns(ServedPort service) {
        return true;
    }

    /**
     * Looks at a host and says what it finds, each time anew: the same episode gives a verdict of the same scope, with the numbers of now.
     *
     * @param host what is remembered of it, contacts with several thousand flows at most
     * @param changed what came since the rule last looked at the host: a rule that judges each contact by itself looks at no other
     * @param untilMicros what began later is to be left out, epoch microseconds: {@link Long#MAX_VALUE}, or for a rule that {@linkplain
     *     DetectionFacts#isPatient waits} up to when the evidence is complete
     * @param found takes each verdict
     */
    void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found);
}
