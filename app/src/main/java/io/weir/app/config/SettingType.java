package io.weir.app.config;

import io.weir.advisor.subnet.ClusterSet;
import io.weir.collectors.capture.InterfacePattern;
import io.weir.schemas.text.Durations;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * How the text of a setting becomes a value.
 *
 * @param name what people call it, for example {@code duration}
 * @param allowed what is allowed, as the end of the sentence "must be …"
 * @param parser text to value; throws {@link IllegalArgumentException} when the text is not allowed, with a message only where it
 *     says more than {@code allowed}
 * @param <T> value
 */
record SettingType<T>(String name, String allowed, Function<String, T> parser) {

    private static final Pattern HOST_PORT =
            Pattern.compile("(?:[A-Za-z_]+://)?(?<host>\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):(?<port>[0-9]{1,5})");
    private static final Pattern SPEED = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6})?[xX]");
    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException saying what is allowed */
    T parse(String text) {
        try {
            return parser.apply(text.trim());
        } catch (IllegalArgumentException e) {
            String more = e.getMessage();
            throw new IllegalArgumentException(
                    "must be " + allowed + (more == null || e instanceof NumberFormatException ? "" : ": " + more), e);
        }
    }

    static SettingType<String> text(String allowed, Pattern pattern) {
        return new SettingType<>("string", allowed, text -> {
            require(pattern.matcher(text).matches());
            return text;
        });
    }

    static SettingType<String> anyText() {
        return text("some text", Pattern.compile(".+", Pattern.DOTALL));
    }

    static SettingType<Integer> integer(int min, int max) {
        return new SettingType<>("int", "a whole number from " + min + " to " + max, text -> {
            int value = Integer.parseInt(text);
            require(value >= min && value <= max);
            return value;
        });
    }

    /** A factor with an {@code x} behind it, or {@code max}, which is 0. */
    static SettingType<Double> speed(double min, double max) {
        String allowed = String.format(Locale.ROOT, "max or a factor from %sx to %.0fx, such as 1x or 10x", min, max);
        return new SettingType<>("speed", allowed, text -> {
            if (text.equalsIgnoreCase("max")) {
                return 0.0;
            }
            require(SPEED.matcher(text).matches());
            double value = Double.parseDouble(text.substring(0, text.length() - 1));
            require(value >= min && value <= max);
            return value;
        });
    }

    static SettingType<Boolean> bool() {
        return new SettingType<>("boolean", "true or false", text -> {
            require("true".equalsIgnoreCase(text) || "false".equalsIgnoreCase(text));
            return Boolean.valueOf(text);
        });
    }

    static SettingType<Duration> duration(Duration min, Duration max) {
        String allowed = "a duration from " + Durations.format(min) + " to " + Durations.format(max)
                + ", a number with ms, s, m, h or d";
        return new SettingType<>("duration", allowed, text -> {
            Duration value = Durations.parse(text);
            require(value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
            return value;
        });
    }

    static SettingType<Long> size(long minOctets, long maxOctets) {
        String allowed = "a size from " + Sizes.format(minOctets) + " to " + Sizes.format(maxOctets)
                + ", a number with B, kB, MB or GB (1 kB = 1024 B)";
        return new SettingType<>("size", allowed, text -> {
            long value = Sizes.parse(text);
            require(value >= minOctets && value <= maxOctets);
            return value;
        });
    }

    static <E extends Enum<E>> SettingType<E> choice(Class<E> type) {
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            names.add(constant.name().toLowerCase(Locale.ROOT));
        }
        return new SettingType<>("enum", "one of " + String.join(", ", names), text -> {
            int index = names.indexOf(text.toLowerCase(Locale.ROOT));
            require(index >= 0);
            return type.getEnumConstants()[index];
        });
    }

    /** A path; a leading {@code ~} stands for the home directory. */
    static SettingType<Path> path() {
        return new SettingType<>("path", "a path of this machine", text -> {
            require(!text.isEmpty());
            String home = System.getProperty("user.home");
            try {
                return Path.of(text.equals("~") || text.startsWith("~/") ? home + text.substring(1) : text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(e.getReason(), e);
            }
        });
    }

    static SettingType<URI> uri(List<String> schemes) {
        return new SettingType<>("URI", "a URI that begins with " + String.join(":// or ", schemes) + "://", text -> {
            try {
                URI uri = new URI(text);
                require(uri.getScheme() != null && schemes.contains(uri.getScheme()));
                return uri;
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException(e.getReason(), e);
            }
        });
    }

    static SettingType<InterfacePattern> interfacePattern() {
        return new SettingType<>(
                "interface", "an interface such as eth0, veth*, !veth9 or blue:eth0", InterfacePattern::parse);
    }

    static SettingType<Cidr> cidr() {
        return new SettingType<>(
                "CIDR", "an address range such as 10.0.0.0/8, 192.168.7.0/24 or fd42::/48", Cidr::parse);
    }

    static SettingType<ClusterSet> clusterSet() {
        return new SettingType<>(
                "cluster set",
                "a set such as pod:10.1.0.0/16, service/web:10.96.0.0/12 or partner/acme:203.0.113.0/24@2026-01-01..2026-07-01",
                ClusterSet::parse);
    }

    static SettingType<String> hostPort() {
        return new SettingType<>("host:port", "a host and a port such as kafka.example:9092", text -> {
            var matcher = HOST_PORT.matcher(text);
            require(matcher.matches());
            int port = Integer.parseInt(matcher.group("port"));
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("port " + port + " is not between 1 and " + MAX_PORT);
            }
            return text;
        });
    }

    /** Where to listen; {@code none} is no value. */
    static SettingType<InetSocketAddress> listenAddress() {
        String allowed = "none, or an address of this machine and a port such as 127.0.0.1:9464, 0 for a free port";
        return new SettingType<>("host:port", allowed, text -> {
            if (text.equalsIgnoreCase("none")) {
                return null;
            }
            var matcher = HOST_PORT.matcher(text);
            require(matcher.matches() && text.startsWith(matcher.group("host")));
            int port = Integer.parseInt(matcher.group("port"));
            require(port <= MAX_PORT);
            String host = matcher.group("host");
            boolean bracketed = host.startsWith("[");
            return InetSocketAddress.createUnresolved(bracketed ? host.substring(1, host.length() - 1) : host, port);
        });
    }

    /** Comma-separated; the empty text is the empty list. A value given twice counts once. */
    static <T> SettingType<List<T>> list(SettingType<T> element) {
        return new SettingType<>("list of " + element.name(), "a list, each " + element.allowed(), text -> {
            Set<T> values = new LinkedHashSet<>();
            for (String part : text.split(",")) {
                if (part.isBlank()) {
                    continue;
                }
                try {
                    values.add(element.parser().apply(part.trim()));
                } catch (IllegalArgumentException e) {
                    String more = e.getMessage();
                    throw new IllegalArgumentException(
                            "'" + part.trim() + "' is not"
                                    + (more == null || e instanceof NumberFormatException ? "" : " (" + more + ")"),
                            e);
                }
            }
            return List.copyOf(values);
        });
    }

    private static void require(boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException();
        }
    }
}
