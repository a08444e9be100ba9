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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One host that fails with those it meets for the first time more often than somebody would who knows whom to ask: the sequential test of Jung, Paxson,
 * Berger and Balakrishnan (Threshold Random Walk, 2004).
 *
 * <p>Each first meeting of another host is worth a factor: (1 - θ1) / (1 - θ0) when it fails, θ1 / θ0 when it does not. Above P_D / P_F the host scans; below
 * (1 - P_D) / (1 - P_F) it does not, and is left alone for a time. With the defaults, four failures more than successes say the one, four successes more the
 * other. A host that meets nobody new for a while begins anew, and those it has met are forgotten.
 *
 * <p>TCP, and UDP where the answer or an ICMP error says what came of it: a datagram that is not answered need not have failed.
 */
public final class RandomWalkScan implements ContactDetection {

    /**
     * @param benignSuccess θ0: chance that a first meeting of an ordinary host succeeds
     * @param scannerSuccess θ1: chance that one of a scanner does
     * @param detection P_D: chance to find a scanner
     * @param falseAlarm P_F: chance to call an ordinary host one
     * @param forgetting without a first meeting for so long it begins anew
     * @param cleared a host that was found to be ordinary is left alone for so long
     */
    public record Settings(
            double benignSuccess,
            double scannerSuccess,
            double detection,
            double falseAlarm,
            Duration forgetting,
            Duration cleared) {

        /** 0.8, 0.2, 0.99, 0.01; half an hour, an hour. */
        public static Settings defaults() {
            return new Settings(0.8, 0.2, 0.99, 0.01, Duration.ofMinutes(30), Duration.ofHours(1));
        }

        double failureFactor() {
            return (1 - scannerSuccess) / (1 - benignSuccess);
        }

        double successFactor() {
            return scannerSuccess / benignSuccess;
        }

        double upper() {
            return detection / falseAlarm;
        }

        double lower() {
            return (1 - detection) / (1 - falseAlarm);
        }

        /** Failures in a row that say it. */
        int failuresNeeded() {
            return (int) Math.floor(Math.log(upper()) / Math.log(failureFactor())) + 1;
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "scan_trw",
            "One host fails with those it meets for the first time, more often than one that knows whom to ask",
            "Who uses services asks hosts that are there; who looks for services meets many that are not. A few first meetings are enough to tell them apart,"
                    + " however slow they are, as long as less than half an hour lies between them. It is low on the way out, where peers of peer-to-peer"
                    + " networks fail as often.",
            List.of("T1046", "T1018"),
            Duration.ofMinutes(30),
            true);

    /** First meetings that fail, as many as carry the walk from its start over the upper bound with the defaults. */
    private static final int FAILURES_AGAIN = 4;

    /** Index of a flow that is no longer remembered. */
    private static final int FORGOTTEN = -1;

    private final Settings settings;

    public RandomWalkScan(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    /** A flow, or the first one of a contact whose early flows are no longer remembered. */
    private record Meeting(Contact contact, long micros, int index, boolean isFailure) {

        static final Comparator<Meeting> BY_TIME =
                Comparator.comparingLong(Meeting::micros).thenComparing(Meeting::flowId);

        HostKey peer() {
            return contact.key().peer();
        }

        private String flowId() {
            return index == FORGOTTEN ? "" : contact.flows().flowId(index);
        }
    }

    /** The test, as far as it got. */
    private final class Walk {

        private double ratio = 1;
        private final Set<HostKey> met = new HashSet<>();
        private final List<Meeting> failed = new ArrayList<>();
        private int metHosts;
        private boolean isScan;
        private long lastMicros;
        private long clearedUntil = Long.MIN_VALUE;

        /** Failed meetings of all scans, one after the other. */
        final List<Meeting> told = new ArrayList<>();

        Meeting firedAt;
        int firedAtHost;
        double firedAtRatio;
        int toldHosts;

        void meet(Meeting meeting) {
            if (meeting.micros() < clearedUntil) {
                return;
            }
            if (!met.isEmpty() && meeting.micros() - lastMicros > micros(settings.forgetting())) {
                beginAnew();
            }
            if (!met.add(meeting.peer())) {
                return;
            }
            lastMicros = meeting.micros();
            metHosts++;
            ratio *= meeting.isFailure() ? settings.failureFactor() : settings.successFactor();
            if (meeting.isFailure()) {
                failed.add(meeting);
            }
            if (!isScan && ratio > settings.upper()) {
                isScan = true;
                if (firedAt == null) {
                    firedAt = meeting;
                    firedAtHost = metHosts;
                    firedAtRatio = ratio;
                }
            } else if (!isScan && ratio < settings.lower()) {
                beginAnew();
                clearedUntil = meeting.micros() + micros(settings.cleared());
            }
        }

        void beginAnew() {
            if (isScan) {
                told.addAll(failed);
                toldHosts += metHosts;
            }
            isScan = false;
            ratio = 1;
            met.clear();
            failed.clear();
            metHosts = 0;
        }
    }

    @Override
    public boolean concerns(Contact contact) {
        return contact.hadFailure();
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        if (host.contactsWithFailure() < settings.failuresNeeded()) {
            return;
        }
        List<Meeting> meetings = new ArrayList<>();
        Set<HostKey> failedHosts = new HashSet<>();
        for (Contact contact : host.contacts()) {
            int protocol = contact.key().protocol();
            if (protocol == Observation.TCP || protocol == Observation.UDP) {
                addMeetings(contact, untilMicros, meetings, failedHosts);
            }
        }
        if (failedHosts.size() < settings.failuresNeeded()) {
            return;
        }
        meetings.sort(Meeting.BY_TIME);
        Walk walk = new Walk();
        meetings.forEach(walk::meet);
        walk.beginAnew();
        if (walk.firedAt != null) {
            found.accept(verdict(host, walk));
        }
    }

    private static void addMeetings(
            Contact contact, long untilMicros, List<Meeting> meetings, Set<HostKey> failedHosts) {
        if (contact.view().flowCount() > contact.flows().size()
                && contact.view().firstMicros() <= untilMicros) {
            add(contact, contact.view().firstMicros(), FORGOTTEN, contact.outcome(), meetings, failedHosts);
        }
        FlowRange flows = FlowRange.until(contact, untilMicros);
        for (int i = flows.from(); i < flows.to(); i++) {
            add(contact, flows.flows().startMicros(i), i, flows.flows().outcome(i), meetings, failedHosts);
        }
    }

    private static void add(
            Contact contact,
            long micros,
            int index,
            Outcome outcome,
            List<Meeting> meetings,
            Set<HostKey> failedHosts) {
        boolean isSuccess = outcome == Outcome.ANSWERED || outcome == Outcome.HALF_OPEN;
        boolean isFailure =
                outcome.isFailure() && (contact.key().protocol() == Observation.TCP || outcome == Outcome.REFUSED);
        if (isFailure) {
            failedHosts.add(contact.key().peer());
        }
        if (isSuccess || isFailure) {
            meetings.add(new Meeting(contact, micros, index, isFailure));
        }
    }

    private Verdict verdict(Host host, Walk walk) {
        Set<Contact> contacts = new HashSet<>();
        walk.told.forEach(meeting -> contacts.add(meeting.contact()));
        Verdict verdict = Verdict.of("").of(contacts);
        long afterSeconds = (walk.firedAt.micros() - walk.told.get(0).micros()) / 1_000_000;
        return verdict.severity(verdict.flowClass == FlowClass.egress ? Severity.low : Severity.medium)
                .title(host.key() + " fails with most hosts that it meets for the first time")
                .description(walk.told.size() + " of " + walk.toldHosts
                        + " first meetings failed; that it is a scan was clear at the " + walk.firedAtHost + ". host, "
                        + walk.firedAt.contact().key() + ", " + afterSeconds + " s after the first that failed.")
                .measured("likelihoodRatio", walk.firedAtRatio, settings.upper(), "1")
                .measured("failedFirstContacts", walk.told.size(), "hosts")
                .measured("firedAtHost", walk.firedAtHost, "hosts")
                .measured("timeToDetect", (double) afterSeconds, "s")
                .initiator(host.key())
                .magnitude(walk.told.size())
                .again(FAILURES_AGAIN);
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }
}
