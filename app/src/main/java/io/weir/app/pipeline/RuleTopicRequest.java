package io.weir.app.pipeline;

import io.weir.app.config.Settings;
import io.weir.app.terminal.Console;
import java.util.Map;
import java.util.Set;

/**
 * @param settings all settings; they name the cluster and the prefix of its topics
 * @param put rules to write, as they stand in a file, by id
 * @param removed ids of rules to take away
 * @param prune take away all but those that are put
 * @param console where results go
 */
public record RuleTopicRequest(
        Settings settings, Map<String, String> put, Set<String> removed, boolean prune, Console console) {

    public RuleTopicRequest {
        put = Map.copyOf(put);
        removed = Set.copyOf(removed);
    }
}
