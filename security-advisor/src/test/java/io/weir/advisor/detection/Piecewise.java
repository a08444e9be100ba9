package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostTable;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.ServedPort;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A rule that looks again and again, only where it says that what has come concerns it, ends up with what it says of all at once. */
final class Piecewise {

    private final Detection rule;
    private final long untilMicros;
    private final Function<Verdict, String> text;
    private final Map<String, String> latest = new HashMap<>();

    /** Most looks: after each observation, or after some where there are more. */
    private static final int MAX_LOOKS = 500;

    /** What came since the last look. */
    private final Map<Host, Changes> changed = new LinkedHashMap<>();

    private Piecewise(Detection rule, long untilMicros, Function<Verdict, String> text) {
        this.rule = rule;
        this.untilMicros = untilMicros;
        this.text = text;
    }

    static void assertSame(
            Detection rule,
            long untilMicros,
            Collection<Observation> seen,
            List<Verdict> atOnce,
            Function<Verdict, String> text) {
        Piecewise piecewise = new Piecewise(rule, untilMicros, text);
        HostTable hosts = new HostTable(100_000, 1_000_000);
        hosts.open(null, null);
        int step = 1 + seen.size() / MAX_LOOKS;
        int count = 0;
        for (Observation one : seen) {
            piecewise.take(hosts.began(one), hosts.wasAsked(one));
            count++;
            if (count % step == 0 || count == seen.size()) {
                piecewise.look();
            }
        }
        assertThat(piecewise.latest.values())
                .as("verdicts of a rule that looks at what concerns it, after each observation")
                .containsAll(atOnce.stream().map(text).toList());
    }

    private void take(Contact contact, ServedPort service) {
        changed.computeIfAbsent(contact.host(), ignored -> new Changes()).add(contact);
        changed.computeIfAbsent(service.host(), ignored -> new Changes()).add(service);
    }

    private void look() {
        changed.forEach((host, changes) -> look(
                host,
                changes,
                changes.contacts().stream().anyMatch(rule::concerns)
                        || changes.services().stream().anyMatch(rule::concerns)));
        changed.clear();
    }

    private void look(Host host, Changes changes, boolean isConcerned) {
        boolean isOpen = latest.keySet().stream().anyMatch(key -> key.startsWith(host.key() + ">"));
        if (isConcerned || isOpen) {
            rule.examine(
                    host,
                    changes,
                    untilMicros,
                    verdict -> latest.put(host.key() + ">" + verdict.scope, text.apply(verdict)));
        }
    }
}
