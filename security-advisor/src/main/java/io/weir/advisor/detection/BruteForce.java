package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Outcome;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Session after session with one service that asks who one is, each short and small: guessing.
 *
 * <p>A try at logging in takes a few packets of each side. Connections of fewer are checks whether the service is there.
 */
public final class BruteForce implements ContactDetection {

    /**
     * @param sessions sessions within the time with a service at which people log in
     * @param machineSessions the same of services that machines ask often: Kerberos, RPC, NetBIOS
     * @param within time in which sessions are counted
     * @param longest time that a try takes at most
     * @param octets octets each way that a try takes at most
     * @param packets packets of the initiator that a try takes at least
     * @param successFactor a session of so many times the octets of a usual try came through
     */
    public record Settings(
            int sessions,
            int machineSessions,
            Duration within,
            Duration longest,
            long octets,
            int packets,
            int successFactor) {

        /** 20 and 100 in a minute, below 10 s and 10 kB, 6 packets, 3 times. */
        public static Settings defaults() {
            return new Settings(20, 100, Duration.ofMinutes(1), Duration.ofSeconds(10), 10_000, 6, 3);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "brute_force",
            "One host begins session after session with a service that asks who one is, each short and small",
            "A password that is wrong ends a session early; who has the right one stays. Programs that open a connection for each query of a database, a directory or a"
                    + " mail server look the same: inside of the cluster these are low. A session after the tries that carries much more than they did is a hint"
                    + " that one was right, and makes it high.",
            List.of("T1110"),
            Duration.ofMinutes(15),
            true);

    /** FTP, SSH, Telnet, POP3, IMAP, SMB, RDP, VNC. */
    private static final Set<Integer> PEOPLE = Set.of(21, 22, 23, 110, 143, 445, 3389, 5900);

    /** SMTP, LDAP, SQL Server, MySQL, PostgreSQL, Redis: programs log in there, too. */
    private static final Set<Integer> PROGRAMS = Set.of(25, 389, 1433, 3306, 5432, 6379);

    private static final int RPC = 135;

    /** Kerberos, RPC, NetBIOS, Kerberos passwords. */
    private static final Set<Integer> MACHINES = Set.of(88, RPC, 139, 464);

    /** Where RPC services are, once the one at port 135 has told where. */
    private static final int DYNAMIC_PORTS = 49_152;

    private final Settings settings;

    public BruteForce(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isTcp(contact) && (isRpc(contact) || contact.flows().size() >= settings.sessions());
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        Set<HostKey> rpcServers = null;
        // Ports that RPC gives out are known by the contact with RPC.
        boolean isRpc = changed.contacts().stream().anyMatch(BruteForce::isRpc);
        for (Contact contact : isRpc ? host.contacts() : changed.contacts()) {
            if (contact.key().protocol() != Observation.TCP || contact.flows().size() < settings.sessions()) {
                continue;
            }
            int port = contact.key().port();
            if (PEOPLE.contains(port) || PROGRAMS.contains(port)) {
                examine(host, contact, settings.sessions(), untilMicros, found);
            } else if (MACHINES.contains(port)) {
                examine(host, contact, settings.machineSessions(), untilMicros, found);
            } else if (port >= DYNAMIC_PORTS) {
                rpcServers = rpcServers == null ? rpcServers(host) : rpcServers;
                if (rpcServers.contains(contact.key().peer())) {
                    examine(host, contact, settings.machineSessions(), untilMicros, found);
                }
            }
        }
    }

    private static boolean isRpc(Contact contact) {
        return Services.isTcp(contact) && contact.key().port() == RPC;
    }

    private static Set<HostKey> rpcServers(Host host) {
        Set<HostKey> servers = new HashSet<>();
        for (Contact contact : host.contacts()) {
            if (isRpc(contact) && Services.isAnswered(contact)) {
                servers.add(contact.key().peer());
            }
        }
        return servers;
    }

    private void examine(Host host, Contact contact, int least, long untilMicros, Consumer<Verdict> found) {
        List<Attempt> all = new ArrayList<>();
        Attempt.addTo(all, contact, untilMicros);
        List<Attempt> tries = all.stream().filter(this::isTry).toList();
        int most = Windows.most(tries, Attempt::startMicros, settings.within());
        if (most < least) {
            return;
        }
        Attempt success = success(all, tries, least);
        Verdict verdict = Attempt.tell(Verdict.of(contact.key().toString()), tries);
        found.accept(verdict.confidence(contact.confidence())
                .severity(severity(contact, success != null))
                .title(host.key() + " tries to log in at " + contact.key() + " again and again")
                .description(most + " sessions within " + Windows.text(settings.within()) + " were shorter than "
                        + Windows.text(settings.longest()) + " and smaller than " + settings.octets()
                        + " octets each way"
                        + (success == null
                                ? "."
                                : "; flow " + success.flowId()
                                        + " carried much more after them: one may have been right."))
                .measured("shortSessions", most, least, "sessions/" + Windows.text(settings.within()))
                .initiator(host.key())
                .responder(contact.key().peer())
                .service(contact.key().protocol(), contact.key().port())
                .magnitude((double) contact.view().flowCount())
                .again(least));
    }

    private boolean isTry(Attempt attempt) {
        return attempt.outcome() == Outcome.ANSWERED
                && attempt.endMicros() - attempt.startMicros()
                        < settings.longest().toNanos() / 1000
                && attempt.traffic().octetsOut() < settings.octets()
                && attempt.traffic().octetsIn() < settings.octets()
                && attempt.traffic().packetsOut() >= settings.packets();
    }

    /** The first session, after as many tries close together as are needed, that carried several times as much as the middle one; null without one. */
    private Attempt success(List<Attempt> all, List<Attempt> tries, int least) {
        long[] octets =
                tries.stream().mapToLong(one -> one.traffic().octets()).sorted().toArray();
        long much = octets[octets.length / 2] * settings.successFactor();
        long after = reached(tries, least);
        for (Attempt one : all) {
            if (one.startMicros() > after
                    && one.outcome() == Outcome.ANSWERED
                    && one.traffic().octets() >= much
                    && !isTry(one)) {
                return one;
            }
        }
        return null;
    }

    /** Start of the try by which there were first so many within the time. */
    private long reached(List<Attempt> tries, int least) {
        long width = settings.within().toNanos() / 1000;
        for (int i = least - 1; i < tries.size(); i++) {
            long start = tries.get(i).startMicros();
            if (start - tries.get(i - least + 1).startMicros() <= width) {
                return start;
            }
        }
        return Long.MAX_VALUE;
    }

    private static Severity severity(Contact contact, boolean isSuccess) {
        if ((contact.flowClass() == FlowClass.internal || contact.flowClass() == FlowClass.egress)
                && PROGRAMS.contains(contact.key().port())) {
            return Severity.low;
        }
        return isSuccess ? Severity.high : Severity.medium;
    }
}
