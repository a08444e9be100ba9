package io.weir.topology.netflow;

/**
 * Is told what a datagram holds, in its order, on the decoder's thread. {@link MessageHead} and {@link DataRecord} are carriers that the
 * decoder fills anew: they must not be kept beyond the call.
 *
 * <p>A message is {@link #onMessage}, then what it holds, then {@link #onMessageEnd}. A set that waited for a template is told as
 * {@link #onLateSet} amid the message that brings the template; {@link DataRecord#head()} of its records is the head of the message that
 * the set came with.
 */
public interface NetflowListener extends TemplateListener, PendingSetListener {
    /** A message begins. */
    void onMessage(MessageHead head);

    /** A flow record, an event, or whatever else the exporter calls data. */
    void onDataRecord(DataRecord record);

    /** A record that describes the exporter; what Weir knows to use of it is already in {@link ExporterOptions}. */
    void onOptionsRecord(DataRecord record);

    /** A set that waited is decoded now: its records follow. */
    void onLateSet(PendingSet set);

    /**
     * Something is wrong.
     *
     * @param position where in the datagram's buffer
     * @param octets how many octets are not used for it, 0 where nothing is lost
     */
    void onProblem(MessageHead head, NetflowProblem problem, int position, int octets);

    /**
     * A message ends.
     *
     * @param head with {@link MessageHead#dataRecords} and {@link MessageHead#undecodedSets} filled
     */
    void onMessageEnd(MessageHead head);
}
