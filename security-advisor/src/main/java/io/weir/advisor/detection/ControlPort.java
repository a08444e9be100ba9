package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.ServedPort;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A host inside that is no part of the control plane gets answers from it, or from the metadata service of a cloud. */
public final class ControlPort implements Detection {

    private static final DetectionFacts FACTS = new DetectionFacts(
            "control_port",
            "A host inside gets answers from the control plane of the cluster, or from the metadata service",
            "Who reads etcd or drives Docker owns the cluster; the kubelet runs commands; the metadata service gives out credentials. Hosts that serve one of these ports themselves are"
                    + " taken for the control plane. Monitoring asks kubelets and operators ask the API server: low and informational. Only answers count, so that scans do not.",
            List.of("T1613", "T1552.005"),
            Duration.ofHours(1),
            false);

    private static final int METADATA_PORT = 80;

    /** 169.254.169.254 and fd00:ec2::254. */
    private static final HostKey METADATA = HostKey.of(0xa9fe_a9feL << 32, 0, false);

    private static final HostKey METADATA_V6 = HostKey.of(0xfd00_0ec2L << 32, 0x254, true);

    private record Control(String name, Severity severity) {}

    private static final Map<Integer, Control> PORTS = Map.of(
            2375, new Control("Docker", Severity.medium),
            2379, new Control("etcd", Severity.medium),
            2380, new Control("etcd", Severity.medium),
            6443, new Control("the API server", Severity.informational),
            10250, new Control("a kubelet", Severity.low),
            10255, new Control("a kubelet", Severity.low),
            10257, new Control("the controller manager", Severity.low),
            10259, new Control("the scheduler", Severity.low));

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isTcp(contact)
                && (isMetadata(contact) || PORTS.containsKey(contact.key().port()));
    }

    @Override
    public boolean concerns(ServedPort service) {
        return PORTS.containsKey(service.key().port());
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        Map<Integer, List<Contact>> byPort = new TreeMap<>();
        for (Contact contact : host.contacts()) {
            if (!Services.isTcp(contact) || !Services.isAnswered(contact) || !Services.isSure(contact.confidence())) {
                continue;
            }
            if (isMetadata(contact)) {
                found.accept(verdict(host, List.of(contact), new Control("the metadata service", Severity.low))
                        .techniques(List.of("T1552.005")));
            } else if (Services.isInternal(contact)
                    && PORTS.containsKey(contact.key().port())) {
                byPort.computeIfAbsent(contact.key().port(), ignored -> new ArrayList<>())
                        .add(contact);
            }
        }
        if (!byPort.isEmpty() && !isControlPlane(host)) {
            byPort.forEach((port, contacts) ->
                    found.accept(verdict(host, contacts, PORTS.get(port)).techniques(List.of("T1613"))));
        }
    }

    private static boolean isMetadata(Contact contact) {
        HostKey peer = contact.key().peer().plain();
        return contact.key().port() == METADATA_PORT
                && (peer.equals(METADATA) || peer.equals(METADATA_V6))
                && (contact.flowClass() == FlowClass.egress || contact.flowClass() == FlowClass.internal);
    }

    private static boolean isControlPlane(Host host) {
        return PORTS.keySet().stream().anyMatch(port -> host.serves(Observation.TCP, port));
    }

    private static Verdict verdict(Host host, List<Contact> contacts, Control control) {
        Contact.Key to = contacts.get(0).key();
        return Verdict.of(Integer.toString(to.port()))
                .of(contacts)
                .severity(control.severity())
                .title(host.key() + " gets answers from " + control.name())
                .description(contacts.size() + " hosts answered on port " + to.port() + ", and " + host.key()
                        + " serves no port of the control plane itself.")
                .measured("hosts", contacts.size(), 1, "hosts")
                .initiator(host.key())
                .responder(contacts.size() == 1 ? to.peer() : null)
                .service(to.protocol(), to.port())
                .magnitude(contacts.size())
                .again(1);
    }
}
