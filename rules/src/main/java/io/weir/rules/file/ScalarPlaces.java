package io.weir.rules.file;

import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Where a character of a YAML scalar's value stands in the text. Quotes, block scalars and folding change white space alone, so the place
 * is found by counting the other characters; an escape counts as the one character that it stands for.
 */
final class ScalarPlaces {

    private final String text;

    ScalarPlaces(String text) {
        this.text = text;
    }

    /** Index in the text of a character of the value; behind its last one for an offset at the end. */
    int indexOf(ScalarNode scalar, int offset) {
        String value = scalar.getValue();
        int wanted = 0;
        for (int i = 0; i < Math.min(offset, value.length()); i++) {
            wanted += Character.isWhitespace(value.charAt(i)) ? 0 : 1;
        }
        boolean isAtEnd = value.substring(Math.min(offset, value.length())).isBlank();
        ScalarStyle style = scalar.getScalarStyle();
        int at = indexOf(scalar.getStartMark().getLine(), scalar.getStartMark().getColumn());
        if (style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED) {
            at = text.indexOf('\n', at) + 1;
        } else if (style != ScalarStyle.PLAIN) {
            at++;
        }
        int behindLast = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
                continue;
            }
            if (wanted == 0) {
                return isAtEnd ? behindLast : at;
            }
            wanted--;
            at += isEscape(style, at) ? 2 : 1;
            behindLast = at;
        }
        return behindLast;
    }

    private boolean isEscape(ScalarStyle style, int at) {
        return (style == ScalarStyle.DOUBLE_QUOTED && text.charAt(at) == '\\')
                || (style == ScalarStyle.SINGLE_QUOTED && text.startsWith("''", at));
    }

    /** Index of a place, line and column from 0. The parser counts code points. */
    private int indexOf(int line, int column) {
        int start = 0;
        for (int i = 0; i < line; i++) {
            start = text.indexOf('\n', start) + 1;
        }
        return text.offsetByCodePoints(start, column);
    }

    /** Line of an index, from 0. */
    int lineOf(int index) {
        return (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
    }

    /** Column of an index, from 0. */
    int columnOf(int index) {
        return index - (text.lastIndexOf('\n', index - 1) + 1);
    }
}
