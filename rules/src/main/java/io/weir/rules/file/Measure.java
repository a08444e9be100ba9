package io.weir.rules.file;

import io.weir.rules.cel.CelExpression;

/**
 * What is measured over the records of a window.
 *
 * @param kind how
 * @param expression what of each record; null where the records themselves are counted
 */
public record Measure(Kind kind, CelExpression expression) {

    /** How records become a number; names as in a rule file. */
    public enum Kind {
        /** Records. */
        count,
        /** Flows that began. */
        flows,
        /** Sum of a number. */
        sum,
        /** Distinct values, estimated with a standard error of 9 %. */
        distinct
    }

    /** As it stands in a rule file. */
    @Override
    public String toString() {
        return expression == null ? kind.name() : kind + "(" + expression + ")";
    }
}
