package io.weir.app.read;

import io.weir.app.failure.Failure;
import io.weir.rules.cel.CelExpression;
import io.weir.rules.cel.CelMistake;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/** A condition in CEL over one record, for commands and settings: see {@link CelExpression}. */
public final class RecordFilter {

    private final CelExpression condition;

    private RecordFilter(CelExpression condition) {
        this.condition = condition;
    }

    /**
     * Compiles an expression.
     *
     * @throws Failure (usage) with the column and, where one is near, the name that was probably meant
     */
    public static RecordFilter compile(Schema schema, String expression) {
        return compile(schema, expression, "--filter");
    }

    /**
     * Compiles an expression.
     *
     * @param where option or setting that gave it, for messages
     * @throws Failure (usage) with the column and, where one is near, the name that was probably meant
     */
    public static RecordFilter compile(Schema schema, String expression, String where) {
        try {
            return new RecordFilter(
                    CelExpression.compile(schema, Map.of(), CelExpression.Result.CONDITION, expression));
        } catch (CelMistake e) {
            throw Failure.usage(
                    where + ", column " + (e.offset() + 1) + ": " + e.getMessage(),
                    expression.replaceAll("\\s", " ") + "\n" + " ".repeat(e.offset()) + "^\n" + e.hint());
        }
    }

    /** True when the condition holds for this record; false when it does not, or when an absent value leaves it open. */
    public boolean matches(IndexedRecord record) {
        return condition.matches(record, name -> null);
    }
}
