package io.weir.topology.datagram;

import io.weir.schemas.ExporterStatus;
import io.weir.schemas.packets.AddressText;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The agents of sFlow. Bounded: of more than {@value #MAX_AGENTS} those that were silent for longest make room. */
final class SflowTable extends DatagramTable {

    static final int MAX_AGENTS = 16_384;

    /** Sources that are remembered, of all agents; of more the packets are counted all the same, under the source that they name. */
    static final int MAX_SOURCES = 65_536;

    /** Of one agent: a row must fit into a record. */
    static final int MAX_SOURCES_OF_ONE = 1_024;

    /** Interfaces whose counters are held against samples, of all agents; further ones are not. */
    static final int MAX_INTERFACES = 65_536;

    /** Of one agent: a row must fit into a record. */
    static final int MAX_INTERFACES_OF_ONE = 512;

    /** What an sFlow agent's stream of datagrams is known by. */
    record AgentKey(int ipVersion, long addressHigh, long addressLow, int subAgentId) {}

    private final Map<AgentKey, AgentRow> agents = new HashMap<>();
    private int sources;
    private int interfaces;
    private long forgottenAgents;

    /** @param partitions of the packets topic */
    SflowTable(String name, int partitions) {
        super(name, partitions);
    }

    @Override
    Collection<AgentRow> exporters() {
        return agents.values();
    }

    @Override
    Function<ExporterRow, ExporterStatus> statuses(long nowMs) {
        return row -> ExporterStatuses.of((AgentRow) row, nowMs);
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

    /** An interface whose counters come; null where too many are known. */
    InterfaceState counted(AgentRow agent, long index) {
        InterfaceState state = agent.interfaces.get(index);
        if (state == null && interfaces < MAX_INTERFACES && agent.interfaces.size() < MAX_INTERFACES_OF_ONE) {
            state = new InterfaceState(index);
            agent.interfaces.put(index, state);
            interfaces++;
        }
        return state;
    }

    private void forgetAgents() {
        for (AgentRow row : mostSilent(agents.values(), Comparator.comparingLong(row -> row.lastNanos))) {
            agents.remove(new AgentKey(row.ipVersion, row.addressHigh, row.addressLow, row.subAgentId));
            forget(row);
            sources -= row.sources.size();
            interfaces -= row.interfaces.size();
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
        interfaces += row.interfaces.size();
        return row;
    }

    @Override
    void clearExporters() {
        agents.clear();
        sources = 0;
        interfaces = 0;
    }
}
