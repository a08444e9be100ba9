package io.weir.advisor.detection;

import java.util.Comparator;

/** The table of rules in {@code docs/detections.md}. */
public final class DetectionsDoc {

    /** Line before the table. */
    public static final String BEGIN = "<!-- rules -->";

    /** Line behind it. */
    public static final String END = "<!-- end of rules -->";

    private DetectionsDoc() {}

    /** The page with the table as the rules are now. */
    public static String page(String before) {
        int begin = before.indexOf(BEGIN);
        int end = before.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page has no lines " + BEGIN + " and " + END);
        }
        return before.substring(0, begin) + BEGIN + "\n\n" + table() + "\n" + before.substring(end);
    }

    private static String table() {
        StringBuilder table =
                new StringBuilder("| rule | what it finds | ATT&CK | quiet for | waits |\n|---|---|---|---|---|\n");
        Detections.all().stream()
                .map(Detection::facts)
                .sorted(Comparator.comparing(DetectionFacts::id))
                .forEach(facts -> table.append("| `")
                        .append(facts.id())
                        .append("` | ")
                        .append(facts.summary())
                        .append(" | ")
                        .append(String.join(", ", facts.attackTechniques()))
                        .append(" | ")
                        .append(Windows.text(facts.idle()))
                        .append(" | ")
                        .append(facts.isPatient() ? "yes" : "")
                        .append(" |\n"));
        return table.toString();
    }
}
