package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Services that send passwords or data in the clear, used across the edge of the cluster. */
public final class CleartextService implements ContactDetection {

    private static final DetectionFacts FACTS = new DetectionFacts(
            "cleartext_service",
            "A service that sends passwords or data in the clear is used outside",
            "Everybody on the way can read it. Where a payload shows TLS it does not count. Web pages are left out: nearly every host asks for some, and few of them are secret.",
            List.of("T1040"),
            Duration.ofHours(1),
            false);

    /** Payload that shows that data follow, octets: more than a handshake. */
    private static final int MIN_OCTETS = 200;

    private static final Map<Integer, String> TCP_PORTS = Map.ofEntries(
            Map.entry(21, "FTP"),
            Map.entry(23, "Telnet"),
            Map.entry(110, "POP3"),
            Map.entry(143, "IMAP"),
            Map.entry(389, "LDAP"),
            Map.entry(512, "rexec"),
            Map.entry(513, "rlogin"),
            Map.entry(514, "rsh"),
            Map.entry(1433, "SQL Server"),
            Map.entry(1521, "Oracle"),
            Map.entry(1883, "MQTT"),
            Map.entry(3306, "MySQL"),
            Map.entry(5432, "PostgreSQL"),
            Map.entry(5672, "AMQP"),
            Map.entry(5900, "VNC"),
            Map.entry(5901, "VNC"),
            Map.entry(5902, "VNC"),
            Map.entry(5903, "VNC"),
            Map.entry(5904, "VNC"),
            Map.entry(6379, "Redis"),
            Map.entry(9200, "Elasticsearch"),
            Map.entry(11211, "memcached"),
            Map.entry(15672, "RabbitMQ"),
            Map.entry(27017, "MongoDB"),
            Map.entry(50000, "Db2"));

    private static final Map<Integer, String> UDP_PORTS = Map.of(69, "TFTP", 161, "SNMP");

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return nameOf(contact) != null && Services.isEgress(contact);
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        Set<String> names = new TreeSet<>();
        for (Contact contact : changed.contacts()) {
            if (concerns(contact)) {
                names.add(nameOf(contact));
            }
        }
        for (String name : names) {
            List<Contact> contacts = new ArrayList<>();
            addClear(contacts, host, Observation.TCP, TCP_PORTS, name);
            addClear(contacts, host, Observation.UDP, UDP_PORTS, name);
            if (!contacts.isEmpty()) {
                found.accept(verdict(host, name, contacts));
            }
        }
    }

    private static void addClear(
            List<Contact> contacts, Host host, int protocol, Map<Integer, String> ports, String name) {
        ports.forEach((port, service) -> {
            if (service.equals(name)) {
                host.contacts(protocol, port).stream()
                        .filter(CleartextService::isClear)
                        .forEach(contacts::add);
            }
        });
    }

    private static boolean isClear(Contact contact) {
        boolean isHidden = contact.isApplicationFromPayload() && "tls".equals(contact.application());
        return Services.isEgress(contact)
                && Services.isAnswered(contact)
                && Services.isSure(contact.confidence())
                && !isHidden
                && contact.view().traffic().octetsIn() >= (Services.isUdp(contact) ? 1 : MIN_OCTETS);
    }

    private static String nameOf(Contact contact) {
        int port = contact.key().port();
        if (Services.isUdp(contact)) {
            return UDP_PORTS.get(port);
        }
        return Services.isTcp(contact) ? TCP_PORTS.get(port) : null;
    }

    private static Verdict verdict(Host host, String name, List<Contact> contacts) {
        Verdict verdict = Verdict.of(name).of(contacts);
        if (contacts.size() == 1) {
            Contact.Key to = contacts.get(0).key();
            verdict.responder(to.peer()).service(to.protocol(), to.port());
        }
        return verdict.severity(Severity.low)
                .title(host.key() + " uses " + name + " outside in the clear")
                .description(contacts.size() + " services outside answered on the port of " + name
                        + ", and no TLS was seen.")
                .measured("services", contacts.size(), 1, "services")
                .initiator(host.key())
                .magnitude(contacts.size())
                .again(1);
    }
}
