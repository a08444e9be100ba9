package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Tunnels without encryption that leave the cluster: GRE, IP in IP, IPv6 in IPv4, VXLAN and Geneve. */
public final class TunnelOutside implements ContactDetection {

    private static final DetectionFacts FACTS = new DetectionFacts(
            "tunnel_outside",
            "A tunnel without encryption leaves the cluster",
            "What is inside of a tunnel passes what looks at addresses and ports. Overlays of the cluster end inside of it; one that leaves shows its traffic to all on the way."
                    + " Links between sites are made so, and so is what providers carry: low, and medium for overlays that somebody outside answers.",
            List.of("T1572", "T1095"),
            Duration.ofHours(1),
            false);

    /** IP in IP, IPv6 in IPv4, GRE (IANA protocol numbers). */
    private static final Set<Integer> PROTOCOLS = Set.of(4, 41, 47);

    /** VXLAN, Geneve, VXLAN of the Linux kernel. */
    private static final Set<Integer> OVERLAY_PORTS = Set.of(4789, 6081, 8472);

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isEgress(contact)
                && (isOverlay(contact) || PROTOCOLS.contains(contact.key().protocol()));
    }

    private static boolean isOverlay(Contact contact) {
        return Services.isUdp(contact) && OVERLAY_PORTS.contains(contact.key().port());
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        for (Contact contact : changed.contacts()) {
            Contact.Key to = contact.key();
            if (!concerns(contact)) {
                continue;
            }
            boolean isAnswered = Services.isAnswered(contact);
            found.accept(Verdict.of(to.toString())
                    .of(List.of(contact))
                    .severity(isOverlay(contact) && isAnswered ? Severity.medium : Severity.low)
                    .title(host.key() + " has a tunnel out of the cluster to " + to)
                    .description(contact.view().traffic().packetsOut() + " packets sent, "
                            + contact.view().traffic().packetsIn() + " received.")
                    .measured("packets", contact.view().traffic().packets(), 1, "packets")
                    .initiator(host.key())
                    .responder(to.peer())
                    .service(to.protocol(), to.port())
                    .magnitude(contact.view().traffic().octets()));
        }
    }
}
