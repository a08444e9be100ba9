package io.weir.app.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All settings of one run, checked. Immutable; made by {@link SettingsLoader}. */
public final class Settings {

    /** One setting as resolved: {@code text} as written, {@code value} of the setting's type or null. */
    record Resolved(String text, Object value, Origin origin) {}

    /**
     * One line for people.
     *
     * @param key setting
     * @param value as written, secrets masked; empty when there is none
     * @param origin where it comes from
     */
    public record Line(String key, String value, Origin origin) {}

    private final Map<Setting<?>, Resolved> values;
    private final Map<String, Resolved> passedThrough;
    private final Map<String, Map<Setting<?>, Resolved>> captures;

    /** @param captures by the name of a capture, what it has different */
    Settings(
            Map<Setting<?>, Resolved> values,
            Map<String, Resolved> passedThrough,
            Map<String, Map<Setting<?>, Resolved>> captures) {
        this.values = Map.copyOf(values);
        this.passedThrough = Collections.unmodifiableMap(new LinkedHashMap<>(passedThrough));
        this.captures = Collections.unmodifiableMap(new TreeMap<>(captures));
    }

    /** The settings of each live capture: those under {@code collector.} where they name interfaces, then each {@code capture.NAME.}. */
    public List<Settings> captures() {
        List<Settings> all = new ArrayList<>();
        if (!get(Catalogue.COLLECTOR_INTERFACES).isEmpty()) {
            all.add(this);
        }
        captures.forEach((name, different) -> {
            Map<Setting<?>, Resolved> ofCapture = new HashMap<>(values);
            ofCapture.putAll(different);
            all.add(new Settings(ofCapture, passedThrough, Map.of()));
        });
        return all;
    }

    /**
     * The value of a setting that always has one.
     *
     * @throws IllegalStateException when it has none; ask with {@link #find} where the catalogue names no built-in value
     */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> new IllegalStateException("setting " + setting.key() + " has no value"));
    }

    /** The value of a setting that may have none. */
    @SuppressWarnings("unchecked")
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable((T) values.get(setting).value());
    }

    /** Where the value comes from. */
    public Origin origin(Setting<?> setting) {
        return values.get(setting).origin();
    }

    /** True when somebody gave the value. */
    public boolean isGiven(Setting<?> setting) {
        return origin(setting).source() != Origin.Source.BUILT_IN;
    }

    /** True when {@link Catalogue#KAFKA_BOOTSTRAP_SERVERS} names a cluster, so that no broker of our own is needed. */
    public boolean joinsCluster() {
        return find(Catalogue.KAFKA_BOOTSTRAP_SERVERS)
                .filter(servers -> !servers.isEmpty())
                .isPresent();
    }

    /**
     * Properties for every Kafka client and for {@code AvroSerdes}: what stands under {@code kafka.} without that prefix,
     * {@code schema.registry.*} with it, and the Avro classes. Credentials for the registry also appear under their bare name
     * ({@code basic.auth.user.info}), the one that Confluent's and our client read. A new map for each call.
     */
    public Map<String, Object> clientProperties() {
        Map<String, Object> properties = new HashMap<>();
        passedThrough.forEach((key, resolved) -> {
            if (key.startsWith("kafka.")) {
                properties.put(key.substring("kafka.".length()), resolved.text());
            } else {
                properties.put(key, resolved.text());
                String bare = key.substring("schema.registry.".length());
                if (bare.startsWith("basic.auth.") || bare.startsWith("bearer.auth.")) {
                    properties.put(bare, resolved.text());
                }
            }
        });
        if (properties.containsKey("basic.auth.user.info")) {
            properties.putIfAbsent("basic.auth.credentials.source", "USER_INFO");
        }
        find(Catalogue.KAFKA_BOOTSTRAP_SERVERS)
                .ifPresent(servers -> properties.put("bootstrap.servers", String.join(",", servers)));
        putText(properties, Catalogue.SCHEMA_REGISTRY_URL);
        putText(properties, Catalogue.AVRO_SERIALIZER_CLASS);
        putText(properties, Catalogue.AVRO_DESERIALIZER_CLASS);
        return properties;
    }

    private void putText(Map<String, Object> properties, Setting<?> setting) {
        Resolved resolved = values.get(setting);
        if (resolved.value() != null) {
            properties.put(setting.key(), resolved.text());
        }
    }

    /** Every setting in the catalogue's order, then what passes through. */
    public List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (Setting<?> setting : Catalogue.all()) {
            Resolved resolved = values.get(setting);
            String shown = Secrets.show(resolved.text(), setting.secret() || Secrets.isSecret(setting.key()));
            lines.add(new Line(setting.key(), shown == null ? "" : shown, resolved.origin()));
        }
        captures.forEach((name, different) -> different.forEach((setting, resolved) ->
                lines.add(new Line(captureKey(name, setting), resolved.text(), resolved.origin()))));
        passedThrough.forEach((key, resolved) ->
                lines.add(new Line(key, Secrets.show(resolved.text(), Secrets.isSecret(key)), resolved.origin())));
        return lines;
    }

    /** Key of a setting that a capture has different. */
    static String captureKey(String name, Setting<?> setting) {
        return Catalogue.CAPTURE_PREFIX + name + "." + setting.key().substring(Catalogue.COLLECTOR_PREFIX.length());
    }
}
