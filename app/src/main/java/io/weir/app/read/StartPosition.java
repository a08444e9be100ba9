package io.weir.app.read;

import io.weir.schemas.text.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * From where a topic is read.
 *
 * @param kind beginning, end, or a time
 * @param timestampMs for {@link Kind#TIME}: records that Kafka took at or after this time, epoch milliseconds
 */
public record StartPosition(Kind kind, long timestampMs) {

    /** The three forms. */
    public enum Kind {
        BEGINNING,
        END,
        TIME
    }

    public static final StartPosition BEGINNING = new StartPosition(Kind.BEGINNING, 0);
    public static final StartPosition END = new StartPosition(Kind.END, 0);

    private static final Pattern EPOCH_MS = Pattern.compile("\\d{12,14}");

    /**
     * Reads {@code beginning}, {@code end}, a duration before now ({@code 10m}), an ISO 8601 instant or date (UTC), or epoch milliseconds.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    public static StartPosition parse(String text, Instant now) {
        switch (text) {
            case "beginning":
                return BEGINNING;
            case "end":
                return END;
            default:
                return new StartPosition(Kind.TIME, time(text, now).toEpochMilli());
        }
    }

    private static Instant time(String text, Instant now) {
        if (EPOCH_MS.matcher(text).matches()) {
            return Instant.ofEpochMilli(Long.parseLong(text));
        }
        try {
            Duration ago = Durations.parse(text);
            return now.minus(ago);
        } catch (IllegalArgumentException e) {
            // Not a duration; perhaps a date.
        }
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is not beginning, end, a time such as 2026-11-24T08:00:00Z, or a duration before now such as 10m",
                    e);
        }
    }
}
