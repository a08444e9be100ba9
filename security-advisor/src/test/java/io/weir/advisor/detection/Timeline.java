package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What one host did and what was done to it, and what a rule says of that. */
final class Timeline {

    private static final int ORDERS = 5;

    private final String host;
    private final List<Act> acts = new ArrayList<>();

    Timeline(String host) {
        this.host = host;
    }

    Timeline add(Act... more) {
        acts.addAll(Arrays.asList(more));
        return this;
    }

    Timeline add(Collection<Act> more) {
        acts.addAll(more);
        return this;
    }

    /** Acts by number, from 0. */
    Timeline add(int count, IntFunction<Act> act) {
        return add(IntStream.range(0, count).mapToObj(act).toList());
    }

    /** The host has been known for long enough to know what it does: it asked a resolver inside two days before. */
    Timeline known() {
        return add(Act.internal(host, "10.0.0.53", 53).udp().at(-2 * 86_400));
    }

    /** Verdicts when all has been seen, by whatever order it came. */
    List<Verdict> verdicts(Detection rule) {
        return verdicts(rule, Long.MAX_VALUE);
    }

    List<Verdict> verdicts(Detection rule, long untilMicros) {
        List<Act> order = new ArrayList<>(acts);
        List<Verdict> first = examine(rule, order, untilMicros);
        Piecewise.assertSame(rule, untilMicros, order.stream().map(Act::seen).toList(), first, Timeline::text);
        for (int seed = 0; seed < ORDERS; seed++) {
            Collections.shuffle(order, new Random(seed));
            assertThat(texts(examine(rule, order, untilMicros)))
                    .as("verdicts of order " + seed)
                    .isEqualTo(texts(first));
        }
        return first;
    }

    /** The only verdict. */
    Verdict verdict(Detection rule) {
        List<Verdict> verdicts = verdicts(rule);
        assertThat(verdicts).hasSize(1);
        return verdicts.get(0);
    }

    void silent(Detection rule) {
        assertThat(texts(verdicts(rule))).isEmpty();
    }

    private List<Verdict> examine(Detection rule, List<Act> order, long untilMicros) {
        Host one = new Host(Act.key(host));
        for (Act act : order) {
            Observation seen = act.seen();
            if (act.from().equals(host)) {
                one.began(seen);
            }
            if (act.to().equals(host)) {
                one.wasAsked(seen);
            }
        }
        List<Verdict> verdicts = new ArrayList<>();
        rule.examine(one, Changes.all(one), untilMicros, verdicts::add);
        return verdicts;
    }

    private static List<String> texts(List<Verdict> verdicts) {
        return verdicts.stream().map(Timeline::text).sorted().toList();
    }

    private static String text(Verdict one) {
        return String.join(
                "|",
                one.scope,
                one.boundedSeverity().name(),
                one.title,
                one.description,
                one.measurements.toString(),
                one.initiator + " " + one.responder + " " + one.protocol + " " + one.port + " " + one.flowClass,
                one.firstMicros + "-" + one.lastMicros,
                one.flows + " " + one.traffic + " " + one.magnitude,
                one.point + one.peers + one.evidence);
    }
}
