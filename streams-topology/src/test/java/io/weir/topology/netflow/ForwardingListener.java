package io.weir.topology.netflow;

/** Passes all on; tests override what they look at. */
class ForwardingListener implements NetflowListener {
    private final NetflowListener next;

    ForwardingListener(NetflowListener next) {
        this.next = next;
    }

    @Override
    public void onMessage(MessageHead head) {
        next.onMessage(head);
    }

    @Override
    public void onDataRecord(DataRecord record) {
        next.onDataRecord(record);
    }

    @Override
    public void onOptionsRecord(DataRecord record) {
        next.onOptionsRecord(record);
    }

    @Override
    public void onTemplate(Template template, TemplateChange change) {
        next.onTemplate(template, change);
    }

    @Override
    public void onSetHeld(PendingSet set) {
        next.onSetHeld(set);
    }

    @Override
    public void onSetReleased(PendingSet set) {
        next.onSetReleased(set);
    }

    @Override
    public void onSetGivenUp(PendingSet set, GiveUpReason reason) {
        next.onSetGivenUp(set, reason);
    }

    @Override
    public void onLateSet(PendingSet set) {
        next.onLateSet(set);
    }

    @Override
    public void onProblem(MessageHead head, NetflowProblem problem, int position, int octets) {
        next.onProblem(head, problem, position, octets);
    }

    @Override
    public void onMessageEnd(MessageHead head) {
        next.onMessageEnd(head);
    }
}
