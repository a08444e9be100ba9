package io.weir.advisor.classify;

import io.weir.advisor.subnet.SubClass;
import io.weir.advisor.subnet.SubnetMatch;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a flow began and ended, seen from the cluster, and why.
 *
 * @param flowClass {@code unknown} when an end has no readable IP address
 * @param initiator prefix that decided about the initiator; null when its address is not readable
 * @param responder prefix that decided about the responder; null when its address is not readable
 * @param confidence how sure it is who began
 * @param translation what a device says of address translation on the flow's way, for people; null where it says nothing
 */
public record Classification(
        FlowClass flowClass, SubnetMatch initiator, SubnetMatch responder, Confidence confidence, String translation) {

    /**
     * The prefixes that decided and what is special about the ends, in one line: {@code initiator in no cluster prefix, responder in
     * 10.96.0.0/12 (service web); service VIP}.
     */
    public String reason() {
        Set<SubClass> special = subClasses();
        String kinds = special.isEmpty()
                ? ""
                : special.stream().map(SubClass::toString).collect(Collectors.joining(", ", "; ", ""));
        return "initiator " + in(initiator) + ", responder " + in(responder) + kinds
                + (translation == null ? "" : ": " + translation);
    }

    /** What is special about the ends or the way between them; mostly empty. */
    public Set<SubClass> subClasses() {
        Set<SubClass> special = EnumSet.noneOf(SubClass.class);
        for (SubnetMatch match : new SubnetMatch[] {initiator, responder}) {
            if (match != null && match.subClass() != null) {
                special.add(match.subClass());
            }
        }
        if (translation != null) {
            special.add(SubClass.NATED);
        }
        return special;
    }

    private static String in(SubnetMatch match) {
        return match == null ? "without a readable IP address" : "in " + match.label();
    }
}
