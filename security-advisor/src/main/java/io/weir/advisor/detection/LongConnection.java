package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Outcome;
import io.weir.advisor.host.RecentFlows;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A connection to the outside that stays open for hours. */
public final class LongConnection implements ContactDetection {

    /**
     * @param informational how long it has to be open to be told
     * @param low how long, to be of low severity
     * @param medium how long, to be of medium severity
     */
    public record Settings(Duration informational, Duration low, Duration medium) {

        /** 1, 4 and 12 hours. */
        public static Settings defaults() {
            return new Settings(Duration.ofHours(1), Duration.ofHours(4), Duration.ofHours(12));
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "long_connection",
            "A connection to a service outside stays open for hours",
            "Tunnels and remote shells keep one connection open. So do chats, message queues and remote sessions on the ports that are known for it: for those it is"
                    + " never more than low.",
            List.of("T1571", "T1572"),
            Duration.ofHours(1),
            false);

    /**
     * SSH, HTTPS, IMAP, MQTT, XMPP, AMQP, push services of Apple and Google, IPsec, OpenVPN, WireGuard, and pools of data stores: SQL Server, MySQL, PostgreSQL,
     * Redis, Kafka, Cassandra, MongoDB. Connections that are meant to stay.
     */
    private static final Set<Integer> LASTING_PORTS = Set.of(
            22, 443, 500, 993, 1194, 1433, 1883, 3306, 4500, 5222, 5223, 5228, 5432, 5671, 5672, 6379, 8443, 8883, 9042,
            9092, 9093, 9094, 9096, 9098, 27017, 51820);

    private final Settings settings;

    public LongConnection(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isEgress(contact) && Services.isTcp(contact) && Services.isAnswered(contact);
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        long least = settings.informational().toMillis();
        for (Contact contact : changed.contacts()) {
            if (!concerns(contact)) {
                continue;
            }
            RecentFlows flows = contact.flows();
            long longest = 0;
            int at = -1;
            for (int i = 0; i < flows.size(); i++) {
                boolean isOpen = flows.outcome(i) == Outcome.ANSWERED && flows.packetsIn(i) > 0;
                if (isOpen && flows.durationMs(i) > longest) {
                    longest = flows.durationMs(i);
                    at = i;
                }
            }
            if (longest >= least) {
                found.accept(verdict(host, new FlowRange(contact, at, at + 1), Duration.ofMillis(longest)));
            }
        }
    }

    private Verdict verdict(Host host, FlowRange flow, Duration open) {
        Contact.Key to = flow.contact().key();
        return flow.tell(Verdict.of(to.toString()))
                .severity(severity(to.port(), open))
                .title(host.key() + " holds a connection to " + to + " open for hours")
                .description("Open for " + open.toMinutes() + " min.")
                .measured("duration", open.toMinutes(), settings.informational().toMinutes(), "min")
                .initiator(host.key())
                .responder(to.peer())
                .service(to.protocol(), to.port())
                .magnitude(open.toMinutes());
    }

    private Severity severity(int port, Duration open) {
        if (open.compareTo(settings.medium()) >= 0 && !LASTING_PORTS.contains(port)) {
            return Severity.medium;
        }
        return open.compareTo(settings.low()) >= 0 ? Severity.low : Severity.informational;
    }
}
