package io.weir.app.pipeline;

import io.weir.schemas.topic.Topics;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of what belongs to one replay.
 *
 * @param topics of the cluster
 * @param run id of the replay: when it began, to the second, and 16 bits of chance
 */
record ReplayNames(Topics topics, String run) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern RUN = Pattern.compile("\\d{8}-\\d{6}-[0-9a-f]{4}");
    private static final String GROUPS = "advise.";

    /** Of a new replay. */
    static ReplayNames next(Topics topics, Instant now, int chance) {
        return new ReplayNames(topics, TIME.format(now) + String.format(Locale.ROOT, "-%04x", chance & 0xffff));
    }

    static boolean isRun(String text) {
        return RUN.matcher(text).matches();
    }

    /** Of the replay that a group or an internal topic belongs to. */
    static Optional<ReplayNames> of(Topics topics, String name) {
        String before = topics.prefix() + GROUPS;
        Matcher run = RUN.matcher(name);
        return name.startsWith(before) && run.find(before.length()) && run.start() == before.length()
                ? Optional.of(new ReplayNames(topics, run.group()))
                : Optional.empty();
    }

    /** Group; internal topics begin with it. */
    String applicationId() {
        return topics.prefix() + GROUPS + run;
    }

    /** Topic of findings that stays. */
    String findings() {
        return topics.prefix() + "findings.replay." + run;
    }

    /** Topic of findings that goes with the run, as a file takes them. */
    String passingFindings() {
        return applicationId() + "-findings";
    }

    boolean isInternal(String topic) {
        return topic.startsWith(applicationId() + "-");
    }
}
