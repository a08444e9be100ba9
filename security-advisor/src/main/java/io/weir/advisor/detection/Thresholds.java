package io.weir.advisor.detection;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What users have set in the place of rules' defaults: {@code scan_vertical.ports=30}. A rule's thresholds are the components of its settings, written with
 * hyphens.
 */
public final class Thresholds {

    /** None is set. */
    public static final Thresholds DEFAULTS = new Thresholds(Map.of());

    /** What is older is forgotten, so that it cannot count. */
    private static final Duration LONGEST = Duration.ofHours(24);

    private static final int SECONDS_A_MINUTE = 60;
    private static final int SECONDS_AN_HOUR = 3600;

    /** By rule and threshold. */
    private final Map<String, Map<String, String>> texts;

    private Thresholds(Map<String, Map<String, String>> texts) {
        this.texts = texts;
    }

    /**
     * Takes what was set.
     *
     * @param assignments rule, point, threshold, equals sign, value: whole numbers, decimal numbers, times ({@code 90s}, {@code 10m}, {@code 24h}), several
     *     times with spaces between
     * @throws IllegalArgumentException that lists everything that is wrong, one mistake a line
     */
    public static Thresholds of(List<String> assignments) {
        Map<String, Map<String, String>> texts = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (String assignment : assignments) {
            String[] sides = assignment.split("=", 2);
            String[] names = sides[0].strip().split("\\.", 2);
            if (sides.length < 2 || names.length < 2) {
                problems.add("'" + assignment
                        + "' sets no threshold: write RULE.THRESHOLD=VALUE, for example scan_vertical.ports=30");
                continue;
            }
            String before = texts.computeIfAbsent(names[0], any -> new LinkedHashMap<>())
                    .put(names[1], sides[1].strip());
            if (before != null) {
                problems.add("'" + sides[0].strip() + "' is set twice: to '" + before + "' and to '" + sides[1].strip()
                        + "'");
            }
        }
        Thresholds thresholds = new Thresholds(texts);
        texts.keySet().stream()
                .filter(rule -> !Detections.ids().contains(rule))
                .forEach(rule -> problems.add("there is no detection '" + rule + "' to set a threshold of: there are "
                        + String.join(", ", Detections.ids())));
        Detections.check(thresholds, problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return thresholds;
    }

    /**
     * The settings of a rule with what was set.
     *
     * @throws IllegalArgumentException that lists everything that is wrong, one mistake a line
     */
    <S extends Record> S of(String rule, S defaults) {
        Map<String, String> set = texts.getOrDefault(rule, Map.of());
        if (set.isEmpty()) {
            return defaults;
        }
        RecordComponent[] components = defaults.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        List<String> problems = new ArrayList<>();
        List<String> unknown = new ArrayList<>(set.keySet());
        for (int i = 0; i < components.length; i++) {
            String name = nameOf(components[i]);
            values[i] = valueOf(components[i], defaults);
            if (unknown.remove(name)) {
                try {
                    values[i] = parse(set.get(name), values[i]);
                } catch (IllegalArgumentException e) {
                    problems.add(rule + "." + name + " is '" + set.get(name) + "': it must be " + e.getMessage());
                }
            }
        }
        unknown.forEach(name -> problems.add(unknown(rule, name, components)));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return make(defaults, components, values);
    }

    private static String unknown(String rule, String name, RecordComponent[] components) {
        String known = Arrays.stream(components).map(Thresholds::nameOf).collect(Collectors.joining(", "));
        return rule + " has no threshold '" + name + "': "
                + (known.isEmpty() ? "it has none at all" : "it has " + known);
    }

    /** The thresholds of a rule with their values as they are written. */
    static Map<String, String> texts(Record settings) {
        Map<String, String> all = new LinkedHashMap<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            all.put(nameOf(component), text(valueOf(component, settings)));
        }
        return all;
    }

    private static String text(Object value) {
        if (value instanceof Duration time) {
            return text(time.toSeconds());
        }
        if (value instanceof List<?> several) {
            return several.stream().map(Thresholds::text).collect(Collectors.joining(" "));
        }
        return value instanceof Double number && number == Math.rint(number)
                ? Long.toString(number.longValue())
                : value.toString();
    }

    private static String text(long seconds) {
        if (seconds % SECONDS_AN_HOUR == 0) {
            return seconds / SECONDS_AN_HOUR + "h";
        }
        return seconds % SECONDS_A_MINUTE == 0 ? seconds / SECONDS_A_MINUTE + "m" : seconds + "s";
    }

    private static String nameOf(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Object valueOf(RecordComponent component, Record settings) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("settings of rules are public records", e);
        }
    }

    private static <S extends Record> S make(S like, RecordComponent[] components, Object[] values) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            @SuppressWarnings("unchecked") // an object's class makes objects of its type
            S made = (S) like.getClass().getDeclaredConstructor(types).newInstance(values);
            return made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("settings of rules are public records", e);
        }
    }

    /**
     * Reads a value as the default is one.
     *
     * @throws IllegalArgumentException that says what it must be
     */
    private static Object parse(String text, Object like) {
        if (like instanceof Integer) {
            return (int) whole(text, Integer.MAX_VALUE);
        }
        if (like instanceof Long) {
            return whole(text, Long.MAX_VALUE);
        }
        if (like instanceof Double number) {
            return decimal(text, number < 1);
        }
        if (like instanceof Duration) {
            return time(text);
        }
        if (like instanceof List<?>) {
            List<Duration> times =
                    Arrays.stream(text.split(" +")).map(Thresholds::time).toList();
            if (!times.equals(times.stream().sorted().distinct().toList())) {
                throw new IllegalArgumentException("times that ascend");
            }
            return times;
        }
        throw new IllegalStateException("a threshold of " + like.getClass());
    }

    private static long whole(String text, long most) {
        try {
            long value = Long.parseLong(text);
            if (value >= 1 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // It is told below.
        }
        throw new IllegalArgumentException("a whole number from 1 to " + most);
    }

    /** @param isShare of 1 */
    private static double decimal(String text, boolean isShare) {
        try {
            double value = Double.parseDouble(text);
            if (value > 0 && value <= (isShare ? 1 : Double.MAX_VALUE)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // It is told below.
        }
        throw new IllegalArgumentException(isShare ? "a number above 0, at most 1" : "a number above 0");
    }

    private static Duration time(String text) {
        try {
            Duration value = Duration.parse("PT" + text);
            if (value.compareTo(Duration.ZERO) > 0 && value.compareTo(LONGEST) <= 0) {
                return value;
            }
        } catch (DateTimeParseException e) {
            // It is told below.
        }
        throw new IllegalArgumentException("a time above 0, at most 24h, for example 90s, 10m or 1h30m");
    }
}
