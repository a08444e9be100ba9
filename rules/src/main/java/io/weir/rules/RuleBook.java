package io.weir.rules;

import io.weir.rules.file.Rule;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** The rules that hold now. They may change while they are applied: whoever has another list than {@link #rules} takes that. Thread-safe. */
final class RuleBook {

    private final TreeMap<String, Rule> byId = new TreeMap<>();

    /** Ids of what is no rule that can be used. */
    private final Set<String> refused = new HashSet<>();

    private volatile List<Rule> rules;

    RuleBook(Collection<Rule> rules) {
        rules.forEach(rule -> byId.put(rule.id(), rule));
        this.rules = List.copyOf(rules);
    }

    /** All of them; the same object until one changes. */
    List<Rule> rules() {
        return rules;
    }

    /** A rule is new, or takes the place of the one with its id. */
    synchronized void put(Rule rule) {
        refused.remove(rule.id());
        byId.put(rule.id(), rule);
        rules = List.copyOf(byId.values());
    }

    /** There is no longer a rule with this id. */
    synchronized void remove(String id) {
        refused.remove(id);
        if (byId.remove(id) != null) {
            rules = List.copyOf(byId.values());
        }
    }

    /** What stands under this id cannot be used. */
    synchronized void refuse(String id) {
        remove(id);
        refused.add(id);
    }

    /** Rules that hold. */
    int size() {
        return rules.size();
    }

    /** Rules that cannot be used. */
    synchronized int refused() {
        return refused.size();
    }
}
