package io.weir.advisor.detection;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Contact;
import io.weir.advisor.host.EgressVolumes;
import io.weir.advisor.host.Host;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A little sent to one network outside, hour after hour. */
public final class ExfiltrationDrip implements ContactDetection {

    /**
     * @param hours hours one after the other
     * @param octets octets sent in each: more than this
     * @param outByIn octets sent for each one received, over all
     */
    public record Settings(int hours, long octets, double outByIn) {

        /** 24 hours of more than 1 MB, three times what comes back. */
        public static Settings defaults() {
            return new Settings(24, 1_000_000, 3);
        }
    }

    private static final DetectionFacts FACTS = new DetectionFacts(
            "exfiltration_drip",
            "A host sends some megabytes to one network outside in every hour of a day",
            "Data that is stolen slowly stays below what is worth a look in any hour. Logs and measurements that are sent to a service do the same: low, unless the host"
                    + " was known for a day before it began.",
            List.of("T1030", "T1029"),
            Duration.ofHours(2),
            true);

    private final Settings settings;

    public ExfiltrationDrip(Settings settings) {
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
            if (network.hours().size() >= settings.hours()) {
                examine(host, network, untilMicros, found);
            }
        }
    }

    private void examine(Host host, EgressVolumes.Network to, long untilMicros, Consumer<Verdict> found) {
        long last = to.hours().stream()
                .filter(hour -> hour.startMicros() <= untilMicros && hour.octetsOut() > settings.octets())
                .mapToLong(EgressVolumes.Hour::hour)
                .max()
                .orElse(Long.MIN_VALUE);
        long sent = 0;
        long received = 0;
        int count = 0;
        for (EgressVolumes.Hour hour = to.hour(last);
                hour != null && hour.octetsOut() > settings.octets();
                hour = to.hour(hour.hour() - 1)) {
            sent += hour.octetsOut();
            received += hour.octetsIn();
            count++;
        }
        if (count < settings.hours() || sent < settings.outByIn() * received) {
            return;
        }
        long fromMicros = to.hour(last - count + 1).startMicros();
        long untilLast = to.hour(last).endMicros();
        List<Contact> contacts = Volumes.contacts(host, to.key(), fromMicros, untilLast);
        Verdict verdict = Volumes.tell(Verdict.of(to.key().toString()), host, to.key(), contacts);
        found.accept(verdict.severity(Volumes.isNewToKnownHost(host, contacts) ? Severity.medium : Severity.low)
                .title(host.key() + " sends to " + to.key() + " in every hour of a day")
                .description(count + " hours one after the other with more than "
                        + Volumes.megabytes((double) settings.octets()) + " each, " + Volumes.megabytes((double) sent)
                        + " in all; " + Volumes.megabytes((double) received) + " received.")
                .measured("hours", count, settings.hours(), "h")
                .measured("octetsSent", sent, "octets")
                .span(fromMicros, Math.min(host.lastMicros(), untilLast))
                .magnitude(sent));
    }
}
