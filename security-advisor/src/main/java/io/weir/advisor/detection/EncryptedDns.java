package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.subnet.AddressBits;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Look-ups hidden in TLS or QUIC with a public resolver, and data carried that way. */
public final class EncryptedDns implements ContactDetection {

    /**
     * @param octets octets sent that are too many for look-ups
     * @param inByOut octets received for each one sent: at most this
     */
    public record Settings(long octets, double inByOut) {

        /** 1 MB, 1.5. */
        public static Settings defaults() {
            return new Settings(1_000_000, 1.5);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "doh_tunnel",
            "A host speaks TLS or QUIC with a public resolver",
            "Look-ups by HTTPS, TLS or QUIC pass the resolver of the cluster, and what watches names; tunnels through them need no more than one connection. Browsers and phones do it"
                    + " too: low, and medium when much is sent and no more comes back.",
            List.of("T1572", "T1071.004"),
            Duration.ofHours(1),
            true);

    private static final int HTTPS = 443;
    private static final int DNS_OVER_TLS = 853;

    /** Addresses that well-known public resolvers announce for DNS over HTTPS, TLS and QUIC: Cloudflare, Google, Quad9, OpenDNS, AdGuard. */
    private static final Set<HostKey> RESOLVERS = keys(
            "1.1.1.1",
            "1.0.0.1",
            "1.1.1.2",
            "1.0.0.2",
            "1.1.1.3",
            "1.0.0.3",
            "8.8.8.8",
            "8.8.4.4",
            "9.9.9.9",
            "149.112.112.112",
            "9.9.9.10",
            "149.112.112.10",
            "9.9.9.11",
            "149.112.112.11",
            "208.67.222.222",
            "208.67.220.220",
            "94.140.14.14",
            "94.140.15.15",
            "2606:4700:4700::1111",
            "2606:4700:4700::1001",
            "2001:4860:4860::8888",
            "2001:4860:4860::8844",
            "2620:fe::fe",
            "2620:fe::9",
            "2620:119:35::35",
            "2620:119:53::53",
            "2a10:50c0::ad1:ff",
            "2a10:50c0::ad2:ff");

    private final Settings settings;

    public EncryptedDns(Settings settings) {
        this.settings = settings;
    }

    private static Set<HostKey> keys(String... addresses) {
        Set<HostKey> keys = new HashSet<>();
        AddressBits bits = new AddressBits();
        for (String address : addresses) {
            if (!bits.parse(address)) {
                throw new IllegalArgumentException(address);
            }
            keys.add(HostKey.of(bits.high(), bits.low(), bits.isV6()));
        }
        return keys;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isEgress(contact) && isEncrypted(contact.key());
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        for (Contact contact : changed.contacts()) {
            if (concerns(contact)
                    && (Services.isTcp(contact) || Services.isUdp(contact))
                    && Services.isAnswered(contact)) {
                FlowRange range = FlowRange.until(contact, untilMicros);
                if (!range.isEmpty()) {
                    found.accept(verdict(host, range));
                }
            }
        }
    }

    private static boolean isEncrypted(Contact.Key to) {
        return to.port() == DNS_OVER_TLS
                || (to.port() == HTTPS && RESOLVERS.contains(to.peer().plain()));
    }

    private Verdict verdict(Host host, FlowRange range) {
        Contact.Key to = range.contact().key();
        Traffic traffic = range.traffic();
        double balance = (double) traffic.octetsIn() / Math.max(1, traffic.octetsOut());
        boolean isTunnel = traffic.octetsOut() >= settings.octets() && balance <= settings.inByOut();
        return range.tell(Verdict.of(to.toString()))
                .severity(isTunnel ? Severity.medium : Severity.low)
                .title(host.key() + " hides look-ups with " + to)
                .description(String.format(
                        Locale.ROOT,
                        "%d octets sent, %.1f received for each of them%s.",
                        traffic.octetsOut(),
                        balance,
                        isTunnel ? ": more than look-ups need" : ""))
                .measured("octetsSent", traffic.octetsOut(), settings.octets(), "octets")
                .measured("octetsReceivedBySent", Math.round(balance * 100) / 100.0, settings.inByOut(), "")
                .initiator(host.key())
                .responder(to.peer())
                .service(to.protocol(), to.port())
                .magnitude(traffic.octetsOut());
    }
}
