package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Outcome;
import io.weir.advisor.host.ServiceText;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One host that asks many others for the same service, or whether they are there, and gets nowhere.
 *
 * <p>Counts distinct hosts of which none answered, by when they were tried first. A datagram needs no answer: for UDP a host that answers the same source
 * at another service counts as known, not as failed.
 */
public final class HorizontalScan implements ContactDetection {

    /**
     * @param hosts distinct failed hosts within the time
     * @param within time in which hosts are counted
     * @param slowHosts distinct failed hosts within the longer time
     * @param slowWithin the longer time
     */
    public record Settings(int hosts, Duration within, int slowHosts, Duration slowWithin) {

        /** 20 hosts in a minute, 25 in a quarter of an hour. */
        public static Settings defaults() {
            return new Settings(20, Duration.ofMinutes(1), 25, Duration.ofMinutes(15));
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "scan_horizontal",
            "One host asks many others for the same service and gets nowhere",
            "Worms, and people who look for a weak service, try address after address. Counted are distinct hosts that never answered: TCP, UDP and echo"
                    + " requests. It is low where as many hosts answered as did not (who watches many hosts meets some that are down), and for services at"
                    + " higher ports of peer-to-peer networks, which ask for peers that have left.",
            List.of("T1046", "T1018", "T1595.001"),
            Duration.ofMinutes(15),
            false);

    private static final int WELL_KNOWN_PORTS = 1024;

    /** QUIC: where a firewall drops it, browsers go on with TCP, site after site. */
    private static final int HTTPS = 443;

    private final Settings settings;

    public HorizontalScan(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    private record Service(int protocol, int port) {

        @Override
        public String toString() {
            return ServiceText.of(protocol, port);
        }
    }

    /** Failed contacts with a service, and how many hosts answered at it. */
    private static final class Tried {

        final List<Contact> failed = new ArrayList<>();
        int answered;
    }

    @Override
    public boolean concerns(Contact contact) {
        return contact.hadFailure();
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        if (host.failedContacts() < Math.min(settings.hosts(), settings.slowHosts())) {
            return;
        }
        Map<Service, Tried> triedByService = new HashMap<>();
        Set<HostKey> answering = new HashSet<>();
        for (Contact contact : host.contacts()) {
            Contact.Key to = contact.key();
            boolean isAnswered = contact.outcome() == Outcome.ANSWERED || contact.outcome() == Outcome.HALF_OPEN;
            if (isAnswered) {
                answering.add(to.peer());
            }
            if (to.protocol() == Observation.TCP || to.protocol() == Observation.UDP || isIcmp(to.protocol())) {
                Tried tried =
                        triedByService.computeIfAbsent(new Service(to.protocol(), to.port()), ignored -> new Tried());
                if (contact.failed()) {
                    tried.failed.add(contact);
                } else if (isAnswered) {
                    tried.answered++;
                }
            }
        }
        triedByService.forEach((service, tried) -> {
            if (service.protocol() == Observation.UDP) {
                tried.failed.removeIf(
                        contact -> answering.contains(contact.key().peer()));
            }
            examine(host, service, tried, found);
        });
    }

    private static boolean isIcmp(int protocol) {
        return protocol == Observation.ICMP || protocol == Observation.ICMPV6;
    }

    private void examine(Host host, Service service, Tried tried, Consumer<Verdict> found) {
        tried.failed.sort(Comparator.comparingLong(Contact::firstMicros));
        int fast = Windows.most(tried.failed, Contact::firstMicros, settings.within());
        int slow = Windows.most(tried.failed, Contact::firstMicros, settings.slowWithin());
        if (fast < settings.hosts() && slow < settings.slowHosts()) {
            return;
        }
        boolean isFast = fast >= settings.hosts();
        int count = isFast ? fast : slow;
        Duration within = isFast ? settings.within() : settings.slowWithin();
        Verdict verdict = Verdict.of(service.toString()).of(tried.failed);
        found.accept(verdict.severity(severity(service, tried, verdict.flowClass))
                .title(host.key() + " scans hosts for " + service)
                .description(tried.failed.size() + " hosts did not answer at " + service + ", " + tried.answered
                        + " did; " + count + " of those that did not were tried within " + Windows.text(within) + ".")
                .measured(
                        "failedHosts",
                        count,
                        isFast ? settings.hosts() : settings.slowHosts(),
                        "hosts/" + Windows.text(within))
                .measured("answeringHosts", tried.answered, "hosts")
                .initiator(host.key())
                .service(service.protocol(), service.port())
                .magnitude(tried.failed.size())
                .again(settings.hosts()));
    }

    private static Severity severity(Service service, Tried tried, FlowClass flowClass) {
        boolean isHighPort = service.port() >= WELL_KNOWN_PORTS;
        boolean isLikePeers =
                switch (service.protocol()) {
                    case Observation.TCP -> isHighPort && tried.answered > 0 && flowClass == FlowClass.egress;
                    case Observation.UDP -> isHighPort || service.port() == HTTPS;
                    default -> false;
                };
        if (isLikePeers || tried.answered >= tried.failed.size()) {
            return Severity.low;
        }
        return flowClass == FlowClass.internal ? Severity.high : Severity.medium;
    }
}
