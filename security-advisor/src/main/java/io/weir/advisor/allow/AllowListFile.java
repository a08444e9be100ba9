package io.weir.advisor.allow;

import io.weir.advisor.allow.AllowEntry.PortRange;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.ClusterSet;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An allow-list as people write it, one field of an entry a line, {@code #} before a comment:
 *
 * <pre>
 * uptime-checks.rule = ingress
 * uptime-checks.source = 198.51.100.0/24, 2001:db8:7::/48
 * uptime-checks.destination = service/web
 * uptime-checks.port = 443, 8000-8099
 * uptime-checks.protocol = tcp
 * uptime-checks.owner = sre@example.org
 * uptime-checks.reason = Probes of the status page
 * uptime-checks.expires = 2027-01-01
 * </pre>
 *
 * An entry with a mistake is refused as a whole, as what is left of it might permit more than was meant; the others go on, as an entry too
 * few means a finding too many and hides nothing.
 *
 * @param entries in the order of their first lines
 * @param problems of refused entries, one sentence each, with file and line
 */
public record AllowListFile(List<AllowEntry> entries, List<String> problems) {

    private static final Pattern LINE =
            Pattern.compile("(?<name>[A-Za-z0-9][A-Za-z0-9_-]{0,99})\\.(?<field>[a-z-]+)\\s*=\\s*(?<value>.*)");
    private static final Pattern NAME = Pattern.compile("(?<name>[A-Za-z0-9][A-Za-z0-9_-]{0,99})\\.");
    private static final Pattern SET = Pattern.compile("(?:[a-z]+/)?" + ClusterSet.NAME.pattern());
    private static final Pattern PORTS = Pattern.compile("(?<first>[0-9]{1,5})(?:-(?<last>[0-9]{1,5}))?");
    private static final List<String> FIELDS =
            List.of("rule", "source", "destination", "port", "protocol", "owner", "reason", "expires");
    private static final List<String> REQUIRED = List.of("source", "owner", "reason", "expires");
    private static final Map<String, Integer> PROTOCOLS =
            Map.of("icmp", 1, "tcp", 6, "udp", 17, "gre", 47, "esp", 50, "icmpv6", 58, "sctp", 132);

    /** What an entry permits that names no rule: lists of before there were other rules mean what they meant. */
    private static final String DEFAULT_RULE = "ingress";

    private static final int MAX_PORT = 65_535;
    private static final int MAX_PROTOCOL = 255;
    private static final int MAX_TEXT = 200;

    private record Value(String text, int line) {}

    /** Of one name. */
    private static final class Draft {
        private final Map<String, Value> fields = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();
        private final int line;

        Draft(int line) {
            this.line = line;
        }
    }

    /**
     * Reads a file.
     *
     * @param rules ids of the rules that there are
     * @throws IllegalArgumentException when the file cannot be read
     */
    public static AllowListFile read(Path file, Set<String> rules) {
        Map<String, Draft> drafts = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        List<String> lines = linesOf(file);
        Draft before = null;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            int number = i + 1;
            if (!parts.matches()) {
                // Whose limit it was meant to be is a guess: an entry that has lost one permits nothing.
                Matcher start = NAME.matcher(line);
                Draft draft = start.lookingAt()
                        ? drafts.computeIfAbsent(start.group("name"), ignored -> new Draft(number))
                        : before;
                (draft == null ? problems : draft.problems)
                        .add(file + ":" + number + ": '" + shortened(line)
                                + "' cannot be read: write NAME.FIELD = VALUE, for example uptime-checks.port = 443");
                continue;
            }
            Draft draft = drafts.computeIfAbsent(parts.group("name"), ignored -> new Draft(number));
            take(draft, file, number, parts.group("field"), parts.group("value").strip());
            before = draft;
        }
        List<AllowEntry> entries = new ArrayList<>();
        drafts.forEach((name, draft) -> {
            AllowEntry entry = entryOf(file, name, draft, rules);
            if (entry != null && entries.size() == AllowList.MAX_ENTRIES) {
                problems.add(file + ":" + draft.line + ": the entry '" + name + "' is one too many, there may be "
                        + AllowList.MAX_ENTRIES + ": give one entry several sources or destinations");
            } else if (entry == null) {
                draft.problems.forEach(problem -> problems.add(problem + "; the entry '" + name + "' permits nothing"));
            } else {
                entries.add(entry);
            }
        });
        return new AllowListFile(entries, problems);
    }

    private static void take(Draft draft, Path file, int line, String field, String value) {
        String place = file + ":" + line + ": ";
        if (!FIELDS.contains(field)) {
            draft.problems.add(place + "there is no field '" + field + "': there are " + String.join(", ", FIELDS));
        } else if (draft.fields.putIfAbsent(field, new Value(value, line)) != null) {
            draft.problems.add(
                    place + "'" + field + "' is given twice: keep one, several values with commas between them");
        }
    }

    private static AllowEntry entryOf(Path file, String name, Draft draft, Set<String> knownRules) {
        List<String> missing = new ArrayList<>(REQUIRED);
        missing.removeIf(field -> draft.fields.containsKey(field)
                && !draft.fields.get(field).text().isEmpty());
        if (!missing.isEmpty()) {
            draft.problems.add(file + ":" + draft.line + ": " + String.join(", ", missing)
                    + (missing.size() == 1 ? " is" : " are") + " missing: say so for every entry");
        }
        Set<String> rules = new HashSet<>();
        List<Cidr> sources = new ArrayList<>();
        List<Cidr> destinations = new ArrayList<>();
        List<String> sets = new ArrayList<>();
        List<PortRange> ports = new ArrayList<>();
        Integer[] protocol = new Integer[1];
        long[] expiresMs = {Long.MAX_VALUE};
        each(file, draft, "rule", text -> rules.add(ruleOf(text, knownRules)));
        each(file, draft, "source", text -> sources.add(Cidr.parse(text)));
        each(file, draft, "destination", text -> addDestination(text, destinations, sets));
        each(file, draft, "port", text -> ports.add(portsOf(text)));
        whole(file, draft, "protocol", text -> protocol[0] = protocolOf(text));
        whole(
                file,
                draft,
                "expires",
                text -> expiresMs[0] = text.equals("never") ? Long.MAX_VALUE : ClusterSet.timeMs(text));
        if (!draft.problems.isEmpty()) {
            return null;
        }
        return new AllowEntry(
                name,
                shortened(draft.fields.get("owner").text()),
                shortened(draft.fields.get("reason").text()),
                rules.isEmpty() ? Set.of(DEFAULT_RULE) : rules,
                sources,
                destinations,
                sets,
                ports,
                protocol[0],
                expiresMs[0]);
    }

    private interface Taker {
        void take(String text);
    }

    private static void each(Path file, Draft draft, String field, Taker taker) {
        whole(file, draft, field, text -> {
            for (String part : text.split(",")) {
                taker.take(part.strip());
            }
        });
    }

    private static void whole(Path file, Draft draft, String field, Taker taker) {
        Value value = draft.fields.get(field);
        if (value == null || (value.text().isEmpty() && REQUIRED.contains(field))) {
            return;
        }
        try {
            taker.take(value.text());
        } catch (IllegalArgumentException e) {
            draft.problems.add(file + ":" + value.line() + ": " + field + ": " + e.getMessage());
        }
    }

    /** What begins with a digit or holds a colon is an address. */
    private static void addDestination(String text, List<Cidr> ranges, List<String> sets) {
        boolean isAddress = text.indexOf(':') >= 0 || (!text.isEmpty() && Character.isDigit(text.charAt(0)));
        if (!isAddress && SET.matcher(text).matches()) {
            sets.add(text);
        } else {
            ranges.add(Cidr.parse(text));
        }
    }

    private static String ruleOf(String text, Set<String> known) {
        if (known.contains(text) || text.equals(AllowEntry.EVERY_RULE)) {
            return text;
        }
        throw new IllegalArgumentException("there is no rule '" + text + "': there are "
                + String.join(", ", new TreeSet<>(known)) + ", and " + AllowEntry.EVERY_RULE + " for all of them");
    }

    private static PortRange portsOf(String text) {
        Matcher range = PORTS.matcher(text);
        if (range.matches()) {
            int first = Integer.parseInt(range.group("first"));
            int last = range.group("last") == null ? first : Integer.parseInt(range.group("last"));
            if (first <= last && last <= MAX_PORT) {
                return new PortRange(first, last);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no port: write 443 or 8000-8099, at most " + MAX_PORT);
    }

    private static Integer protocolOf(String text) {
        Integer known = PROTOCOLS.get(text.toLowerCase(Locale.ROOT));
        if (known != null) {
            return known;
        }
        if (text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= MAX_PROTOCOL) {
            return Integer.valueOf(text);
        }
        throw new IllegalArgumentException("'" + text + "' is no protocol: write one of "
                + String.join(", ", new TreeSet<>(PROTOCOLS.keySet())) + ", or its IANA number");
    }

    private static String shortened(String text) {
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
    }

    private static List<String> linesOf(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no allow-list " + file, e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
