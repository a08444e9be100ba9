package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** HTTP, TLS or SSH, shown by a payload, on a port outside that is none of its usual ones. */
public final class OddPort implements ContactDetection {

    private static final DetectionFacts FACTS = new DetectionFacts(
            "odd_port",
            "HTTP, TLS or SSH is spoken with a port outside that is none of its usual ones",
            "Controllers of malware listen where they can, often on ports that are not looked at. So do many services that somebody put beside another: low.",
            List.of("T1571"),
            Duration.ofHours(1),
            false);

    /** By application as payloads show it: registered ports, and those that many products use. */
    private static final Map<String, Set<Integer>> USUAL = Map.of(
            "http",
            Set.of(
                    80, 81, 591, 631, 1900, 2375, 3000, 3128, 5000, 5357, 5985, 8000, 8008, 8080, 8081, 8088, 8090,
                    8888, 9000, 9090, 9091, 9100, 9200),
            "tls",
            Set.of(
                    21, 25, 110, 143, 389, 443, 465, 563, 587, 636, 843, 853, 989, 990, 992, 993, 994, 995, 2376, 2379,
                    2380, 2443, 3269, 3306, 3389, 4433, 4443, 5061, 5222, 5223, 5228, 5269, 5432, 5671, 5986, 6443,
                    6697, 8080, 8443, 8883, 9093, 9443, 10250, 27017),
            "ssh",
            Set.of(22, 830, 2022, 2222));

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return contact.isApplicationFromPayload() && Services.isTcp(contact) && Services.isEgress(contact);
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        Map<String, List<Contact>> byService = new TreeMap<>();
        for (Contact contact : host.contacts()) {
            if (contact.isApplicationFromPayload()
                    && Services.isTcp(contact)
                    && Services.isEgress(contact)
                    && Services.isAnswered(contact)
                    && USUAL.containsKey(contact.application())
                    && !USUAL.get(contact.application()).contains(contact.key().port())) {
                byService
                        .computeIfAbsent(
                                contact.application() + " " + contact.key().port(), ignored -> new ArrayList<>())
                        .add(contact);
            }
        }
        byService.forEach((service, contacts) -> found.accept(verdict(host, service, contacts)));
    }

    private static Verdict verdict(Host host, String service, List<Contact> contacts) {
        Contact.Key to = contacts.get(0).key();
        String application = contacts.get(0).application();
        return Verdict.of(service)
                .of(contacts)
                .severity(Severity.low)
                .title(host.key() + " speaks " + application + " with port " + to.port() + " outside")
                .description(contacts.size() + " hosts outside answered; " + application + " was seen in payloads.")
                .measured("hosts", contacts.size(), 1, "hosts")
                .initiator(host.key())
                .responder(contacts.size() == 1 ? to.peer() : null)
                .service(to.protocol(), to.port())
                .magnitude(contacts.size())
                .again(1);
    }
}
