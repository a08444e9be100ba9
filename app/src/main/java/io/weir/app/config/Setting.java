package io.weir.app.config;

import java.util.function.Function;

/**
 * One setting of the catalogue. The constants of {@link Catalogue} are the only instances; a value is asked for with one of them
 * ({@link Settings#get}), so that key and type cannot be mixed up.
 *
 * @param <T> value
 */
public final class Setting<T> {

    private final String key;
    private final SettingType<T> type;
    private final Function<Environment, String> builtIn;
    private final String builtInDoc;
    private final String doc;
    private final boolean secret;

    Setting(
            String key,
            SettingType<T> type,
            Function<Environment, String> builtIn,
            String builtInDoc,
            String doc,
            boolean secret) {
        this.key = key;
        this.type = type;
        this.builtIn = builtIn;
        this.builtInDoc = builtInDoc;
        this.doc = doc;
        this.secret = secret;
    }

    /** Dotted by component, kebab case inside. */
    public String key() {
        return key;
    }

    SettingType<T> type() {
        return type;
    }

    /** The value when nobody gives one, as text; null when there is none. */
    String builtIn(Environment environment) {
        return builtIn.apply(environment);
    }

    /** The same for the documentation; empty when there is none. */
    String builtInDoc() {
        return builtInDoc;
    }

    String doc() {
        return doc;
    }

    boolean secret() {
        return secret;
    }

    /** Name of the environment variable. */
    String environmentName() {
        return Environment.nameOf(key);
    }

    @Override
    public String toString() {
        return key;
    }
}
