package io.weir.rules.file;

import io.weir.rules.cel.CelExpression;
import io.weir.rules.cel.CelExpression.Result;
import io.weir.rules.cel.CelMistake;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import io.weir.schemas.text.Durations;
import io.weir.schemas.text.NearestName;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads one rule out of its YAML; collects everything that is wrong with it. One instance for each rule. */
final class RuleReader {

    /** Variables beside the fields of a record; names as in findings. */
    static final Map<String, Schema> VARIABLES =
            Map.of("flowClass", FlowClass.getClassSchema(), "classReason", Schema.create(Schema.Type.STRING));

    private static final List<String> KEYS = List.of(
            "id",
            "title",
            "over",
            "filter",
            "groupBy",
            "window",
            "measure",
            "threshold",
            "for",
            "severity",
            "silence",
            "attackTechniques",
            "description");
    private static final Set<String> REQUIRED = Set.of("id", "title", "over", "window", "measure", "threshold");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");
    private static final Pattern TECHNIQUE = Pattern.compile("T[0-9]{4}(\\.[0-9]{3})?");
    private static final Pattern OF = Pattern.compile("\\s*(sum|distinct)\\s*\\((.*)\\)\\s*", Pattern.DOTALL);
    private static final Duration MIN_WINDOW = Duration.ofSeconds(10);
    private static final Duration MAX_TIME = Duration.ofDays(1);
    private static final int MAX_TITLE = 200;
    private static final int MAX_DESCRIPTION = 2000;
    private static final int MAX_GROUP_BY = 8;
    private static final int MAX_TECHNIQUES = 16;
    private static final int MAX_DEPTH = 5;

    private final String source;
    private final int firstLine;
    private final ScalarPlaces places;
    private final String text;
    private final List<RuleProblem> problems = new ArrayList<>();
    private final Map<String, Node> fields = new HashMap<>();
    private int line;
    private int column;

    /**
     * @param source file or topic, for messages
     * @param firstLine line of the source that the text begins in, from 0
     */
    RuleReader(String source, int firstLine, String text) {
        this.source = source;
        this.firstLine = firstLine;
        this.text = text;
        this.places = new ScalarPlaces(text);
        this.line = firstLine + 1;
        this.column = 1;
    }

    /** In the order of the text. */
    List<RuleProblem> problems() {
        problems.sort(Comparator.comparingInt(RuleProblem::line).thenComparingInt(RuleProblem::column));
        return problems;
    }

    /** Where the rule begins, for problems of the rule as a whole. */
    RuleProblem problem(String message) {
        return new RuleProblem(source, line, column, message);
    }

    /** The rule; null when something is wrong with it. */
    Rule read() {
        MappingNode mapping = mapping();
        if (mapping == null) {
            return null;
        }
        line = firstLine + 1 + mapping.getStartMark().getLine();
        column = 1 + mapping.getStartMark().getColumn();
        takeFields(mapping);
        List<String> missing = KEYS.stream()
                .filter(REQUIRED::contains)
                .filter(key -> !fields.containsKey(key))
                .toList();
        if (!missing.isEmpty()) {
            problems.add(problem(String.join(", ", missing) + (missing.size() == 1 ? " is" : " are") + " missing"));
        }
        Over over = choice("over", Over.values(), Over.flow);
        Rule rule = new Rule(
                matching("id", ID, "letters, digits, - and _, at most 100, for example many-peers"),
                bounded("title", MAX_TITLE),
                over,
                filter(over),
                groupBy(over),
                duration("window", MIN_WINDOW, MIN_WINDOW),
                measure(over),
                threshold(),
                duration("for", Duration.ZERO, Duration.ZERO),
                severity(),
                duration("silence", Duration.ZERO, Duration.ZERO),
                techniques(),
                bounded("description", MAX_DESCRIPTION));
        return problems.isEmpty() ? rule : null;
    }

