package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Servers of DHCP, DNS, NTP or mail outside that a host of a cluster has no reason to use. */
public final class UnexpectedService implements ContactDetection {

    /**
     * @param servers servers of one kind outside, in a day: more than this are unusual for a host that does not serve the same itself
     */
    public record Settings(int servers) {

        /** More than five. */
        public static Settings defaults() {
            return new Settings(5);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "unexpected_service",
            "A host uses servers of DHCP, DNS, NTP or mail outside that it has no reason to use",
            "Who answers DHCP decides where traffic goes; a resolver outside passes the one inside; many mail servers are what senders of spam use. Hosts that serve the same"
                    + " themselves, as resolvers and mail servers do, are left out.",
            List.of("T1557", "T1071.004"),
            Duration.ofHours(1),
            false);

    private static final int SMTP = 25;
    private static final int DHCP = 67;
    private static final int NTP = 123;

    private static final Set<Integer> UDP_PORTS = Set.of(DHCP, Services.DNS, NTP);

    private final Settings settings;

    public UnexpectedService(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isUdp(contact)
                ? UDP_PORTS.contains(contact.key().port())
                : Services.isTcp(contact) && contact.key().port() == SMTP;
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        if (isChanged(changed, Observation.UDP, DHCP)) {
            dhcp(host, found);
        }
        if (isChanged(changed, Observation.UDP, Services.DNS)) {
            resolvers(host, found);
        }
        if (isChanged(changed, Observation.UDP, NTP)) {
            many(host, outside(host, Observation.UDP, NTP), "ntp", "servers of time", found);
        }
        if (isChanged(changed, Observation.TCP, SMTP)) {
            many(host, outside(host, Observation.TCP, SMTP), "smtp", "mail servers", found);
        }
    }

    private static boolean isChanged(Changes changed, int protocol, int port) {
        for (Contact contact : changed.contacts()) {
            if (contact.key().port() == port && contact.key().protocol() == protocol) {
                return true;
            }
        }
        return false;
    }

    private static void dhcp(Host host, Consumer<Verdict> found) {
        List<Contact> servers = outside(host, Observation.UDP, DHCP);
        if (!servers.isEmpty()) {
            found.accept(verdict(host, "dhcp", servers, Severity.low, 1)
                    .title(host.key() + " gets its address from a server outside")
                    .description(servers.size() + " servers of DHCP outside answered."));
        }
    }

    private void resolvers(Host host, Consumer<Verdict> found) {
        List<Contact> resolvers = outside(host, Observation.UDP, Services.DNS);
        boolean hasResolver = host.contacts(Observation.UDP, Services.DNS).stream()
                .anyMatch(contact -> Services.isInternal(contact) && Services.isAnswered(contact));
        boolean isMany = resolvers.size() > settings.servers();
        if (!resolvers.isEmpty() && (hasResolver || isMany)) {
            found.accept(verdict(
                            host,
                            "dns",
                            resolvers,
                            isMany ? Severity.low : Severity.informational,
                            hasResolver ? 1 : settings.servers() + 1)
                    .title(host.key() + " asks resolvers outside")
                    .description(resolvers.size() + " resolvers outside answered"
                            + (hasResolver ? ", and one inside is there to be asked." : ".")));
        }
    }

    private void many(Host host, List<Contact> contacts, String scope, String what, Consumer<Verdict> found) {
        if (contacts.size() > settings.servers()) {
            found.accept(verdict(host, scope, contacts, Severity.low, settings.servers() + 1)
                    .title(host.key() + " uses many " + what + " outside")
                    .description(contacts.size() + " " + what + " outside answered."));
        }
    }

    /** Those that answered; none where the host serves the same. */
    private static List<Contact> outside(Host host, int protocol, int port) {
        if (host.serves(protocol, port)) {
            return List.of();
        }
        return host.contacts(protocol, port).stream()
                .filter(contact -> Services.isEgress(contact) && Services.isAnswered(contact))
                .toList();
    }

    private static Verdict verdict(Host host, String scope, List<Contact> contacts, Severity severity, int threshold) {
        Contact.Key to = contacts.get(0).key();
        return Verdict.of(scope)
                .of(contacts)
                .severity(severity)
                .measured("servers", contacts.size(), threshold, "servers")
                .initiator(host.key())
                .responder(contacts.size() == 1 ? to.peer() : null)
                .service(to.protocol(), to.port())
                .magnitude(contacts.size())
                .again(1);
    }
}
