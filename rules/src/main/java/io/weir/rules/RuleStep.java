package io.weir.rules;

import io.weir.rules.group.Match;
import io.weir.schemas.Loss;

/** What travels between the steps of the rules. */
sealed interface RuleStep {

    /** A record that a rule counts. */
    record Matched(Match match) implements RuleStep {}

    /**
     * Records of a clock in a partition of its topic, up to an event time, have all been read, apart from late ones.
     *
     * @param eventTimeMs epoch milliseconds
     */
    record ClockTime(String clock, int partition, long eventTimeMs) implements RuleStep {}

    /** Records that cannot be read. */
    record Refused(Loss loss) implements RuleStep {}
}
