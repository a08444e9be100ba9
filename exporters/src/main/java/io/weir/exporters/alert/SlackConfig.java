package io.weir.exporters.alert;

import java.net.URI;
import java.util.List;

/**
 * An incoming webhook of Slack, or of a chat that takes the same (Mattermost, Rocket.Chat, Discord's {@code /slack}).
 *
 * @param to its URL, which is its secret
 */
public record SlackConfig(URI to) {

    void check(List<String> mistakes) {
        HttpAddress.check("alerts.slack.url", to, mistakes);
    }

    @Override
    public String toString() {
        return "chat at " + HttpAddress.shown(to);
    }
}
