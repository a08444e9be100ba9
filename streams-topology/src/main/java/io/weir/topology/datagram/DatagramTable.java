package io.weir.topology.datagram;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.AddressText;
import io.weir.topology.store.TableStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What one decoding task remembers: the exporters whose datagrams it reads, and the observation points that they report of. Bounded: of more than {@value #MAX_AGENTS} exporters
 * or {@value #MAX_POINTS} points those that were silent for longest make room.
 */
public final class DatagramTable extends TableStore {

    /** Name of the store of sFlow. */
    public static final String SFLOW = "sflow-agents";

    static final int MAX_AGENTS = 16_384;
    static final int MAX_POINTS = 65_536;

    /** Sources that are remembered, of all exporters; of more the packets are counted all the same, under the source that they name. */
    static final int MAX_SOURCES = 65_536;

    /** Of one exporter: a row must fit into a record. */
    static final int MAX_SOURCES_OF_ONE = 1_024;

    /** Rows are large. */
    private static final int ROWS_PER_PAGE = 4;

    /** One of so many makes room at a time, so that looking for the most silent costs little for each. */
    private static final int SHARE_FORGOTTEN = 16;

    /** What an sFlow agent's stream of datagrams is known by. */
    record AgentKey(int ipVersion, long addressHigh, long addressLow, int subAgentId) {}

    private final int partitions;
    private final Map<AgentKey, AgentRow> agents = new HashMap<>();
    private final Map<ObservationPoint, PointRow> points = new HashMap<>();
    private Runnable beforeCommit = () -> {};
    private Consumer<PointRow> beforeForgotten = row -> {};
    private int sources;
    private long forgottenAgents;
    private long forgottenPoints;

    /** @param partitions of the packets topic */
    public DatagramTable(String name, int partitions) {
        super(name, ROWS_PER_PAGE);
        this.partitions = partitions;
    }

    /**
     * Sets what is done before each commit, and with a point before it makes room for others.
     */
    void onCommit(Runnable action, Consumer<PointRow> forgotten) {
        beforeCommit = action;
        beforeForgotten = forgotten;
    }

    @Override
    protected void beforeCommit() {
        beforeCommit.run();
    }

    Collection<AgentRow> agents() {
        return agents.values();
    }

    Collection<PointRow> points() {
        return points.values();
    }

    /** Exporters that made room for others. */
    long forgottenAgents() {
        return forgottenAgents;
    }

    /** Observation points that made room for others. */
    long forgottenPoints() {
        return forgottenPoints;
    }

    /** An exporter's row, a new one if it was not known. */
    AgentRow agent(int ipVersion, long addressHigh, long addressLow, int subAgentId) {
        AgentKey key = new AgentKey(ipVersion, addressHigh, addressLow, subAgentId);
        AgentRow row = agents.get(key);
        if (row == null) {
            if (agents.size() >= MAX_AGENTS) {
                forgetAgents();
            }
            row = new AgentRow(
                    ipVersion, addressHigh, addressLow, subAgentId, AddressText.ip(ipVersion, addressHigh, addressLow));
            agents.put(key, row);
        }
        return row;
    }

    /**
     * A point's row, a new one if it was not known.
     *
     * @param sessionId of a new one
     */
    PointRow point(ObservationPoint point, String sessionId) {
        PointRow row = points.get(point);
        if (row == null) {
            if (points.size() >= MAX_POINTS) {
                forgetPoints();
            }
            row = new PointRow(point, sessionId, partitions);
            points.put(point, row);
        }
        return row;
    }

    /** A source's state; one of its own for each call where too many are known. */
    SourceState source(AgentRow agent, long type, long index) {
        AgentRow.SourceKey key = new AgentRow.SourceKey(type, index);
        SourceState state = agent.sources.get(key);
        if (state == null) {
            state = new SourceState(type, index);
            if (sources < MAX_SOURCES && agent.sources.size() < MAX_SOURCES_OF_ONE) {
                agent.sources.put(key, state);
                sources++;
            }
        }
        return state;
    }

    private void forgetAgents() {
        for (AgentRow row : mostSilent(agents.values(), Comparator.comparingLong(row -> row.lastNanos))) {
            agents.remove(new AgentKey(row.ipVersion, row.addressHigh, row.addressLow, row.subAgentId));
            markRemoved(row);
            sources -= row.sources.size();
            forgottenAgents++;
        }
    }

    /** Those with packets that are gathered but not sent stay. */
    private void forgetPoints() {
        List<PointRow> idle =
                points.values().stream().filter(row -> !row.isGathering()).toList();
        for (PointRow row : mostSilent(idle, Comparator.comparingLong(row -> row.lastPacketNanos))) {
            beforeForgotten.accept(row);
            forget(row);
            forgottenPoints++;
        }
    }

    /** A point's session is over; a packet that comes later begins another one. */
    void forget(PointRow row) {
        points.remove(row.point);
        markRemoved(row);
    }

    private static <R> List<R> mostSilent(Collection<R> rows, Comparator<R> bySilence) {
        List<R> sorted = new ArrayList<>(rows);
        sorted.sort(bySilence);
        return sorted.subList(0, Math.min(sorted.size(), Math.max(1, sorted.size() / SHARE_FORGOTTEN)));
    }

    void changed(Row row) {
        markChanged(row);
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        if (key[0] == DatagramCodec.KIND_POINT) {
            PointRow row = DatagramCodec.point(key, value, partitions);
            points.put(row.point, row);
            return row;
        }
        AgentKey agentKey = DatagramCodec.agentKey(key);
        String host = AddressText.ip(agentKey.ipVersion(), agentKey.addressHigh(), agentKey.addressLow());
        AgentRow row = DatagramCodec.agent(agentKey, value, host);
        agents.put(agentKey, row);
        sources += row.sources.size();
        return row;
    }

    @Override
    protected void restoreComplete() {
        // Sources find their points when they are asked for.
    }

    @Override
    protected void clear() {
        agents.clear();
        sources = 0;
        points.clear();
    }
}
