package io.weir.advisor.subnet;

import io.weir.schemas.SubnetKind;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One configured prefix with what it is, who it belongs to and when that holds: {@code pod:10.1.0.0/16},
 * {@code service/web:10.96.0.0/12}, {@code partner/acme:203.0.113.0/24@2026-01-01..2026-07-01}. Prefixes of the same kind and name are one set.
 *
 * @param name null without
 * @param fromMs event time from which it holds, epoch milliseconds; {@link Long#MIN_VALUE} = always before {@code untilMs}
 * @param untilMs event time from which it no longer holds, epoch milliseconds; {@link Long#MAX_VALUE} = never ends
 */
public record ClusterSet(SubnetKind kind, String name, Cidr prefix, long fromMs, long untilMs) {

    /** Names begin with a letter, so that none can be taken for an address. */
    public static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,99}");

    private static final String RIGHT_FORM =
            ": write it like pod:10.1.0.0/16, service/web:10.96.0.0/12 or partner/acme:203.0.113.0/24@2026-01-01..2026-07-01";

    /**
     * Reads the form above.
     *
     * @throws IllegalArgumentException that says what is wrong and what is right
     */
    public static ClusterSet parse(String typed) {
        String text = typed.strip();
        int colon = text.indexOf(':');
        int slash = text.indexOf('/');
        if (colon < 0) {
            throw new IllegalArgumentException("'" + text + "' does not say what it is" + RIGHT_FORM);
        }
        String head = text.substring(0, colon);
        boolean isNamed = slash >= 0 && slash < colon;
        SubnetKind kind = kindOf(text, isNamed ? head.substring(0, slash) : head);
        String name = isNamed ? head.substring(slash + 1) : null;
        if (isNamed && !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + text + "' has the name '" + name
                    + "': a name is a letter and then at most 99 letters, digits, '.', '_' and '-'");
        }
        int at = text.indexOf('@', colon);
        Cidr prefix = Cidr.parse(text.substring(colon + 1, at < 0 ? text.length() : at));
        if (at < 0) {
            return new ClusterSet(kind, name, prefix, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        String span = text.substring(at + 1);
        int dots = span.indexOf("..");
        String from = dots < 0 ? span : span.substring(0, dots);
        String until = dots < 0 ? "" : span.substring(dots + 2);
        long fromMs = from.isBlank() ? Long.MIN_VALUE : timeMs(from);
        long untilMs = until.isBlank() ? Long.MAX_VALUE : timeMs(until);
        if (fromMs >= untilMs) {
            throw new IllegalArgumentException("'" + text + "' ends before it begins: turn the two times round");
        }
        return new ClusterSet(kind, name, prefix, fromMs, untilMs);
    }

    /**
     * Reads a file with one set a line; empty lines and those that begin with {@code #} are left out.
     *
     * @throws IllegalArgumentException with everything that is wrong, one mistake a line with file and line. Prefixes left out would turn
     *     inside into outside, so that nothing is taken of a file with mistakes
     */
    public static List<ClusterSet> read(Path file) {
        List<ClusterSet> sets = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                sets.add(parse(line));
            } catch (IllegalArgumentException e) {
                problems.add(file + ":" + (i + 1) + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
        }
        return sets;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no file " + file, e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static SubnetKind kindOf(String text, String typed) {
        return Arrays.stream(SubnetKind.values())
                .filter(kind -> kind != SubnetKind.unknown && kind.name().equals(typed.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("'" + text + "' has the kind '" + typed + "': there are "
                                + Arrays.stream(SubnetKind.values())
                                        .filter(kind -> kind != SubnetKind.unknown)
                                        .map(SubnetKind::name)
                                        .collect(Collectors.joining(", "))));
    }

    /**
     * A day in UTC or a time, epoch milliseconds.
     *
     * @throws IllegalArgumentException that says what is right
     */
    public static long timeMs(String typed) {
        String text = typed.strip();
        try {
            return text.length() == "2026-01-01".length()
                    ? LocalDate.parse(text)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                            .toEpochMilli()
                    : Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is no time: write a day such as 2026-01-31, which begins at 00:00 UTC, or 2026-01-31T18:00:00Z",
                    e);
        }
    }

    boolean overlaps(ClusterSet other) {
        return prefix.equals(other.prefix) && fromMs < other.untilMs && other.fromMs < untilMs;
    }

    SubnetMatch match() {
        return SubnetMatch.of(prefix, kind, name);
    }

    /** As it is read. */
    @Override
    public String toString() {
        String span = fromMs == Long.MIN_VALUE && untilMs == Long.MAX_VALUE
                ? ""
                : "@" + (fromMs == Long.MIN_VALUE ? "" : Instant.ofEpochMilli(fromMs)) + ".."
                        + (untilMs == Long.MAX_VALUE ? "" : Instant.ofEpochMilli(untilMs));
        return kind + (name == null ? "" : "/" + name) + ":" + prefix + span;
    }
}
