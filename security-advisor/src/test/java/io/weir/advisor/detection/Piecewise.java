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
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A rule that looks after each observation, only where it says that this one concerns it, ends up with what it says of all at once. */
final class Piecewise {

    private final Detection rule;
    private final long untilMicros;
    private final Function<Verdict, String> text;
    private final Map<String, String> latest = new HashMap<>();

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
        seen.forEach(one -> piecewise.look(hosts.began(one), hosts.wasAsked(one)));
        assertThat(piecewise.latest.values())
                .as("verdicts of a rule that looks at what concerns it, after each observation")
                .containsAll(atOnce.stream().map(text).toList());
    }

    private void look(Contact contact, ServedPort service) {
        Changes began = new Changes();
        began.add(contact);
        look(contact.host(), began, rule.concerns(contact));
        Changes asked = new Changes();
        asked.add(service);
        look(service.host(), asked, rule.concerns(service));
    }

    private void look(Host host, Changes changed, boolean isConcerned) {
        boolean isOpen = latest.keySet().stream().anyMatch(key -> key.startsWith(host.key() + ">"));
        if (isConcerned || isOpen) {
            rule.examine(
                    host,
                    changed,
                    untilMicros,
                    verdict -> latest.put(host.key() + ">" + verdict.scope, text.apply(verdict)));
        }
    }
}
