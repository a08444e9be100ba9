package io.weir.rules.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rules as people write them, a list in YAML. A rule with a mistake is refused as a whole; the others go on, even where its YAML cannot be read:
 * every element of the list is read by itself.
 *
 * @param rules in the order of the file
 * @param problems of refused rules, in the order of the file
 * @param texts the rules as they are written, by id
 */
public record RuleFile(List<Rule> rules, List<RuleProblem> problems, Map<String, String> texts) {

    /** Most rules; each is evaluated for every record. */
    public static final int MAX_RULES = 1000;

    /** Longest text, characters. */
    private static final int MAX_LENGTH = 1 << 22;

    public RuleFile {
        rules = List.copyOf(rules);
        problems = List.copyOf(problems);
        texts = Map.copyOf(texts);
    }

    /** @throws IllegalArgumentException when the file cannot be read */
    public static RuleFile read(Path file) {
        return parse(file.toString(), textOf(file));
    }

    /**
     * Reads the one rule of an id.
     *
     * @param source where it comes from, for messages
     * @return the rule with this id, or what is wrong; never both
     */
    public static RuleFile parseOne(String source, String id, String text) {
        RuleFile read = parse(source, text);
        List<RuleProblem> problems = new ArrayList<>(read.problems());
        if (problems.isEmpty() && read.rules().size() != 1) {
            problems.add(
                    new RuleProblem(source, 1, 1, "there are " + read.rules().size() + " rules: write one"));
        } else if (problems.isEmpty() && !read.rules().get(0).id().equals(id)) {
            problems.add(new RuleProblem(
                    source,
                    1,
                    1,
                    "its id is '" + read.rules().get(0).id() + "', but its key '" + id + "': they are equal"));
        }
        return new RuleFile(problems.isEmpty() ? read.rules() : List.of(), problems, Map.of());
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
            return new RuleFile(rules, problems, Map.of());
        }
        Map<String, String> texts = new HashMap<>();
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
                texts.put(rule.id(), element.standingAlone());
            }
        }
        return new RuleFile(rules, problems, texts);
    }

    /** @param firstLine from 0 */
    private record Element(int firstLine, String text) {

        /** As an element of a list at the left, without what stands before it. */
        String standingAlone() {
            List<String> lines =
                    text.lines().dropWhile(RuleFile::isBetweenElements).toList();
            int indent = indentOf(lines.get(0));
            // A file may hold one rule that is no list.
            boolean isItem = isItem(lines.get(0));
            StringBuilder alone = new StringBuilder();
            for (String line : lines) {
                alone.append(isItem ? "" : alone.isEmpty() ? "- " : "  ")
                        .append(line.substring(Math.min(indent, indentOf(line))))
                        .append('\n');
            }
            return alone.toString().stripTrailing() + "\n";
        }
    }

    /** Lines that begin an element stand as far to the right as the first of them; what lies between them is further to the right. */
    private static List<Element> elementsOf(String text) {
        List<Element> elements = new ArrayList<>();
        List<String> lines = text.lines().toList();
        int indent = -1;
        int first = 0;
        StringBuilder element = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean isEmpty = isBetweenElements(line);
            boolean isItem = isItem(line);
            int at = indentOf(line);
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

    private static boolean isBetweenElements(String line) {
        return line.isBlank() || line.stripLeading().startsWith("#") || line.startsWith("---");
    }

    private static boolean isItem(String line) {
        return line.strip().equals("-") || line.stripLeading().startsWith("- ");
    }

    private static int indentOf(String line) {
        return line.length() - line.stripLeading().length();
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
