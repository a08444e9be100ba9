package io.weir.rules;

import io.weir.advisor.classify.Classification;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.ServiceText;
import io.weir.rules.cel.CelExpression;
import io.weir.rules.file.Measure;
import io.weir.rules.file.Over;
import io.weir.rules.file.Rule;
import io.weir.rules.group.Common;
import io.weir.rules.group.Common.Field;
import io.weir.rules.group.Match;
import io.weir.rules.group.Sample;
import io.weir.rules.group.Tally;
import io.weir.schemas.Confidence;
import io.weir.schemas.Counters;
import io.weir.schemas.Edge;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Flow;
import io.weir.schemas.ObservationPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.avro.generic.IndexedRecord;

/** Records → what rules count of them. Not thread-safe: use one for each task. */
public final class RuleMatcher {

    /** Longest text of a group, characters; what is longer is cut, and groups alike up to there are one. */
    static final int MAX_GROUP = 512;

    private final List<Rule> flowRules;
    private final List<Rule> edgeRules;
    private final boolean isByPoint;
    private final FlowClassifier classifier;

    /** @param isByPoint each observation point is a network of its own: what they see is counted apart */
    public RuleMatcher(List<Rule> rules, boolean isByPoint, FlowClassifier classifier) {
        this.isByPoint = isByPoint;
        this.flowRules = rules.stream().filter(rule -> rule.over() == Over.flow).toList();
        this.edgeRules = rules.stream().filter(rule -> rule.over() == Over.edge).toList();
        this.classifier = classifier;
    }

    /** True when a rule looks at such records. */
    boolean isOver(Over over) {
        return !(over == Over.flow ? flowRules : edgeRules).isEmpty();
    }

    /** Class and evidence of a record, made once for all rules and only when one asks for them. */
    private static final class Lazily<T> implements Supplier<T> {

        private final Supplier<T> maker;
        private T value;

        Lazily(Supplier<T> maker) {
            this.maker = maker;
        }

        @Override
        public T get() {
            if (value == null) {
                value = maker.get();
            }
            return value;
        }
    }

    /** Hands over what is counted of a flow record; nothing of an early one, which counts nothing. */
    public void flow(Flow flow, Consumer<Match> out) {
        if (flow.getIsEarly() || flowRules.isEmpty()) {
            return;
        }
        Supplier<Classification> classification = new Lazily<>(() -> classifier.classify(flow));
        match(
                flowRules,
                flow,
                classification,
                clockOf(flow),
                flow.getWindowStart(),
                flow.getIsFirst() ? 1 : 0,
                () -> tallyOf(flow, classification.get()),
                out);
    }

    /** Hands over what is counted of an edge record. */
    public void edge(Edge edge, Consumer<Match> out) {
        if (edgeRules.isEmpty()) {
            return;
        }
        Supplier<Classification> classification = new Lazily<>(() ->
                classifier.classifyEdge(edge.getInitiatorEntity(), edge.getResponderEntity(), edge.getWindowStart()));
        match(
                edgeRules,
                edge,
                classification,
                clockOf(edge),
                edge.getWindowStart(),
                edge.getNewFlows(),
                () -> tallyOf(edge, classification.get()),
                out);
    }

    /** By whose event time windows of flows end. */
    static String clockOf(Flow flow) {
        return Match.clockOf(Over.flow.name(), nameOf(flow.getObservationPoint()));
    }

    /** By whose event time windows of edges end. */
    static String clockOf(Edge edge) {
        return Match.clockOf(Over.edge.name(), nameOf(edge.getObservationPoint()));
    }

    private static String nameOf(ObservationPoint point) {
        return point.getHost() + "|" + point.getInterface$() + "|" + point.getCapture();
    }

    private void match(
            List<Rule> rules,
            IndexedRecord record,
            Supplier<Classification> classification,
            String clock,
            long timeMs,
            long newFlows,
            Supplier<Tally> tally,
            Consumer<Match> out) {
        Function<String, Object> variables = name -> variable(name, classification.get());
        for (Rule rule : rules) {
            if (!rule.filter().matches(record, variables)) {
                continue;
            }
            Tally counted = measured(rule.measure(), record, variables, newFlows, tally);
            if (counted != null) {
                String group = groupOf(rule, record, variables, clock);
                out.accept(new Match(rule.id(), rule.fingerprint(), group, clock, timeMs, counted));
            }
        }
    }

