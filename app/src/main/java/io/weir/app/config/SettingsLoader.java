package io.weir.app.config;

import io.weir.collectors.capture.InterfacePattern;
import io.weir.schemas.text.Durations;
import io.weir.schemas.text.NearestName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the settings together, lowest precedence first: built-in values, a {@code .properties} file, environment variables
 * ({@code WEIR_METER_WINDOW} for {@code meter.window}; empty = not set), the command line. All mistakes are reported at once.
 */
public final class SettingsLoader {

    private static final Pattern CAPTURE_KEY = Pattern.compile("capture\\.(?<name>[A-Za-z0-9_-]+)\\.(?<key>.+)");

    private record Assignment(String key, String value, Origin origin) {}

    private final Environment environment;
    private final List<Assignment> commandLine = new ArrayList<>();
    private final Map<String, String> presets = new HashMap<>();
    private Path file;

    public SettingsLoader(Environment environment) {
        this.environment = environment;
        String path = environment.variables().get("WEIR_CONFIG");
        this.file = path == null || path.isBlank() ? null : Path.of(path);
    }

    /** The file to read; without a call the one that {@code WEIR_CONFIG} names, if any. */
    public SettingsLoader file(Path newFile) {
        this.file = newFile;
        return this;
    }

    /** A value from the command line; {@code flag} is what the user typed. A later call for the same key wins. */
    public SettingsLoader assign(String key, String value, String flag) {
        commandLine.add(new Assignment(key, value, new Origin(Origin.Source.COMMAND_LINE, flag)));
        return this;
    }

    /** The same for a known setting. */
    public SettingsLoader assign(Setting<?> setting, String value, String flag) {
        return assign(setting.key(), value, flag);
    }

    /** A value of the program's own that still yields to every other place, for example another port for {@code demo}. */
    public SettingsLoader preset(Setting<?> setting, String value) {
        presets.put(setting.key(), value);
        return this;
    }

