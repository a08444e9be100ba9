package io.weir.rules.file;

/**
 * Something wrong in a rule file.
 *
 * @param source file or topic
 * @param line from 1
 * @param column from 1
 * @param message what is wrong, and what to do about it
 */
public record RuleProblem(String source, int line, int column, String message) {

    /** One line, as compilers write them. */
    @Override
    public String toString() {
        return source + ":" + line + ":" + column + ": " + message;
    }
}