    private static Object variable(String name, Classification classification) {
        return name.equals("flowClass") ? classification.flowClass() : classification.reason();
    }

    /** Null when there is nothing to measure in the record. */
    private static Tally measured(
            Measure measure,
            IndexedRecord record,
            Function<String, Object> variables,
            long newFlows,
            Supplier<Tally> tally) {
        Object value =
                measure.expression() == null ? null : measure.expression().value(record, variables);
        return switch (measure.kind()) {
            case count -> tally.get().amount(1);
            case flows -> newFlows == 0 ? null : tally.get().amount((double) newFlows);
            case sum ->
                value instanceof Number number && !Double.isNaN(number.doubleValue())
                        ? tally.get().amount(number.doubleValue())
                        : null;
            case distinct -> value == null ? null : tally.get().distinct(hash64(value.toString()));
        };
    }

    private String groupOf(Rule rule, IndexedRecord record, Function<String, Object> variables, String clock) {
        List<String> values = new ArrayList<>(rule.groupBy().size());
        for (CelExpression expression : rule.groupBy()) {
            Object value = expression.value(record, variables);
            values.add(value == null ? "none" : value.toString());
        }
        if (isByPoint) {
            values.add(Match.pointOf(clock));
        }
        String group = String.join(", ", values);
        return group.length() > MAX_GROUP ? group.substring(0, MAX_GROUP) + "…" : group;
    }

    private static Tally tallyOf(Flow flow, Classification classification) {
        Counters delta = flow.getDelta();
        String initiator = nameOf(flow.getInitiator());
        String responder = nameOf(flow.getResponder());
        Integer protocol = flow.getProtocolIdentifier();
        Integer port = flow.getResponder().getPort();
        Common common = new Common()
                .with(Field.initiator, initiator)
                .with(Field.responder, responder)
                .with(Field.port, port)
                .with(Field.protocol, protocol)
                .with(Field.flowClass, classification.flowClass())
                .with(Field.classReason, classification.reason())
                .with(Field.orientation, flow.getOrientation());
        String service = protocol == null ? null : ServiceText.of(protocol, port == null ? Observation.NO_PORT : port);
        return Tally.of(
                flow.getIsFirst() ? 1 : 0,
                delta.getInitiatorPackets() + delta.getResponderPackets(),
                delta.getInitiatorLayer2Octets() + delta.getResponderLayer2Octets(),
                delta.getResponderPackets(),
                delta.getResponderOctets(),
                flow.getFlowEndMicroseconds(),
                classification.confidence(),
                common,
                new Sample(
                        flow.getFlowStartMicroseconds(),
                        flow.getFlowId(),
                        text(initiator),
                        withService(responder, service)));
    }

    private static Tally tallyOf(Edge edge, Classification classification) {
        String initiator = edge.getInitiatorEntity();
        String responder = edge.getResponderEntity();
        Common common = new Common()
                .with(Field.initiator, initiator)
                .with(Field.responder, responder)
                .with(Field.port, edge.getService().getPort())
                .with(Field.protocol, edge.getService().getProtocolIdentifier())
                .with(Field.flowClass, classification.flowClass())
                .with(Field.classReason, classification.reason())
                .with(Field.orientation, null);
        return Tally.of(
                edge.getNewFlows(),
                edge.getInitiatorPackets() + edge.getResponderPackets(),
                edge.getInitiatorLayer2Octets() + edge.getResponderLayer2Octets(),
                edge.getResponderPackets(),
                edge.getResponderOctets(),
                edge.getWindowEnd() * 1000,
                Confidence.unknown,
                common,
                new Sample(
                        edge.getWindowStart() * 1000,
                        "",
                        text(initiator),
                        withService(responder, edge.getService().getName())));
    }

    private static String nameOf(Endpoint endpoint) {
        return endpoint.getAddress() != null ? endpoint.getAddress() : endpoint.getMacAddress();
    }

    private static String text(String name) {
        return name == null ? "" : name;
    }

    private static String withService(String name, String service) {
        return name == null ? "" : service == null ? name : name + " " + service;
    }

    /** FNV-1a over the characters, and the last step of SplitMix64, whose bits look random. */
    private static long hash64(String value) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < value.length(); i++) {
            hash = (hash ^ value.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
