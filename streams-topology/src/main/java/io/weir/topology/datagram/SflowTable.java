package io.weir.topology.datagram;

import io.weir.schemas.packets.AddressText;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** The agents of sFlow. Bounded: of more than {@value #MAX_AGENTS} those that were silent for longest make room. */
final class SflowTable extends DatagramTable {

    static final int MAX_AGENTS = 16_384;

    /** Sources that are remembered, of all agents; of more the packets are counted all the same, under the source that they name. */
    static final int MAX_SOURCES = 65_536;

    /** Of one agent: a row must fit into a record. */
    static final int MAX_SOURCES_OF_ONE = 1_024;

    /** What an sFlow agent's stream of datagrams is known by. */
    record AgentKey(int ipVersion, long addressHigh, long addressLow, int subAgentId) {}

    private final Map<AgentKey, AgentRow> agents = new HashMap<>();
    private int sources;
    private long forgottenAgents;

    /** @param partitions of the packets topic */
    SflowTable(String name, int partitions) {
        super(name, partitions);
    }

    Collection<AgentRow> agents() {
        return agents.values();
    }

    @Override
    int exporterCount() {
        return agents.size();
    }

    /** Agents that made room for others. */
    long forgottenAgents() {
        return forgottenAgents;
    }

    /** An agent's row, a new one if it was not known. */
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

    @Override
    Row restoreExporterRow(byte[] key, byte[] value) {
        AgentKey agentKey = DatagramCodec.agentKey(key);
        String host = AddressText.ip(agentKey.ipVersion(), agentKey.addressHigh(), agentKey.addressLow());
        AgentRow row = DatagramCodec.agent(agentKey, value, host);
        agents.put(agentKey, row);
        sources += row.sources.size();
        return row;
    }

    @Override
    void clearExporters() {
        agents.clear();
        sources = 0;
    }
}
