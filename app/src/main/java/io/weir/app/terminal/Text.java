package io.weir.app.terminal;

/** Small helpers for text on a screen. */
public final class Text {

    private Text() {}

    /** At most {@code width} characters, with an ellipsis where something was cut off. */
    public static String cut(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        return width < 1 ? "" : text.substring(0, width - 1) + "…";
    }

    /** Control characters replaced: what comes off the wire must not steer the terminal. */
    public static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                StringBuilder clean = new StringBuilder(text.length());
                for (int j = 0; j < text.length(); j++) {
                    char c = text.charAt(j);
                    clean.append(Character.isISOControl(c) ? '\uFFFD' : c);
                }
                return clean.toString();
            }
        }
        return text;
    }
}
