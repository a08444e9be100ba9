package io.weir.rules.file;

import io.weir.rules.cel.CelExpression;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A rule that a user has written.
 *
 * @param id unique among the rules; findings name it with {@value #PREFIX} before it
 * @param title one sentence for people, of findings
 * @param over which records it looks at
 * @param filter which of them count
 * @param groupBy what is counted apart; empty for all together
 * @param window how much event time is counted together
 * @param measure what is counted
 * @param threshold what the measure has to reach, above 0
 * @param hold how long it has to reach it, event time
 * @param severity of findings
 * @param silence how long after a finding was closed the same group raises none, event time
 * @param attackTechniques MITRE ATT&CK technique ids
 * @param description some sentences for people, of findings; may be empty
 */
public record Rule(
        String id,
        String title,
        Over over,
        CelExpression filter,
        List<CelExpression> groupBy,
        Duration window,
        Measure measure,
        double threshold,
        Duration hold,
        Severity severity,
        Duration silence,
        List<String> attackTechniques,
        String description) {

    /** Stands before the id in findings, so that no rule of a user is taken for one of Weir. */
    public static final String PREFIX = "user.";

    /** Windows slide by this part of their length. */
    public static final int HOPS = 10;

    public Rule {
        groupBy = List.copyOf(groupBy);
        attackTechniques = List.copyOf(attackTechniques);
    }

    /** How much a window slides at once, milliseconds. */
    public long hopMs() {
        return window.toMillis() / HOPS;
    }

    /** Hops that the threshold has to be met for after the first. */
    public long holdHops() {
        return hopsOf(hold);
    }

    /** Hops after the close of a finding without another. */
    public long silenceHops() {
        return hopsOf(silence);
    }

    private long hopsOf(Duration time) {
        return (time.toMillis() + hopMs() - 1) / hopMs();
    }

    /** Stands for everything that decides what is counted: what was counted by another definition is of no use. */
    public long fingerprint() {
        return Objects.hash(
                        over.name(),
                        filter.toString(),
                        groupBy.stream().map(CelExpression::toString).toList(),
                        window,
                        measure.toString())
                & 0xffff_ffffL;
    }
}
