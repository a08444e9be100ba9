package io.weir.app.read;

import io.weir.app.terminal.Table;
import io.weir.app.terminal.Units;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Measurement;
import io.weir.schemas.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * In what the findings of two runs differ. Two episodes are the same thing when they have the same id; else, as an id holds when the episode began, when they
 * are of the same rule, initiator, responder, port and protocol, and overlap in time: first those with the same title. Each has one counterpart at
 * most. Whether an episode is {@code opened} or {@code updated} is no difference: that goes by when somebody looked.
 */
public final class FindingsDiff {

    /** What a floating-point number may lose on the way. */
    private static final double TOLERANCE = 1e-9;

    private static final double MAX_EXACT = 1L << 53;

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::getRule)
            .thenComparing(Finding::getFirstSeenMicroseconds)
            .thenComparing(Finding::getFindingId);

    /**
     * A number or word that differs.
     *
     * @param field as in the schema; that of a measurement is its name
     * @param a in the first run; null when absent
     * @param b in the second run; null when absent
     */
    public record Change(String field, String a, String b) {

        @Override
        public String toString() {
            return field + " " + (a == null ? "-" : a) + " → " + (b == null ? "-" : b);
        }
    }

    /**
     * The same thing in both runs, seen differently.
     *
     * @param changes at least one
     */
    public record Pair(Finding a, Finding b, List<Change> changes) {}

    private List<Finding> onlyA;
    private List<Finding> onlyB;
    private final List<Pair> different = new ArrayList<>();
    private long same;

    private final Set<String> ignored;

    private FindingsDiff(Collection<Finding> a, Collection<Finding> b, Set<String> ignored) {
        this.ignored = Set.copyOf(ignored);
        onlyA = a.stream().sorted(ORDER).toList();
        onlyB = b.stream().sorted(ORDER).toList();
    }

    /** Compares final records of episodes. */
    public static FindingsDiff of(Collection<Finding> a, Collection<Finding> b) {
        return of(a, b, Set.of());
    }

    /**
     * Compares final records of episodes.
     *
     * @param ignored names of {@link Change#field} that are no difference
     */
    public static FindingsDiff of(Collection<Finding> a, Collection<Finding> b, Set<String> ignored) {
        FindingsDiff diff = new FindingsDiff(a, b, ignored);
        diff.match(Finding::getFindingId, (one, other) -> true);
        diff.match(one -> scopeOf(one) + "|" + one.getTitle(), FindingsDiff::overlap);
        diff.match(FindingsDiff::scopeOf, FindingsDiff::overlap);
        diff.different.sort(Comparator.comparing(Pair::a, ORDER));
        return diff;
    }

    /** Finds counterparts among those that have none yet. */
    private void match(Function<Finding, String> keyOf, BiPredicate<Finding, Finding> fits) {
        Map<String, List<Finding>> candidates = new LinkedHashMap<>();
        onlyB.forEach(one -> candidates
                .computeIfAbsent(keyOf.apply(one), ignored -> new ArrayList<>())
                .add(one));
        List<Finding> alone = new ArrayList<>();
        for (Finding one : onlyA) {
            List<Finding> ofKey = candidates.getOrDefault(keyOf.apply(one), List.of());
            Finding other = ofKey.stream()
                    .filter(candidate -> fits.test(one, candidate))
                    .findFirst()
                    .orElse(null);
            if (other == null) {
                alone.add(one);
            } else {
                ofKey.remove(other);
                compare(one, other);
            }
        }
        onlyA = alone;
        onlyB = candidates.values().stream().flatMap(List::stream).sorted(ORDER).toList();
    }

    private static String scopeOf(Finding finding) {
        return String.join(
                "|",
                finding.getRule(),
                nameOf(finding.getInitiator()),
                nameOf(finding.getResponder()),
                String.valueOf(finding.getResponder().getPort()),
                String.valueOf(finding.getProtocolIdentifier()));
    }

    private static String nameOf(Endpoint endpoint) {
        return endpoint.getAddress() == null ? String.valueOf(endpoint.getEntity()) : endpoint.getAddress();
    }

    private static boolean overlap(Finding one, Finding other) {
        return one.getFirstSeenMicroseconds() <= other.getLastSeenMicroseconds()
                && other.getFirstSeenMicroseconds() <= one.getLastSeenMicroseconds();
    }

    private void compare(Finding a, Finding b) {
        List<Change> changes = changesOf(a, b);
        changes.removeIf(change -> ignored.contains(change.field()));
        if (changes.isEmpty()) {
            same++;
        } else {
            different.add(new Pair(a, b, changes));
        }
    }

    private static List<Change> changesOf(Finding a, Finding b) {
        List<Change> changes = new ArrayList<>();
        add(changes, "severity", a.getSeverity().name(), b.getSeverity().name());
        add(changes, "confidence", a.getConfidence().name(), b.getConfidence().name());
        add(changes, "status", statusOf(a), statusOf(b));
        add(changes, "flowClass", a.getFlowClass().name(), b.getFlowClass().name());
        add(changes, "allowedBy", a.getAllowedBy(), b.getAllowedBy());
        add(changes, "firstSeen", time(a.getFirstSeenMicroseconds()), time(b.getFirstSeenMicroseconds()));
        add(changes, "lastSeen", time(a.getLastSeenMicroseconds()), time(b.getLastSeenMicroseconds()));
        add(changes, "flows", Long.toString(a.getFlows()), Long.toString(b.getFlows()));
        add(changes, "packets", Long.toString(a.getPackets()), Long.toString(b.getPackets()));
        add(changes, "layer2Octets", Long.toString(a.getLayer2Octets()), Long.toString(b.getLayer2Octets()));
        Map<String, Measurement> ofA = measurementsOf(a);
        Map<String, Measurement> ofB = measurementsOf(b);
        TreeSet<String> names = new TreeSet<>(ofA.keySet());
        names.addAll(ofB.keySet());
        for (String name : names) {
            Measurement one = ofA.get(name);
            Measurement other = ofB.get(name);
            addNumber(changes, name, one == null ? null : one.getValue(), other == null ? null : other.getValue());
            addNumber(
                    changes,
                    name + " threshold",
                    one == null ? null : one.getThreshold(),
                    other == null ? null : other.getThreshold());
        }
        return changes;
    }

    private static String statusOf(Finding finding) {
        if (finding.getStatus() != FindingStatus.closed) {
            return "open";
        }
        return "closed" + (finding.getEndReason() == null ? "" : " (" + finding.getEndReason() + ")");
    }

    /** Exact: to the microsecond. */
    private static String time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    private static Map<String, Measurement> measurementsOf(Finding finding) {
        Map<String, Measurement> measurements = new HashMap<>();
        finding.getMeasurements().forEach(one -> measurements.putIfAbsent(one.getName(), one));
        return measurements;
    }

    private static void addNumber(List<Change> changes, String field, Double a, Double b) {
        if (a != null && b != null && Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b))) {
            return;
        }
        add(changes, field, number(a), number(b));
    }

    private static String number(Double value) {
        if (value == null) {
            return null;
        }
        return value == Math.rint(value) && Math.abs(value) < MAX_EXACT
                ? Long.toString(value.longValue())
                : value.toString();
    }

    private static void add(List<Change> changes, String field, String a, String b) {
        if (!Objects.equals(a, b)) {
            changes.add(new Change(field, a, b));
        }
    }

    /** Episodes that the second run does not have, by rule and time. */
    public List<Finding> onlyA() {
        return onlyA;
    }

    /** Episodes that the first run does not have, by rule and time. */
    public List<Finding> onlyB() {
        return onlyB;
    }

    /** Episodes of both that differ, by rule and time. */
    public List<Pair> different() {
        return List.copyOf(different);
    }

    /** Episodes of both that do not differ. */
    public long same() {
        return same;
    }

    /** True when the runs have found the same. */
    public boolean isSame() {
        return onlyA.isEmpty() && onlyB.isEmpty() && different.isEmpty();
    }

    /** As a table, and a line that counts. */
    public List<String> text(int width) {
        List<String> lines = new ArrayList<>();
        if (!isSame()) {
            Table table = new Table(
                    Table.left("in"),
                    Table.left("rule"),
                    Table.left("severity"),
                    Table.left("first seen"),
                    Table.left("finding"),
                    Table.left("difference"));
            onlyA.forEach(one -> row(table, "A", one, null));
            onlyB.forEach(one -> row(table, "B", one, null));
            for (Pair pair : different) {
                row(
                        table,
                        "both",
                        pair.a(),
                        pair.changes().stream().map(Change::toString).collect(Collectors.joining("; ")));
            }
            lines.addAll(table.lines(width));
            lines.add("");
        }
        lines.add("only in A " + Units.count(onlyA.size()) + ", only in B " + Units.count(onlyB.size())
                + ", in both and different " + Units.count(different.size()) + ", the same " + Units.count(same));
        return lines;
    }

    private static void row(Table table, String in, Finding finding, String difference) {
        table.add(
                in,
                finding.getRule(),
                finding.getSeverity().name(),
                Units.time(Instant.EPOCH.plus(finding.getFirstSeenMicroseconds(), ChronoUnit.MICROS)),
                finding.getTitle(),
                difference);
    }

    /** As an object. */
    public JsonObject json() {
        return new JsonObject()
                .put("isSame", isSame())
                .put("onlyA", onlyA.stream().map(FindingsDiff::json).toList())
                .put("onlyB", onlyB.stream().map(FindingsDiff::json).toList())
                .put("different", different.stream().map(FindingsDiff::json).toList())
                .put("same", same);
    }

    private static JsonObject json(Finding finding) {
        return new JsonObject()
                .put("findingId", finding.getFindingId())
                .put("rule", finding.getRule())
                .put("severity", finding.getSeverity().name())
                .put("status", finding.getStatus().name())
                .put("title", finding.getTitle())
                .put("firstSeenMicroseconds", finding.getFirstSeenMicroseconds())
                .put("lastSeenMicroseconds", finding.getLastSeenMicroseconds());
    }

    private static JsonObject json(Pair pair) {
        return new JsonObject()
                .put("a", json(pair.a()))
                .put("b", json(pair.b()))
                .put(
                        "changes",
                        pair.changes().stream()
                                .map(change -> new JsonObject()
                                        .put("field", change.field())
                                        .put("a", change.a())
                                        .put("b", change.b()))
                                .toList());
    }
}