    private MappingNode mapping() {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        Node root;
        try {
            root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            String what = e.getProblem() == null ? e.getContext() : e.getProblem();
            // What is not closed is not wrong where the text ends, but where it begins.
            boolean isOpen = e.getContextMark() != null && what.contains("end of stream");
            problem(
                    isOpen ? e.getContextMark() : e.getProblemMark(),
                    (isOpen ? "this does not end" : what) + ": put the YAML right");
            return null;
        } catch (YAMLException e) {
            problems.add(problem(e.getMessage() + ": put the YAML right"));
            return null;
        }
        if (root instanceof SequenceNode items && items.getValue().size() == 1) {
            root = items.getValue().get(0);
        }
        if (root instanceof MappingNode mapping) {
            return mapping;
        }
        String message = "this is no rule: write keys and values, for example id: many-peers";
        problems.add(root == null ? problem(message) : problemAt(root.getStartMark(), message));
        return null;
    }

    private void takeFields(MappingNode mapping) {
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (!KEYS.contains(key)) {
                problem(
                        tuple.getKeyNode().getStartMark(),
                        "there is no key '" + key + "': "
                                + NearestName.of(key, KEYS)
                                        .map(nearest -> "did you mean " + nearest + "?")
                                        .orElse("there are " + String.join(", ", KEYS)));
            } else if (fields.putIfAbsent(key, tuple.getValueNode()) != null) {
                problem(tuple.getKeyNode().getStartMark(), "'" + key + "' is given twice: keep one");
            }
        }
    }

    private CelExpression filter(Over over) {
        ScalarNode scalar = scalar("filter");
        return scalar == null ? everything(over) : expression(over, Result.CONDITION, scalar, scalar.getValue(), 0);
    }

    private static CelExpression everything(Over over) {
        return CelExpression.compile(over.schema(), VARIABLES, Result.CONDITION, "true");
    }

    private List<CelExpression> groupBy(Over over) {
        List<CelExpression> expressions = new ArrayList<>();
        for (ScalarNode item : list("groupBy", MAX_GROUP_BY)) {
            expressions.add(expression(over, Result.VALUE, item, item.getValue(), 0));
        }
        expressions.removeIf(expression -> expression == null);
        return expressions;
    }

    private Measure measure(Over over) {
        ScalarNode scalar = scalar("measure");
        if (scalar == null) {
            return null;
        }
        String value = scalar.getValue().strip();
        if (value.equals("count") || value.equals("flows")) {
            return new Measure(Measure.Kind.valueOf(value), null);
        }
        Matcher parts = OF.matcher(scalar.getValue());
        if (!parts.matches()) {
            problem(
                    scalar.getStartMark(),
                    "'" + value + "' measures nothing: write count, flows, sum(NUMBER) or distinct(VALUE)");
            return null;
        }
        Measure.Kind kind = Measure.Kind.valueOf(parts.group(1));
        Result result = kind == Measure.Kind.sum ? Result.NUMBER : Result.VALUE;
        CelExpression expression = expression(over, result, scalar, parts.group(2), parts.start(2));
        return expression == null ? null : new Measure(kind, expression);
    }

    /** @param start where the expression begins in the scalar's value */
    private CelExpression expression(Over over, Result result, ScalarNode scalar, String expression, int start) {
        try {
            return CelExpression.compile(over.schema(), VARIABLES, result, expression);
        } catch (CelMistake e) {
            int index = places.indexOf(scalar, start + e.offset());
            problems.add(new RuleProblem(
                    source,
                    firstLine + 1 + places.lineOf(index),
                    1 + places.columnOf(index),
                    e.getMessage() + ": " + e.hint()));
            return null;
        }
    }

    private double threshold() {
        ScalarNode scalar = scalar("threshold");
        if (scalar == null) {
            return 1;
        }
        try {
            double value = Double.parseDouble(scalar.getValue());
            if (value > 0 && value <= Double.MAX_VALUE) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        problem(scalar.getStartMark(), "'" + scalar.getValue() + "' is no threshold: write a number above 0");
        return 1;
    }

    private Severity severity() {
        Severity severity = choice("severity", Severity.values(), Severity.medium);
        if (severity == Severity.unknown) {
            problem(fields.get("severity").getStartMark(), "a severity is known: leave it out for medium");
        }
        return severity;
    }

    private List<String> techniques() {
        List<String> ids = new ArrayList<>();
        for (ScalarNode item : list("attackTechniques", MAX_TECHNIQUES)) {
            if (TECHNIQUE.matcher(item.getValue()).matches()) {
                ids.add(item.getValue());
            } else {
                problem(
                        item.getStartMark(),
                        "'" + item.getValue() + "' is no ATT&CK technique: write T1046 or T1021.004");
            }
        }
        return ids;
    }

    private Duration duration(String key, Duration least, Duration absent) {
        ScalarNode scalar = scalar(key);
        if (scalar == null) {
            return absent;
        }
        try {
            Duration time = Durations.parse(scalar.getValue());
            if (time.compareTo(least) >= 0 && time.compareTo(MAX_TIME) <= 0) {
                return time;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        problem(
                scalar.getStartMark(),
                key + " is '" + scalar.getValue() + "': write a duration from " + Durations.format(least) + " to "
                        + Durations.format(MAX_TIME) + ", a number with ms, s, m, h or d");
        return absent;
    }

    private <E extends Enum<E>> E choice(String key, E[] values, E absent) {
        ScalarNode scalar = scalar(key);
        if (scalar == null) {
            return absent;
        }
        for (E value : values) {
            if (value.name().equals(scalar.getValue())) {
                return value;
            }
        }
        problem(
                scalar.getStartMark(),
                key + " is '" + scalar.getValue() + "': write one of "
                        + String.join(
                                ", ",
                                Arrays.stream(values)
                                        .map(Enum::name)
                                        .filter(name -> !name.equals("unknown"))
                                        .toList()));
        return absent;
    }

    private String matching(String key, Pattern pattern, String allowed) {
        ScalarNode scalar = scalar(key);
        if (scalar == null) {
            return "";
        }
        if (!pattern.matcher(scalar.getValue()).matches()) {
            problem(scalar.getStartMark(), key + " is '" + scalar.getValue() + "': write " + allowed);
        }
        return scalar.getValue();
    }

    private String bounded(String key, int most) {
        ScalarNode scalar = scalar(key);
        String value = scalar == null ? "" : scalar.getValue().strip();
        if (value.length() > most) {
            problem(scalar.getStartMark(), key + " has " + value.length() + " characters: there may be " + most);
        }
        return value;
    }

    private ScalarNode scalar(String key) {
        Node node = fields.get(key);
        if (node == null || node instanceof ScalarNode) {
            return (ScalarNode) node;
        }
        problem(node.getStartMark(), key + " has to be one value, not a list or keys");
        return null;
    }

    private List<ScalarNode> list(String key, int most) {
        Node node = fields.get(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            problem(node.getStartMark(), key + " has to be a list, for example [" + "initiator.address]");
            return List.of();
        }
        List<ScalarNode> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            if (item instanceof ScalarNode scalar) {
                items.add(scalar);
            } else {
                problem(item.getStartMark(), "an element of " + key + " has to be one value");
            }
        }
        if (items.size() > most) {
            problem(node.getStartMark(), key + " has " + items.size() + " elements: there may be " + most);
        }
        return items;
    }

    private void problem(Mark at, String message) {
        problems.add(problemAt(at, message));
    }

    private RuleProblem problemAt(Mark at, String message) {
        return at == null
                ? problem(message)
                : new RuleProblem(source, firstLine + 1 + at.getLine(), 1 + at.getColumn(), message);
    }
}
