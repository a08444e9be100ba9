package io.weir.advisor.detection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of rules and of their thresholds in {@code docs/detections.md}. What a threshold means is what the comment of its settings says. */
final class DetectionsDoc {

    private static final Path SOURCES = Path.of("src/main/java/io/weir/advisor/detection");
    private static final Pattern PARAMETER = Pattern.compile("@param (\\w+) ((?:(?!@param|\\*/).)*)", Pattern.DOTALL);

    private DetectionsDoc() {}

    /** The page with the tables as the rules are now. */
    static String page(String before) throws IOException {
        return with(with(before, "rules", table()), "thresholds", thresholds());
    }

    /** With what stands between the lines of that name replaced. */
    private static String with(String page, String name, String table) {
        String first = "<!-- " + name + " -->";
        int begin = page.indexOf(first);
        int end = page.indexOf("<!-- end of " + name + " -->");
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page has no lines for " + name);
        }
        return page.substring(0, begin) + first + "\n\n" + table + "\n" + page.substring(end);
    }

    private static String thresholds() throws IOException {
        StringBuilder table = new StringBuilder("| threshold | default | what |\n|---|---|---|\n");
        List<Detection> rules = new ArrayList<>(Detections.all());
        rules.sort(Comparator.comparing(rule -> rule.facts().id()));
        for (Detection rule : rules) {
            Map<String, String> meanings = meanings(rule.getClass().getSimpleName());
            Detections.thresholds(rule.facts().id()).forEach((name, value) -> table.append("| `")
                    .append(rule.facts().id())
                    .append('.')
                    .append(name)
                    .append("` | ")
                    .append(value)
                    .append(" | ")
                    .append(meanings.get(name))
                    .append(" |\n"));
        }
        return table.toString();
    }

    /** By name with hyphens. */
    private static Map<String, String> meanings(String rule) throws IOException {
        String source = Files.readString(SOURCES.resolve(rule + ".java"));
        int settings = source.indexOf("public record Settings(");
        Map<String, String> meanings = new HashMap<>();
        if (settings < 0) {
            return meanings;
        }
        Matcher parameters = PARAMETER.matcher(source.substring(source.lastIndexOf("/**", settings), settings));
        while (parameters.find()) {
            meanings.put(
                    parameters.group(1).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT),
                    parameters.group(2).replaceAll("\\s*\\n\\s*\\*?\\s*", " ").strip());
        }
        return meanings;
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
