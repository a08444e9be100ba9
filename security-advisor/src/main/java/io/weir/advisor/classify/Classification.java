package io.weir.advisor.classify;

import io.weir.advisor.subnet.SubnetMatch;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;

/**
 * Where a flow began and ended, seen from the cluster, and why.
 *
 * @param flowClass {@code unknown} when an end has no readable IP address
 * @param initiator prefix that decided about the initiator; null when its address is not readable
 * @param responder prefix that decided about the responder; null when its address is not readable
 * @param confidence how sure it is who began
 */
public record Classification(FlowClass flowClass, SubnetMatch initiator, SubnetMatch responder, Confidence confidence) {

    /** The prefixes that decided, in one line: {@code initiator in no cluster prefix, responder in 10.42.0.0/16 (pod)}. */
    public String reason() {
        return "initiator " + in(initiator) + ", responder " + in(responder);
    }

    private static String in(SubnetMatch match) {
        return match == null ? "without a readable IP address" : "in " + match.label();
    }
}
