package io.weir.app.config;

/**
 * One mistake in the settings.
 *
 * @param key setting, or the unknown key as written
 * @param value value as written, masked where it may be a secret; null when the key itself is the mistake
 * @param origin where it was written
 * @param message what is allowed, or the nearest valid key
 */
public record ConfigProblem(String key, String value, Origin origin, String message) {

    @Override
    public String toString() {
        return key + (value == null ? "" : " = '" + value + "'") + " (" + origin + "): " + message;
    }
}
