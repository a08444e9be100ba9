package io.weir.app.config;

import java.util.regex.Pattern;

/** Keeps secrets off screens, for settings marked so and for every key that looks like one. */
final class Secrets {

    static final String MASK = "******";

    private static final Pattern KEY = Pattern.compile(
            ".*(password|secret|token|credential|jaas|user\\.info|passphrase|private).*|.*[.-]key",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@]+(?=@)");

    private Secrets() {}

    static boolean isSecret(String key) {
        return KEY.matcher(key).matches();
    }

    /** The value as it may be shown: whole, without credentials of a URL, or not at all. */
    static String show(String value, boolean secret) {
        if (value == null || value.isEmpty()) {
            return value;
        }
        return secret ? MASK : USER_INFO.matcher(value).replaceAll(MASK);
    }
}