    /** @throws ConfigException with every mistake */
    public Settings load() {
        List<ConfigProblem> problems = new ArrayList<>();
        Map<String, Assignment> given = new LinkedHashMap<>();
        readFile(given, problems);
        readEnvironment(given, problems);
        for (Assignment assignment : commandLine) {
            take(assignment, given, problems);
        }

        Map<Setting<?>, Settings.Resolved> values = new LinkedHashMap<>();
        for (Setting<?> setting : Catalogue.all()) {
            values.put(setting, resolve(setting, given.remove(setting.key()), problems));
        }
        Map<String, Map<Setting<?>, Settings.Resolved>> captures = captures(given, problems);
        Map<String, Settings.Resolved> passedThrough = new TreeMap<>();
        given.forEach((key, assignment) -> passedThrough.put(
                key, new Settings.Resolved(assignment.value(), assignment.value(), assignment.origin())));
        Settings settings = new Settings(values, passedThrough, captures);
        if (problems.isEmpty()) {
            checkTogether(settings, problems);
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return settings;
    }

    private void readFile(Map<String, Assignment> given, List<ConfigProblem> problems) {
        if (file == null) {
            return;
        }
        Origin whole = new Origin(Origin.Source.FILE, file.toString());
        List<PropertiesFile.Entry> entries;
        try {
            entries = PropertiesFile.read(file);
        } catch (IOException e) {
            problems.add(new ConfigProblem("--config", file.toString(), whole, e.getMessage()));
            return;
        }
        Map<String, Integer> lines = new HashMap<>();
        for (PropertiesFile.Entry entry : entries) {
            Origin origin = new Origin(Origin.Source.FILE, file + ":" + entry.line());
            Integer before = lines.put(entry.key(), entry.line());
            if (before != null) {
                problems.add(new ConfigProblem(
                        entry.key(), null, origin, "is set twice, first in line " + before + ": remove one"));
            }
            take(new Assignment(entry.key(), entry.value(), origin), given, problems);
        }
    }

    private void readEnvironment(Map<String, Assignment> given, List<ConfigProblem> problems) {
        Map<String, String> keys = new HashMap<>();
        for (Setting<?> setting : Catalogue.all()) {
            keys.put(setting.environmentName(), setting.key());
        }
        new TreeMap<>(environment.variables()).forEach((name, value) -> {
            if (!name.startsWith(Environment.PREFIX) || value.isEmpty()) {
                return;
            }
            String key = keys.get(name);
            if (key == null) {
                // Kafka's and the registry's keys have dots only.
                String dotted = name.substring(Environment.PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
                if (isPassedThrough(dotted) && !Environment.isForeign(name)) {
                    key = dotted;
                }
            }
            Origin origin = new Origin(Origin.Source.ENVIRONMENT, name);
            if (key != null) {
                take(new Assignment(key, value, origin), given, problems);
            } else if (!Environment.isForeign(name)) {
                Optional<String> nearest = NearestName.of(name, keys.keySet());
                problems.add(new ConfigProblem(
                        name,
                        null,
                        origin,
                        "unknown setting"
                                + nearest.map(n -> ", did you mean " + n + "?")
                                        .orElse("; `weir config print` lists all")));
            }
        });
    }

    private static void take(Assignment assignment, Map<String, Assignment> given, List<ConfigProblem> problems) {
        String key = assignment.key();
        List<String> keys = Catalogue.all().stream().map(Setting::key).toList();
        if (keys.contains(key) || isPassedThrough(key) || ofCapture(key) != null) {
            given.put(key, assignment);
            return;
        }
        Optional<String> nearest = NearestName.of(key, keys);
        problems.add(new ConfigProblem(
                key,
                null,
                assignment.origin(),
                "unknown setting"
                        + nearest.map(n -> ", did you mean " + n + "?").orElse("; `weir config print` lists all")));
    }

    /** The setting that a key of a capture has different; null when it is no such key. */
    private static Setting<?> ofCapture(String key) {
        Matcher matcher = CAPTURE_KEY.matcher(key);
        if (!matcher.matches()) {
            return null;
        }
        String different = Catalogue.COLLECTOR_PREFIX + matcher.group("key");
        return Catalogue.OF_A_CAPTURE.stream()
                .filter(setting -> setting.key().equals(different))
                .findFirst()
                .orElse(null);
    }

    /** Takes the keys of captures out of what was given. */
    private Map<String, Map<Setting<?>, Settings.Resolved>> captures(
            Map<String, Assignment> given, List<ConfigProblem> problems) {
        Map<String, Map<Setting<?>, Settings.Resolved>> captures = new TreeMap<>();
        for (String key : List.copyOf(given.keySet())) {
            Setting<?> setting = ofCapture(key);
            if (setting != null) {
                Matcher matcher = CAPTURE_KEY.matcher(key);
                captures.computeIfAbsent(matcher.matches() ? matcher.group("name") : key, name -> new LinkedHashMap<>())
                        .put(setting, resolve(setting, given.remove(key), problems));
            }
        }
        captures.forEach((name, different) -> {
            if (!different.containsKey(Catalogue.COLLECTOR_INTERFACES)) {
                String key = Settings.captureKey(name, Catalogue.COLLECTOR_INTERFACES);
                Origin origin = different.values().iterator().next().origin();
                problems.add(new ConfigProblem(key, null, origin, "is missing: say where this capture is"));
            }
        });
        return captures;
    }

    private static boolean isPassedThrough(String key) {
        return Catalogue.PASSED_THROUGH.stream()
                .anyMatch(prefix -> key.startsWith(prefix) && key.length() > prefix.length());
    }

    private Settings.Resolved resolve(Setting<?> setting, Assignment assignment, List<ConfigProblem> problems) {
        String text;
        Origin origin;
        if (assignment == null) {
            text = presets.containsKey(setting.key()) ? presets.get(setting.key()) : setting.builtIn(environment);
            origin = Origin.BUILT_IN;
        } else {
            text = assignment.value();
            origin = assignment.origin();
        }
        // A setting that may be absent is made absent by an empty text.
        if (text == null || (text.isBlank() && setting.builtIn(environment) == null)) {
            return new Settings.Resolved(null, null, origin);
        }
        try {
            return new Settings.Resolved(text, setting.type().parse(text), origin);
        } catch (IllegalArgumentException e) {
            boolean secret = setting.secret() || Secrets.isSecret(setting.key());
            String key = assignment == null ? setting.key() : assignment.key();
            problems.add(new ConfigProblem(key, Secrets.show(text, secret), origin, e.getMessage()));
            return new Settings.Resolved(text, null, origin);
        }
    }

    private static void checkTogether(Settings settings, List<ConfigProblem> problems) {
        requireOneCaptureEach(settings, problems);
        requireNotLonger(settings, Catalogue.METER_IDLE_TIMEOUT, Catalogue.METER_ACTIVE_TIMEOUT, problems);
        for (Catalogue.ProtocolTimeouts own : Catalogue.METER_TIMEOUTS_BY_PROTOCOL) {
            Setting<Duration> idle = valued(settings, own.idle(), Catalogue.METER_IDLE_TIMEOUT);
            Setting<Duration> active = valued(settings, own.active(), Catalogue.METER_ACTIVE_TIMEOUT);
            if (idle == own.idle() || active == own.active()) {
                requireNotLonger(settings, idle, active, problems);
            }
        }
        requireNotLonger(
                settings,
                Catalogue.METER_TCP_LINGER,
                valued(settings, Catalogue.METER_IDLE_TIMEOUT_TCP, Catalogue.METER_IDLE_TIMEOUT),
                problems);
        if (settings.joinsCluster()
                && settings.find(Catalogue.SCHEMA_REGISTRY_URL).isEmpty()) {
            problems.add(new ConfigProblem(
                    Catalogue.SCHEMA_REGISTRY_URL.key(),
                    null,
                    settings.origin(Catalogue.KAFKA_BOOTSTRAP_SERVERS),
                    "is needed with " + Catalogue.KAFKA_BOOTSTRAP_SERVERS
                            + ": name that cluster's Schema Registry, for example --registry http://127.0.0.1:8081"));
        }
        if (settings.find(Catalogue.SINK_S3_ACCESS_KEY).isPresent()
                != settings.find(Catalogue.SINK_S3_SECRET_KEY).isPresent()) {
            problems.add(new ConfigProblem(
                    Catalogue.SINK_S3_ACCESS_KEY.key(),
                    null,
                    settings.origin(Catalogue.SINK_S3_ACCESS_KEY),
                    "and " + Catalogue.SINK_S3_SECRET_KEY + " go together: give both or none"));
        }
        requireBothOrNone(settings, Catalogue.IPFIX_TLS_CERTIFICATE_FILE, Catalogue.IPFIX_TLS_KEY_FILE, problems);
        requireBothOrNone(settings, Catalogue.ALERTS_TLS_CERTIFICATE_FILE, Catalogue.ALERTS_TLS_KEY_FILE, problems);
    }

    private static void requireBothOrNone(
            Settings settings, Setting<?> first, Setting<?> second, List<ConfigProblem> problems) {
        if (settings.find(first).isPresent() != settings.find(second).isPresent()) {
            Setting<?> given = settings.find(second).isPresent() ? second : first;
            Setting<?> missing = given == first ? second : first;
            problems.add(new ConfigProblem(
                    given.key(), null, settings.origin(given), "and " + missing + " go together: give both or none"));
        }
    }

    /** Two captures of one interface would be two collectors that call themselves one observation point. */
    private static void requireOneCaptureEach(Settings settings, List<ConfigProblem> problems) {
        Map<InterfacePattern, Origin> captured = new HashMap<>();
        for (Settings capture : settings.captures()) {
            Origin origin = capture.origin(Catalogue.COLLECTOR_INTERFACES);
            for (InterfacePattern pattern : InterfacePattern.exact(capture.get(Catalogue.COLLECTOR_INTERFACES))) {
                Origin before = captured.putIfAbsent(pattern, origin);
                if (before != null) {
                    problems.add(new ConfigProblem(
                            Catalogue.COLLECTOR_INTERFACES.key(),
                            pattern.toString(),
                            origin,
                            "is captured from already (" + before + "): name an interface in one capture only"));
                }
            }
        }
    }

    /** The first where it has a value, else the second. */
    private static <T> Setting<T> valued(Settings settings, Setting<T> first, Setting<T> second) {
        return settings.find(first).isPresent() ? first : second;
    }

    private static void requireNotLonger(
            Settings settings, Setting<Duration> shorter, Setting<Duration> longer, List<ConfigProblem> problems) {
        if (settings.get(shorter).compareTo(settings.get(longer)) > 0) {
            Setting<?> blamed = settings.isGiven(shorter) ? shorter : longer;
            problems.add(new ConfigProblem(
                    blamed.key(),
                    Durations.format(settings.get(blamed == shorter ? shorter : longer)),
                    settings.origin(blamed),
                    shorter.key() + " must not be longer than " + longer.key() + " ("
                            + Durations.format(settings.get(longer)) + ")"));
        }
    }
}
