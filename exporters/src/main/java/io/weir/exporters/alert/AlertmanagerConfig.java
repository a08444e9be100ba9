package io.weir.exporters.alert;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * An Alertmanager (API version 2).
 *
 * @param to its address, with its route prefix where it has one
 * @param resend time between two tellings of an alert that stands: well below its {@code resolve_timeout}
 */
public record AlertmanagerConfig(URI to, Duration resend) {

    void check(List<String> mistakes) {
        HttpAddress.check("alerts.alertmanager.url", to, mistakes);
        if (to.getRawQuery() != null || to.getRawFragment() != null) {
            mistakes.add("alerts.alertmanager.url: ends with the path, for example http://alertmanager:9093");
        }
        if (resend == null || resend.toMillis() < 1) {
            mistakes.add("alerts.alertmanager.resend: " + resend + " is not a positive duration");
        }
    }

    @Override
    public String toString() {
        return "Alertmanager at " + HttpAddress.shown(to);
    }
}
