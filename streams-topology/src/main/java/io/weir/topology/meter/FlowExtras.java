package io.weir.topology.meter;

import io.weir.topology.conversation.ConversationState;

/** What of a flow is there for few flows only. */
final class FlowExtras {

    /** What payloads have shown; null without. */
    ApplicationFacts application;

    /** What ICMP errors have said of its packets; null without any. */
    LastIcmpErrors icmpErrors;

    /** The conversation of a flow that is {@link FlowRow#shared}; null for others. */
    ConversationState conversation;

    /** What was said last of the way of side A's packets; null for nothing. */
    SharedForwarding forwardingA;

    SharedForwarding forwardingB;

    void setForwarding(boolean ofA, SharedForwarding said) {
        if (ofA) {
            forwardingA = said;
        } else {
            forwardingB = said;
        }
    }
}
