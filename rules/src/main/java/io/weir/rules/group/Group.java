package io.weir.rules.group;

import io.weir.advisor.host.EvidenceInput;
import io.weir.advisor.host.EvidenceOutput;
import io.weir.rules.file.Rule;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.AvroBytes;
import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * What a rule has counted for one group: a tally for each hop of its window and each observation point, of which at most {@value #MAX_CLOCKS} are
 * kept; the point with most stands, so that what is seen at three places is not counted three times.
 *
 * <p>{@link #settle} looks at hops of which all records have come, and once. {@link #glance} looks on to the last hop as if nothing more came, and
 * keeps nothing but what it has told: what comes later and changes a hop is looked at again, and a finding that was told already goes on under its id.
 */
final class Group extends TableStore.Row {

    /** Most observation points that are kept. */
    static final int MAX_CLOCKS = 4;

    /** Most hops kept for each observation point; beyond, the oldest count as complete. */
    static final int MAX_HOPS = 256;

    private static final byte FORMAT = 1;
    private static final byte[] NO_PREFIX = {};
    private static final SpecificDatumWriter<Finding> WRITER = Avro.writer(Finding.getClassSchema());
    private static final SpecificDatumReader<Finding> READER =
            Avro.reader(Finding.getClassSchema(), Finding.getClassSchema());

    private final String ruleId;
    private final long fingerprint;
    private final String name;

    /** Tallies by clock and hop. */
    private final Map<String, TreeMap<Long, Tally>> hops = new TreeMap<>();

    /** Clocks of {@link #hops} that are gone: nothing is waited for. Not kept: clocks that come out of the changelog go again. */
    private final Set<String> gone = new HashSet<>();

    private GroupState state = new GroupState();

    /** What was told last; null when nothing was. */
    private Finding told;

    private long toldOpened = GroupState.NONE;
    private long toldClosed = GroupState.NONE;

    Group(String ruleId, long fingerprint, String name) {
        this.ruleId = ruleId;
        this.fingerprint = fingerprint;
        this.name = name;
    }

    static String keyOf(String ruleId, String group) {
        return ruleId + "|" + group;
    }

    String ruleId() {
        return ruleId;
    }

    String name() {
        return name;
    }

    String key() {
        return keyOf(ruleId, name);
    }

    boolean isOf(Rule rule) {
        return rule != null && rule.fingerprint() == fingerprint;
    }

    /** Clocks that its windows wait for; none when all are gone. */
    List<String> clocks() {
        return hops.keySet().stream().filter(clock -> !gone.contains(clock)).toList();
    }

    /** These clocks are gone. */
    void leave(Set<String> clocks) {
        for (String clock : clocks) {
            if (hops.containsKey(clock)) {
                gone.add(clock);
            }
        }
    }

    /** The hop after which nothing is open and no silence lasts, as no more comes. */
    long end(Rule rule) {
        return Math.max(lastHop(), state.looked) + Rule.HOPS + rule.silenceHops() + 1;
    }

    /** The last hop that has been looked at for good; {@link GroupState#NONE} when there is none. */
    long looked() {
        return state.looked;
    }

    /** The last hop with records; {@link GroupState#NONE} without any. */
    long lastHop() {
        long last = GroupState.NONE;
        for (TreeMap<Long, Tally> tallies : hops.values()) {
            last = tallies.isEmpty() ? last : Math.max(last, tallies.lastKey());
        }
        return last;
    }

    private long firstHop() {
        long first = Long.MAX_VALUE;
        for (TreeMap<Long, Tally> tallies : hops.values()) {
            first = tallies.isEmpty() ? first : Math.min(first, tallies.firstKey());
        }
        return first;
    }

    /** @return false when the hop has been looked at for good, or its observation point is one too many */
    boolean add(long hop, String clock, Tally tally) {
        if (hop <= state.looked || (!hops.containsKey(clock) && hops.size() >= MAX_CLOCKS)) {
            return false;
        }
        gone.remove(clock);
        hops.computeIfAbsent(clock, ignored -> new TreeMap<>())
                .computeIfAbsent(hop, ignored -> Tally.ofHop())
                .add(tally);
        return true;
    }

    /** True when there are so many hops that some have to be looked at now. */
    boolean isFull() {
        return hops.values().stream().anyMatch(tallies -> tallies.size() > MAX_HOPS);
    }

    /**
     * Looks at hops for good.
     *
     * @param until the last of them
     * @return false when there was none to look at
     */
    boolean settle(Rule rule, long until, Consumer<Finding> out) {
        if (until <= state.looked) {
            return false;
        }
        advance(rule, state, until, out);
        long keep = until - Rule.HOPS + 1;
        hops.values().forEach(tallies -> tallies.headMap(keep, false).clear());
        return true;
    }

    /** Looks at what there is. */
    void glance(Rule rule, Consumer<Finding> out) {
        advance(rule, state.copy(), lastHop(), out);
    }

    /** True when nothing that is kept can have part in a finding any more. */
    boolean isOver() {
        long last = lastHop();
        return !state.isOpen()
                && !isToldOpen()
                && state.looked >= state.silentUntil
                && (last == GroupState.NONE || state.looked >= last + Rule.HOPS);
    }

    private void advance(Rule rule, GroupState at, long until, Consumer<Finding> out) {
        long hop = at.looked == GroupState.NONE ? firstHop() : at.looked + 1;
        while (hop <= until) {
            long busy = nextBusy(hop);
            if (busy > hop && !at.isOpen() && !isToldOpen()) {
                // Nothing in the windows between.
                at.metSince = GroupState.NONE;
                hop = Math.min(busy, until + 1);
                continue;
            }
            step(rule, at, hop, out);
            hop++;
        }
        at.looked = Math.max(at.looked, until);
    }

    /** The first hop from this one on whose window holds anything. */
    private long nextBusy(long hop) {
        long next = Long.MAX_VALUE;
        for (TreeMap<Long, Tally> tallies : hops.values()) {
            Long one = tallies.ceilingKey(hop - Rule.HOPS + 1);
            if (one != null) {
                next = Math.min(next, Math.max(hop, one));
            }
        }
        return next;
    }

    private void step(Rule rule, GroupState at, long hop, Consumer<Finding> out) {
        double value = valueAt(hop);
        if (value >= rule.threshold()) {
            if (at.metSince == GroupState.NONE) {
                at.metSince = hop;
            }
            if (at.isOpen()) {
                grow(rule, at, hop, value, out);
            } else if (hop - at.metSince >= rule.holdHops() && hop > at.silentUntil) {
                open(rule, at, hop, value, out);
            }
        } else {
            at.metSince = GroupState.NONE;
            if (at.isOpen()) {
                at.silentUntil = hop + rule.silenceHops();
                close(rule, at, hop, out);
                at.opened = GroupState.NONE;
                at.totals.clear();
            }
        }
        if (!at.isOpen() && isToldOpen() && hop >= toldOpened) {
            // Told from what had come by then; what came later took it back.
            end(told, FindingEndReason.idle, hop, out);
        }
    }

    private double valueAt(long hop) {
        double most = 0;
        for (TreeMap<Long, Tally> tallies : hops.values()) {
            Tally sum = new Tally();
            for (Tally tally : windowOf(tallies, hop).values()) {
                sum.addMeasure(tally);
            }
            most = Math.max(most, sum.value());
        }
        return most;
    }

    private static Map<Long, Tally> windowOf(NavigableMap<Long, Tally> tallies, long hop) {
        return tallies.subMap(hop - Rule.HOPS + 1, true, hop, true);
    }

    private void open(Rule rule, GroupState at, long hop, double value, Consumer<Finding> out) {
        at.opened = hop;
        at.peak = value;
        hops.forEach((clock, tallies) -> {
            for (Tally tally : windowOf(tallies, hop).values()) {
                at.totals.computeIfAbsent(clock, ignored -> new Tally()).add(tally);
            }
        });
        if (isToldOpen() || hop <= toldClosed) {
            // It goes on, or has been told to its end.
            tellGrowth(rule, at, out);
            return;
        }
        toldOpened = hop;
        tell(RuleFindings.of(rule, this, at, RuleFindings.idOf(rule, this, hop), FindingStatus.opened), out);
    }

    private void grow(Rule rule, GroupState at, long hop, double value, Consumer<Finding> out) {
        hops.forEach((clock, tallies) -> {
            Tally tally = tallies.get(hop);
            if (tally != null) {
                at.totals.computeIfAbsent(clock, ignored -> new Tally()).add(tally);
            }
        });
        at.peak = Math.max(at.peak, value);
        tellGrowth(rule, at, out);
    }

    private void tellGrowth(Rule rule, GroupState at, Consumer<Finding> out) {
        if (isToldOpen() && RuleFindings.digits(at.peak) > RuleFindings.digits(RuleFindings.peakOf(told))) {
            tell(RuleFindings.of(rule, this, at, told.getFindingId(), FindingStatus.updated), out);
        }
    }

    private void close(Rule rule, GroupState at, long hop, Consumer<Finding> out) {
        if (isToldOpen()) {
            end(
                    RuleFindings.of(rule, this, at, told.getFindingId(), FindingStatus.closed),
                    FindingEndReason.idle,
                    hop,
                    out);
        }
    }

    /** Ends what is open, as the group goes. */
    void abandon(FindingEndReason reason, Consumer<Finding> out) {
        if (isToldOpen()) {
            end(told, reason, toldOpened, out);
        }
    }

    private void end(Finding last, FindingEndReason reason, long hop, Consumer<Finding> out) {
        toldClosed = hop;
        tell(
                Finding.newBuilder(last)
                        .setStatus(FindingStatus.closed)
                        .setEndReason(reason)
                        .build(),
                out);
    }

    private void tell(Finding finding, Consumer<Finding> out) {
        told = finding;
        out.accept(finding);
    }

    boolean isToldOpen() {
        return told != null && told.getStatus() != FindingStatus.closed;
    }

    @Override
    protected byte[] changelogKey() {
        RowOutput octets = new RowOutput();
        octets.room(1).put(FORMAT);
        EvidenceOutput out = new EvidenceOutput(octets);
        out.text(ruleId);
        out.number(fingerprint);
        out.text(name);
        return octets.toArray();
    }

    @Override
    protected void writeValue(RowOutput octets) {
        EvidenceOutput out = new EvidenceOutput(octets);
        state.write(out);
        out.bits(toldOpened);
        out.bits(toldClosed);
        out.octets(told == null ? null : AvroBytes.encode(NO_PREFIX, to -> WRITER.write(told, to)));
        out.number(hops.size());
        hops.forEach((clock, tallies) -> {
            out.text(clock);
            out.number(tallies.size());
            tallies.forEach((hop, tally) -> {
                out.number(hop);
                tally.write(out);
            });
        });
    }

    /** Reads what {@link #changelogKey} and {@link #writeValue} wrote. */
    static Group read(byte[] key, byte[] value) {
        if (key[0] != FORMAT) {
            throw new IllegalStateException("a group of a rule has format " + key[0]
                    + ", this version of Weir reads format " + FORMAT + ": reset the application of the rules");
        }
        EvidenceInput keyIn = new EvidenceInput(key, 1);
        Group group = new Group(keyIn.text(), keyIn.number(), keyIn.text());
        EvidenceInput in = new EvidenceInput(value, 0);
        group.state = GroupState.read(in);
        group.toldOpened = in.bits();
        group.toldClosed = in.bits();
        byte[] told = in.octets();
        group.told = told == null ? null : findingOf(told);
        for (int clocks = in.integer(); clocks > 0; clocks--) {
            TreeMap<Long, Tally> tallies = new TreeMap<>();
            group.hops.put(in.text(), tallies);
            for (int left = in.integer(); left > 0; left--) {
                tallies.put(in.number(), Tally.read(in));
            }
        }
        return group;
    }

    private static Finding findingOf(byte[] octets) {
        try {
            return READER.read(null, AvroBytes.decoder(octets, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
