package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.HostTable;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** What a rule says of all hosts once it has seen some observations. */
final class Look {

    private Look() {}

    /** In whatever order they came: looks again with several other orders, and says so when the verdicts differ. */
    static List<Verdict> of(Detection rule, Collection<Observation> seen) {
        List<Verdict> inOrder = until(rule, Long.MAX_VALUE, seen);
        Piecewise.assertSame(rule, Long.MAX_VALUE, seen, inOrder, Look::text);
        List<Observation> other = new ArrayList<>(seen);
        for (int seed = 1; seed <= 3; seed++) {
            Collections.shuffle(other, new Random(seed));
            assertThat(text(until(rule, Long.MAX_VALUE, other)))
                    .as("verdicts when the records come in another order, seed " + seed)
                    .isEqualTo(text(inOrder));
        }
        return inOrder;
    }

    /** In this order, leaving out what began later. */
    static List<Verdict> until(Detection rule, long untilMicros, Collection<Observation> seen) {
        HostTable hosts = new HostTable(100_000, 1_000_000);
        hosts.open(null, null);
        seen.forEach(one -> {
            hosts.began(one);
            hosts.wasAsked(one);
        });
        List<Verdict> verdicts = new ArrayList<>();
        hosts.forEach(host -> rule.examine(host, Changes.all(host), untilMicros, verdicts::add));
        verdicts.sort(Comparator.comparing(Look::text));
        return verdicts;
    }

    /** Epoch microseconds of a second of the timeline. */
    static long second(double second) {
        return Observations.T0 + Math.round(second * 1e6);
    }

    static double measured(Verdict verdict, String name) {
        return verdict.measurements.stream()
                .filter(one -> one.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static String text(List<Verdict> verdicts) {
        return verdicts.stream().map(Look::text).collect(Collectors.joining("\n"));
    }

    private static String text(Verdict verdict) {
        return String.join(
                "|",
                verdict.initiator + ">" + verdict.responder,
                verdict.scope,
                verdict.severity + " " + verdict.confidence,
                verdict.title,
                verdict.description,
                verdict.measurements.toString(),
                verdict.protocol + "/" + verdict.port,
                verdict.flowClass + " " + verdict.firstMicros + " " + verdict.lastMicros + " " + verdict.flows,
                verdict.traffic + " " + verdict.magnitude,
                verdict.point + verdict.peers + verdict.evidence);
    }
}
