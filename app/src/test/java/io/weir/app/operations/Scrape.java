package io.weir.app.operations;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Metrics in Prometheus's text format, read. */
public final class Scrape {

    private static final Pattern SAMPLE =
            Pattern.compile("(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?<labels>.*)})? (?<value>[^ ]+)");
    private static final Pattern LABEL = Pattern.compile("(?<key>\\w+)=\"(?<value>(?:[^\"\\\\]|\\\\.)*)\"");

    /** One line. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    private final List<Sample> samples = new ArrayList<>();
    private final Map<String, String> types = new TreeMap<>();
    private final Map<String, String> helps = new TreeMap<>();

    public Scrape(String text) {
        text.lines().forEach(this::read);
    }

    private void read(String line) {
        if (line.startsWith("#")) {
            String[] words = line.split(" ", 4);
            (words[1].equals("TYPE") ? types : helps).put(words[2], words[3]);
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new IllegalArgumentException(line);
        }
        Map<String, String> labels = new LinkedHashMap<>();
        if (sample.group("labels") != null) {
            Matcher label = LABEL.matcher(sample.group("labels"));
            while (label.find()) {
                labels.put(label.group("key"), label.group("value"));
            }
        }
        samples.add(new Sample(sample.group("name"), labels, Double.parseDouble(sample.group("value"))));
    }

    /** Type by name, in the order of the names. */
    public Map<String, String> types() {
        return types;
    }

    public String help(String name) {
        return helps.getOrDefault(name, "");
    }

    /** Those of a name, or that a name of a timer has with something behind it. */
    public List<Sample> samplesOf(String name) {
        return samples.stream().filter(sample -> sample.name().equals(name)).toList();
    }

    public List<Sample> samples() {
        return samples;
    }

    /** Over all labels. */
    public double sum(String name) {
        return samplesOf(name).stream().mapToDouble(Sample::value).sum();
    }
}
