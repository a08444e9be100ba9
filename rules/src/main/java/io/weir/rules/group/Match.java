package io.weir.rules.group;

import io.weir.advisor.host.EvidenceInput;
import io.weir.advisor.host.EvidenceOutput;
import io.weir.state.RowOutput;

/**
 * A record that a rule counts.
 *
 * @param ruleId of the rule
 * @param fingerprint of the rule, so that an instance with another version of it does not count it
 * @param group what the rule groups by, as text; empty when it groups by nothing
 * @param clock observation point by whose event time its window ends: see {@link #pointOf}
 * @param timeMs event time, epoch milliseconds
 * @param tally what there is to count
 */
public record Match(String ruleId, long fingerprint, String group, String clock, long timeMs, Tally tally) {

    /** Flows and edges of an observation point do not come at the same time: each has a clock. */
    public static String clockOf(String over, String point) {
        return over + "|" + point;
    }

    /** The observation point of a clock, {@code host|interface|capture}. */
    public static String pointOf(String clock) {
        return clock.substring(clock.indexOf('|') + 1);
    }

    /** Writes all of it. */
    public void write(RowOutput to) {
        EvidenceOutput out = new EvidenceOutput(to);
        out.text(ruleId);
        out.number(fingerprint);
        out.text(group);
        out.text(clock);
        out.number(timeMs);
        tally.write(out);
    }

    /** Reads what {@link #write} wrote. */
    public static Match read(byte[] octets, int offset) {
        EvidenceInput in = new EvidenceInput(octets, offset);
        return new Match(in.text(), in.number(), in.text(), in.text(), in.number(), Tally.read(in));
    }
}
