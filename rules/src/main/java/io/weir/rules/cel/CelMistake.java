package io.weir.rules.cel;

/** An expression that cannot be compiled: the message says what is wrong, the hint what to do about it. Neither ends in a full stop. */
public final class CelMistake extends IllegalArgumentException {

    private final int offset;
    private final String hint;

    CelMistake(String expression, int offset, String message, String hint) {
        super(message);
        this.offset = Math.max(0, Math.min(offset, expression.length()));
        this.hint = hint;
    }

    /** Where, in characters from the begin of the expression. */
    public int offset() {
        return offset;
    }

    /** What to do about it. */
    public String hint() {
        return hint;
    }
}
