package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One host that tries many ports of another and gets nowhere.
 *
 * <p>Counts distinct ports, TCP or UDP, of which none answered, by when they were tried first. Many attempts at one port are a flood or a retry, not
 * a scan. Answers to forged packets are no attempts: {@link io.weir.advisor.host.Outcome#ONE_SIDED} is no failure.
 */
public final class VerticalScan implements ContactDetection {

    /**
     * @param ports distinct failed ports of one host within the time
     * @param within time in which ports are counted
     * @param slowPorts distinct failed ports within the longer time
     * @param slowWithin the longer time
     */
    public record Settings(int ports, Duration within, int slowPorts, Duration slowWithin) {

        /** 20 ports in a minute, 100 in an hour. */
        public static Settings defaults() {
            return new Settings(20, Duration.ofMinutes(1), 100, Duration.ofHours(1));
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "scan_vertical",
            "One host tries many ports of another and gets nowhere",
            "Who knows what runs on a host asks for it; who tries port after port is looking. Counted are distinct ports that never answered, so that"
                    + " neither retries nor floods nor answers to forged packets count.",
            List.of("T1046"),
            Duration.ofMinutes(15),
            false);

    private static final int FIRST_TRACEROUTE_PORT = 33_434;
    private static final int LAST_TRACEROUTE_PORT = 33_534;

    private final Settings settings;

    public VerticalScan(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return contact.hadFailure();
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        if (host.failedContacts() < Math.min(settings.ports(), settings.slowPorts())) {
            return;
        }
        Map<HostKey, List<Contact>> failedByTarget = new HashMap<>();
        for (Contact contact : host.contacts()) {
            int protocol = contact.key().protocol();
            if (contact.failed()
                    && (protocol == Observation.TCP || (protocol == Observation.UDP && !isTraceroute(contact)))) {
                failedByTarget
                        .computeIfAbsent(contact.key().peer(), ignored -> new ArrayList<>())
                        .add(contact);
            }
        }
        failedByTarget.forEach((target, failed) -> examine(host, target, failed, found));
    }

    /** Ports that traceroute asks for by UDP, one for each probe, so that nobody answers. */
    private static boolean isTraceroute(Contact contact) {
        int port = contact.key().port();
        return port >= FIRST_TRACEROUTE_PORT && port <= LAST_TRACEROUTE_PORT;
    }

    private void examine(Host host, HostKey target, List<Contact> failed, Consumer<Verdict> found) {
        failed.sort(Comparator.comparingLong(Contact::firstMicros));
        int fast = Windows.most(failed, Contact::firstMicros, settings.within());
        int slow = Windows.most(failed, Contact::firstMicros, settings.slowWithin());
        if (fast < settings.ports() && slow < settings.slowPorts()) {
            return;
        }
        boolean isFast = fast >= settings.ports();
        Verdict verdict = Verdict.of(target.toString()).of(failed);
        found.accept(verdict.severity(verdict.flowClass == FlowClass.internal ? Severity.high : Severity.medium)
                .title(host.key() + " scans the ports of " + target)
                .description(failed.size() + " ports of " + target + " did not answer; " + (isFast ? fast : slow)
                        + " of them were tried within "
                        + Windows.text(isFast ? settings.within() : settings.slowWithin()) + ".")
                .measured(
                        "failedPorts",
                        isFast ? fast : slow,
                        isFast ? settings.ports() : settings.slowPorts(),
                        "ports/" + Windows.text(isFast ? settings.within() : settings.slowWithin()))
                .initiator(host.key())
                .responder(target)
                .magnitude(failed.size())
                .again(settings.ports()));
    }
}
