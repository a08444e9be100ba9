package io.weir.app.read;

import io.weir.app.terminal.Table;
import io.weir.schemas.Conversation;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.Edge;
import io.weir.schemas.Finding;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** Topics that have a command of their own; names as on the command line. */
public enum ReadableTopic {
    flows(
            "Read flows: one line a flow, observation point and window.",
            "responder.port == 443 && delta.initiatorPackets > 10"),
    conversations(
            "Read conversations that several observation points saw: the way of each, and what got lost on it.",
            "path.exists(hop, hop.initiatorTransfer.missingPackets > 0)"),
    edges("Read edges: who talked to whom over which service, per window.", "service.name == 'tcp/22' && newFlows > 5"),
    drops(
            "Read drops: packets that devices say they have dropped, whose, where and why.",
            "reason == 'acl' && flow.destination.port == 443"),
    findings("Read findings of the Security Advisor.", "flowClass == 'ingress' && severity in ['high', 'critical']"),
    losses("Read losses: what was not counted, where and why.", "reason == 'kernel_drop'");

    private final String header;
    private final String exampleFilter;

    ReadableTopic(String header, String exampleFilter) {
        this.header = header;
        this.exampleFilter = exampleFilter;
    }

    /** One sentence for the help. */
    public String header() {
        return header;
    }

    /** A filter that makes sense here. */
    public String exampleFilter() {
        return exampleFilter;
    }

    /** The topic's entry in the catalogue. */
    public TopicSpec<? extends SpecificRecord> spec(Topics topics) {
        return switch (this) {
            case flows -> topics.flows();
            case conversations -> topics.conversations();
            case edges -> topics.edges();
            case drops -> topics.drops();
            case findings -> topics.findings();
            case losses -> topics.losses();
        };
    }

    List<Table.Column> columns() {
        return switch (this) {
            case flows -> RecordRows.FLOW_COLUMNS;
            case conversations -> RecordRows.CONVERSATION_COLUMNS;
            case edges -> RecordRows.EDGE_COLUMNS;
            case drops -> RecordRows.DROP_COLUMNS;
            case findings -> RecordRows.FINDING_COLUMNS;
            case losses -> RecordRows.LOSS_COLUMNS;
        };
    }

    String[] row(SpecificRecord record) {
        return switch (this) {
            case flows -> RecordRows.of((Flow) record);
            case conversations -> RecordRows.of((Conversation) record);
            case edges -> RecordRows.of((Edge) record);
            case drops -> RecordRows.of((DroppedPackets) record);
            case findings -> RecordRows.of((Finding) record);
            case losses -> RecordRows.of((Loss) record);
        };
    }
}
