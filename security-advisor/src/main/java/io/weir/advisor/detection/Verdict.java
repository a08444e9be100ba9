package io.weir.advisor.detection;

import io.weir.advisor.allow.AllowEntry;
import io.weir.advisor.finding.BoundedSeverity;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.RecentFlows;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Measurement;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What a rule says of a host at one look. Made by {@link #of}; what is not set stays unknown.
 *
 * <p>Confidence is that of the least sure contact, and severity is not above low when that is low: what nobody proves is no alarm.
 */
public final class Verdict {

    /** Most flow ids and peers that a finding names. */
    public static final int MAX_EVIDENCE = 16;

    String scope;
    Severity severity = Severity.low;
    Confidence confidence = Confidence.high;
    String title;
    String description = "";
    final List<Measurement> measurements = new ArrayList<>();
    HostKey initiator;
    HostKey responder;
    Integer protocol;
    Integer port;
    FlowClass flowClass = FlowClass.unknown;
    long firstMicros = Long.MAX_VALUE;
    long lastMicros = Long.MIN_VALUE;
    long flows;
    Traffic traffic = Traffic.NONE;
    double magnitude;
    double again;
    String point;
    final List<String> peers = new ArrayList<>();
    List<String> evidence = List.of();
    List<String> techniques;
    String allowedBy;

    private Verdict(String scope) {
        this.scope = scope;
    }

    /**
     * A verdict.
     *
     * @param scope tells several episodes of the same rule and host apart, for example by the port; empty when there is only one
     */
    public static Verdict of(String scope) {
        return new Verdict(scope);
    }

    /** How bad it is. */
    public Verdict severity(Severity is) {
        severity = is;
        return this;
    }

    /** How sure it is; the least of what is said. */
    public Verdict confidence(Confidence is) {
        if (is.compareTo(confidence) < 0) {
            confidence = is;
        }
        return this;
    }

    /** One sentence for people. It names hosts and services, and no numbers that change. */
    public Verdict title(String sentence) {
        title = sentence;
        return this;
    }

    /** Some sentences for people, with the numbers that crossed. */
    public Verdict description(String sentences) {
        description = sentences;
        return this;
    }

    /** A number that had to reach a threshold. */
    public Verdict measured(String name, double value, double threshold, String unit) {
        measurements.add(new Measurement(name, value, threshold, unit));
        return this;
    }

    /** A count that had to reach a threshold. */
    public Verdict measured(String name, long value, long threshold, String unit) {
        return measured(name, (double) value, (double) threshold, unit);
    }

    /** A count that explains. */
    public Verdict measured(String name, long value, String unit) {
        return measured(name, (double) value, unit);
    }

    /** A number that explains. */
    public Verdict measured(String name, double value, String unit) {
        measurements.add(new Measurement(name, value, null, unit));
        return this;
    }

    /** Who began; null where several did. */
    public Verdict initiator(HostKey host) {
        initiator = host;
        return this;
    }

    /** Who was asked; null where several were. */
    public Verdict responder(HostKey host) {
        responder = host;
        return this;
    }

    /** The service, where it is one: a port of {@link Observation#NO_PORT} is none. */
    public Verdict service(int ianaProtocol, int servicePort) {
        protocol = ianaProtocol;
        port = servicePort == Observation.NO_PORT ? null : servicePort;
        return this;
    }

    /** The protocol, where services are several. */
    public Verdict protocol(int ianaProtocol) {
        protocol = ianaProtocol;
        return this;
    }

    /** Where it began and ended. */
    public Verdict flowClass(FlowClass is) {
        flowClass = is;
        return this;
    }

    /** Other techniques than those of the rule. */
    public Verdict techniques(List<String> ids) {
        techniques = ids;
        return this;
    }

    /** How much it is: another digit of it, or a greater severity, is told anew. */
    public Verdict magnitude(double value) {
        magnitude = value;
        return this;
    }

    /** How much it is, as a count. */
    public Verdict magnitude(long value) {
        return magnitude((double) value);
    }

    /**
     * After an episode has ended, another one takes so much more of the magnitude: for rules that count what stays remembered, so that what has ended does not begin
     * again with a single packet. Without it, time alone decides.
     */
    public Verdict again(double more) {
        again = more;
        return this;
    }

    /** Widens the time that the episode spans, epoch microseconds. */
    public Verdict span(long fromMicros, long toMicros) {
        firstMicros = Math.min(firstMicros, fromMicros);
        lastMicros = Math.max(lastMicros, toMicros);
        return this;
    }

    /** Counts of the episode. */
    public Verdict counts(long flowCount, Traffic counted) {
        flows = flowCount;
        traffic = counted;
        return this;
    }

    /** Observation point: {@code host|interface|capture}. */
    public Verdict point(String name) {
        point = name;
        return this;
    }

    /** Peers and flow ids, which tell what they are by themselves. */
    public Verdict evidence(Collection<String> peerNames, List<String> flowIds) {
        peers.addAll(new TreeSet<>(peerNames).stream().limit(MAX_EVIDENCE).toList());
        evidence = flowIds.stream().limit(MAX_EVIDENCE).toList();
        return this;
    }

    /** True when the addresses on the other side are several. */
    public boolean hasSeveralPeers() {
        return peers.size() > 1;
    }

    /**
     * Takes span, counts, class, confidence, evidence and place from contacts: all of their flows. The class is that of all, or unknown; the peers are
     * named where they are several.
     */
    public Verdict of(Collection<Contact> contacts) {
        Traffic sum = Traffic.NONE;
        long count = 0;
        List<String> names = new ArrayList<>();
        FlowClass common = null;
        List<Contact> ordered = new ArrayList<>(contacts);
        ordered.sort(Comparator.comparingLong(Contact::firstMicros)
                .thenComparing(contact -> contact.key().toString()));
        List<String> ids = new ArrayList<>();
        for (Contact contact : ordered) {
            sum = sum.plus(contact.view().traffic());
            count += contact.view().flowCount();
            common = common == null || common == contact.flowClass() ? contact.flowClass() : FlowClass.unknown;
            confidence(contact.confidence());
            span(contact.firstMicros(), contact.lastMicros());
            if (names.size() < MAX_EVIDENCE) {
                names.add(contact.key().toString());
            }
            RecentFlows recent = contact.flows();
            for (int i = 0; i < recent.size() && i < Math.max(1, MAX_EVIDENCE / contacts.size()); i++) {
                ids.add(recent.flowId(i));
            }
        }
        if (ordered.size() > 1) {
            evidence(names, ids);
        } else {
            evidence = ids.stream().limit(MAX_EVIDENCE).toList();
        }
        flowClass = common == null ? FlowClass.unknown : common;
        if (!ordered.isEmpty()) {
            point = ordered.get(0).view().point();
        }
        return counts(count, sum);
    }

    /**
     * An entry of the allow-list permits it: no cause for concern, and no technique of an attack. It is an episode of its own, apart from what is not permitted.
     * To be called once all is set.
     */
    Verdict allowedBy(AllowEntry entry) {
        allowedBy = entry.name();
        scope += "|allowed by " + entry.name();
        title += "; allowed by " + entry.name();
        description += (description.isEmpty() ? "" : " ") + "Permitted by the allow-list's entry " + entry + ".";
        techniques = List.of();
        return this;
    }

    /** What the finding says, once all is set: informational where it is permitted, and not above low where it is not sure who began. */
    public Severity boundedSeverity() {
        if (allowedBy != null) {
            return Severity.informational;
        }
        return BoundedSeverity.of(severity, confidence);
    }
}
