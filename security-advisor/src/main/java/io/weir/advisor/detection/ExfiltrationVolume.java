package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.EgressVolumes;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.HostKey;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Far more sent to one network outside within an hour than the host sends, and than it gets back. */
public final class ExfiltrationVolume implements ContactDetection {

    /**
     * @param octets octets sent in an hour that are worth a look
     * @param timesUsual how many times what the host sends in that hour of the day
     * @param outByIn octets sent for each one received
     */
    public record Settings(long octets, double timesUsual, double outByIn) {

        /** 100 MB, ten times what is usual, three times what comes back. */
        public static Settings defaults() {
            return new Settings(100_000_000, 10, 3);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "exfiltration_volume",
            "A host sends far more to one network outside than usual",
            "Who steals data sends it out. A backup does too, but at the same hour of each day: what is usual by hour of day is what counts. High only when"
                    + " the host has been known for a day and the network is new to it.",
            List.of("T1041", "T1048", "T1030"),
            Duration.ofHours(1),
            true);

    private final Settings settings;

    public ExfiltrationVolume(Settings settings) {
        this.settings = settings;
    }

    @Override
    public DetectionFacts facts() {
        return FACTS;
    }

    @Override
    public boolean concerns(Contact contact) {
        return Services.isEgress(contact);
    }

    @Override
    public void examine(Host host, Changes changed, long untilMicros, Consumer<Verdict> found) {
        for (EgressVolumes.Network network : host.volumes().networks()) {
            for (EgressVolumes.Hour hour : network.hours()) {
                if (hour.startMicros() <= untilMicros && hour.octetsOut() >= settings.octets()) {
                    examine(host, network.key(), hour, found);
                }
            }
        }
    }

    private void examine(Host host, HostKey network, EgressVolumes.Hour hour, Consumer<Verdict> found) {
        double usual = host.volumes().usualOctets(hour.hour());
        double threshold = Math.max((double) settings.octets(), settings.timesUsual() * usual);
        if (hour.octetsOut() < threshold || hour.octetsOut() < settings.outByIn() * hour.octetsIn()) {
            return;
        }
        List<Contact> contacts = Volumes.contacts(host, network, hour.startMicros(), hour.endMicros());
        // A host that is new, an image builder or a back-up, has no usual yet.
        boolean isLearning =
                usual < 0 && host.lastMicros() - host.firstMicros() < FirstContact.LEARNING.toNanos() / 1000;
        boolean isNew = Volumes.isNewToKnownHost(host, contacts);
        Verdict verdict = Volumes.tell(Verdict.of(network + "|" + hour.hour()), host, network, contacts);
        found.accept(verdict.severity(isNew ? Severity.high : isLearning ? Severity.low : Severity.medium)
                .title(host.key() + " sends unusually much to " + network)
                .description(Volumes.megabytes((double) hour.octetsOut()) + " sent within an hour, "
                        + Volumes.megabytes((double) hour.octetsIn()) + " received"
                        + (usual < 0
                                ? "; what is usual at that hour is not known yet."
                                : "; usual at that hour are " + Volumes.megabytes(usual) + "."))
                .measured("octetsSent", (double) hour.octetsOut(), threshold, "octets/h")
                .measured("octetsReceived", hour.octetsIn(), "octets/h")
                .span(hour.startMicros(), Math.min(host.lastMicros(), hour.endMicros()))
                .magnitude(hour.octetsOut()));
    }
}
