package io.weir.rules.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Rules as people write them, a list in YAML. A rule with a mistake is refused as a whole; the others go on, even where its YAML cannot be read:
 * every element of the list is read by itself.
 *
 * @param rules in the order of the file
 * @param problems of refused rules, in the order of the file
 */
public record RuleFile(List<Rule> rules, List<RuleProblem> problems) {

    /** Most rules; each is evaluated for every record. */
    public static final int MAX_RULES = 1000;

    /** Longest text, characters. */
    private static final int MAX_LENGTH = 1 << 22;

    public RuleFile {
        rules = List.copyOf(rules);
        problems = List.copyOf(problems);
    }

    /** @throws IllegalArgumentException when the file cannot be read */
    public static RuleFile read(Path file) {
        return parse(file.toString(), textOf(file));
    }

    /**
     * Reads rules.
     *
     * @param source where they come from, for messages
     */
    public static RuleFile parse(String source, String text) {
        List<Rule> rules = new ArrayList<>();
        List<RuleProblem> problems = new ArrayList<>();
        if (text.length() > MAX_LENGTH) {
            problems.add(new RuleProblem(
                    source, 1, 1, "the file has " + text.length() + " characters: there may be " + MAX_LENGTH));
            return new RuleFile(rules, problems);
        }
        Set<String> ids = new HashSet<>();
        for (Element element : elementsOf(text)) {
            RuleReader reader = new RuleReader(source, element.firstLine(), element.text());
            Rule rule = reader.read();
            problems.addAll(reader.problems());
            if (rule == null) {
                continue;
            }
            if (!ids.add(rule.id())) {
                problems.add(
                        reader.problem("there is another rule '" + rule.id() + "' before this one: ids are unique"));
            } else if (rules.size() == MAX_RULES) {
                problems.add(reader.problem("this is one rule too many, there may be " + MAX_RULES));
            } else {
                rules.add(rule);
            }
        }
        return new RuleFile(rules, problems);
    }

    /** @param firstLine from 0 */
    private record Element(int firstLine, String text) {}

    /** Lines that begin an element stand as far to the right as the first of them; what lies between them is further to the right. */
    private static List<Element> elementsOf(String text) {
        List<Element> elements = new ArrayList<>();
        List<String> lines = text.lines().toList();
        int indent = -1;
        int first = 0;
        StringBuilder element = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean isEmpty = line.isBlank() || line.stripLeading().startsWith("#") || line.startsWith("---");
            boolean isItem = line.strip().equals("-") || line.stripLeading().startsWith("- ");
            int at = line.length() - line.stripLeading().length();
            if (indent < 0 && isItem && element.toString().isBlank()) {
                indent = at;
            }
            if (isItem && at == indent) {
                add(elements, first, element);
                first = i;
            }
            if (indent < 0 && isEmpty) {
                // Keeps the count of lines.
                element.append('\n');
            } else {
                element.append(line).append('\n');
            }
        }
        add(elements, first, element);
        return elements;
    }

    private static void add(List<Element> elements, int firstLine, StringBuilder text) {
        if (!text.toString().isBlank()) {
            elements.add(new Element(firstLine, text.toString()));
        }
        text.setLength(0);
    }

    private static String textOf(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no rule file " + file, e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
