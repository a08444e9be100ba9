package io.weir.topology.sflow;

/**
 * Takes what {@link SflowDecoder} finds in one datagram, in the order of the octets: the head once, then samples and problems, then the
 * end. Called by the thread that decodes. Carriers belong to the decoder and are filled anew: whoever keeps something copies it.
 *
 * <p>A sample is complete at its last record, so that problems of its records come before it; the first of them is also its
 * {@link SflowSample#problem}.
 */
public interface SflowListener {
    /** The head of a datagram of version 5. Not called where the head cannot be read. */
    void onDatagram(SflowDatagram datagram);

    /** A packet sampled, of format 1 or 3. */
    void onFlowSample(FlowSample sample);

    /** Counters of an interface or another source, of format 2 or 4. */
    void onCounterSample(CounterSample sample);

    /** A packet that the agent's device has dropped, of format 5. */
    void onDiscardedPacket(DiscardedPacket discarded);

    /**
     * A sample of another format or enterprise.
     *
     * @param enterprise 20 bits, 0 for sFlow's own formats
     * @param format 12 bits
     * @param position index in the buffer where its body begins
     * @param octets of the body that are in the datagram
     */
    void onOtherSample(int enterprise, int format, int position, int octets);

    /**
     * Something that could not be read in full.
     *
     * @param position index in the buffer where the datagram, sample or record begins that has it, or where octets are missing or too many
     */
    void onProblem(SflowProblem problem, int position);

    /** The last call for each datagram, whatever it is. */
    void onEnd();
}
