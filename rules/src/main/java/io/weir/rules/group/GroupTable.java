package io.weir.rules.group;

import io.weir.state.TableStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Groups of a task; what changed goes to the changelog once a commit. At most a stated number for each rule: beyond, the quietest makes room. */
public final class GroupTable extends TableStore {

    /** Name of the store. */
    public static final String NAME = "rule-groups";

    /** Rows are long, and seldom busy together. */
    private static final int ROWS_PER_PAGE = 1;

    private final int maxGroups;

    /** By rule and group; of each rule the one that was quiet longest is first. */
    private final Map<String, LinkedHashMap<String, Group>> byRule = new HashMap<>();

    private final List<Group> restored = new ArrayList<>();
    private int size;

    /** @param maxGroups most groups of a rule */
    public GroupTable(int maxGroups) {
        super(NAME, ROWS_PER_PAGE);
        this.maxGroups = maxGroups;
    }

    /** The group of a match; made when there is none. Null when another has to make room: see {@link #quietest}. */
    Group groupOf(Match match) {
        LinkedHashMap<String, Group> groups =
                byRule.computeIfAbsent(match.ruleId(), ignored -> new LinkedHashMap<>(16, 0.75f, true));
        Group group = groups.get(match.group());
        if (group != null || groups.size() >= maxGroups) {
            return group;
        }
        Group made = new Group(match.ruleId(), match.fingerprint(), match.group());
        groups.put(match.group(), made);
        size++;
        return made;
    }

    /** Of a full rule, the group without a record for the longest time. */
    Group quietest(String ruleId) {
        return byRule.get(ruleId).values().iterator().next();
    }

    void changed(Group group) {
        markChanged(group);
    }

    void remove(Group group) {
        byRule.get(group.ruleId()).remove(group.name());
        size--;
        markRemoved(group);
    }

    /** All groups, a copy. */
    List<Group> all() {
        List<Group> all = new ArrayList<>(size);
        byRule.values().forEach(groups -> all.addAll(groups.values()));
        return all;
    }

    /** Groups of all rules. */
    public int size() {
        return size;
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        Group group = Group.read(key, value);
        restored.add(group);
        return group;
    }

    /** The changelog does not say which was quiet longest: the last record does. */
    @Override
    protected void restoreComplete() {
        restored.sort(Comparator.comparingLong(Group::lastHop).thenComparing(Group::key));
        for (Group group : restored) {
            byRule.computeIfAbsent(group.ruleId(), ignored -> new LinkedHashMap<>(16, 0.75f, true))
                    .put(group.name(), group);
            size++;
        }
        restored.clear();
    }

    @Override
    protected void clear() {
        byRule.clear();
        restored.clear();
        size = 0;
    }
}
